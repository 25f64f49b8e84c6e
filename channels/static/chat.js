// The web chat. Nothing is kept on the device but the cookie, which no script can read.

import * as line from "./line.js";
import { find, tell } from "./show.js";
import { fallSilent, language, speak, word } from "./words.js";

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

let chosen = null; // by hand
let speaking = Promise.resolve(); // until the page speaks it

function choose() {
  chosen = picker.value;
  line.choose(chosen, picker.selectedOptions[0].textContent); // not after the words: they may never come
  speaking = speak(chosen);
}

picker.addEventListener("change", choose);
if (picker.value !== language) choose(); // before this script had come

async function follow(code) {
  await speaking;
  if ((chosen ?? code) === language) return;
  await speak(chosen ?? code);
  if (chosen === null) picker.value = language;
}

// --- leaving and erasing ---------------------------------------------------------------------------------------------

function leave() {
  line.end();
  fallSilent();
  document.title = "";
  document.body.replaceChildren();
  // from now on the token counts no more, also where the line is lost and nobody hears of it
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `left=1; path=/; max-age=${31 * 24 * 3600}; samesite=strict${secure}`;
  navigator.sendBeacon("/chat/leave"); // the browser forgets both
  location.replace(word("chat.exit_address")); // in the place of this page, so that "back" does not lead here
}

let escapes = [];
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  menu.open = false;
  escapes = [...escapes.filter((time) => event.timeStamp - time < 2000), event.timeStamp];
  if (escapes.length >= 3) leave();
});
find("exit").addEventListener("click", (event) => {
  event.preventDefault();
  leave();
});
find("erase").addEventListener("click", () => {
  menu.open = false;
  find("erase-dialog").showModal();
});
find("erase-dialog").addEventListener("close", async ({ target }) => {
  const { returnValue: said } = target;
  target.returnValue = ""; // Escape, when it is asked again, leaves what was said before
  if (said === "yes" && !(await line.erase())) tell("chat.error");
});
addEventListener("click", (event) => {
  if (!menu.contains(event.target)) menu.open = false;
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload(); // what was left may not come back
});

line.begin({ language: follow });
