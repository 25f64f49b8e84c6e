// Notifications outside of the page, for operators who have another window in front. They say that somebody waits, and
// no word of whom: others may see the screen.

import { find, tell } from "./dom.js";
import { word } from "./words.js";

const possible = () => "Notification" in globalThis;
const on = () => possible() && Notification.permission === "granted" && localStorage.getItem("desk.notify") !== "off";

/** Tell of somebody who waits, unless the page is looked at. */
export function notify(id) {
  if (!on() || (document.visibilityState === "visible" && document.hasFocus())) return;
  // one at a time, told anew: a stack of them is closed unread
  const told = new Notification(word("desk.title"), { body: word("desk.notify_text"), tag: "desk", renotify: true });
  told.addEventListener("click", () => {
    focus();
    location.hash = `#c/${id}`;
    told.close();
  });
}

export function show() {
  const button = find("notify");
  button.hidden = !possible();
  button.setAttribute("aria-pressed", String(on()));
  button.textContent = word(on() ? "desk.notify_on" : "desk.notify");
}

async function turn() {
  if (on()) {
    localStorage.setItem("desk.notify", "off");
  } else {
    localStorage.removeItem("desk.notify");
    // browsers ask only after a press
    if ((await Notification.requestPermission()) !== "granted") tell(word("desk.notify_refused"));
  }
  show();
}

export function begin() {
  find("notify").addEventListener("click", turn);
}
