// Messages as sound, for people who do not read. Nothing plays unasked, and never two at once: someone may be near.

import { find, tell } from "./show.js";
import { word } from "./words.js";

const player = find("player");

let playing = null; // the button whose sound plays
let plays = 0; // how often one was pressed

/** A button that plays the sound at `address`, and ends it when pressed again. */
export function listen(address) {
  const made = document.createElement("button");
  made.type = "button";
  name(made, "chat.listen");
  made.addEventListener("click", () => (playing === made ? hush() : play(made, address)));
  return made;
}

async function play(button, address) {
  hush();
  const mine = ++plays;
  playing = button;
  name(button, "chat.listen_stop");
  player.src = address;
  try {
    await player.play();
  } catch {
    if (playing === null || mine !== plays) return; // ended before it began
    hush();
    tell(navigator.onLine ? "chat.error" : "chat.offline");
  }
}

/** Be silent at once, and let the device show no player. */
export function hush() {
  if (!playing) return;
  name(playing, "chat.listen");
  playing = null;
  player.pause();
  player.removeAttribute("src");
  player.load();
}

function name(button, key) {
  button.className = key === "chat.listen" ? "listen" : "listen playing";
  button.dataset.word = key;
  button.textContent = word(key);
}

player.addEventListener("ended", hush);
document.addEventListener("visibilitychange", () => document.hidden && hush()); // turned away: no voice may go on
addEventListener("pagehide", hush);
