// The web chat. Nothing is kept on the device but the cookie, which no script can read.

import * as line from "./line.js";
import { find, tell } from "./show.js";
import { language, speak, word } from "./words.js";

const field = find("text");
const picker = find("language");
const menu = find("menu");

// --- writing ---------------------------------------------------------------------------------------------------------

find("compose").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value.trim();
  field.focus();
  if (!text) return;
  field.value = "";
  line.say(text);
});
field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  find("compose").requestSubmit();
});
for (const entry of document.querySelectorAll("[data-payload]")) {
  entry.addEventListener("click", () => {
    menu.open = false;
    line.say(entry.textContent, entry.dataset.payload);
  });
}

// --- language --------------------------------------------------------------------------------------------------------

let chosen = false;

picker.addEventListener("change", async () => {
  chosen = true;
  line.choose(picker.value);
  await speak(picker.value);
  // before the first message there is nobody to tell
  if (line.isStarted()) line.say(picker.selectedOptions[0].textContent, `/change_language{"language": "${picker.value}"}`);
});

async function follow(code) {
  if (chosen || code === language) return;
  await speak(code);
  picker.value = language;
}

// --- leaving and erasing ---------------------------------------------------------------------------------------------

function leave() {
  line.end();
  document.title = "";
  document.body.replaceChildren();
  navigator.sendBeacon("/chat/leave"); // the browser forgets the token
  location.replace(word("chat.exit_address")); // in the place of this page, so that "back" does not lead here
}

let escapes = [];
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  menu.open = false;
  escapes = [...escapes.filter((time) => event.timeStamp - time < 2000), event.timeStamp];
  if (escapes.length >= 3) leave();
});
find("exit").addEventListener("click", leave);
find("erase").addEventListener("click", () => {
  menu.open = false;
  find("erase-dialog").showModal();
});
find("erase-dialog").addEventListener("close", async (event) => {
  if (event.target.returnValue === "yes" && !(await line.erase())) tell("chat.error");
  event.target.returnValue = "";
});
addEventListener("click", (event) => {
  if (!menu.contains(event.target)) menu.open = false;
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload(); // what was left may not come back
});

line.begin({ language: follow });
