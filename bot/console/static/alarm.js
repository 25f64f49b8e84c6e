// Calls the operator when someone in danger waits: a line on the page, a number in the title, a sound until looked at.

import { find, make, tell } from "./dom.js";
import { word } from "./words.js";

const URGENT = new Set(["emergency", "high"]);
const AGAIN = 12000; // ms between sounds

const looked = new Set(); // "conversation risk" that the operator has opened
const known = new Set();
const calling = new Set(); // those that rose while this page was open
let unlooked = []; // urgent, waiting, and not looked at
let ringing = 0;
let first = true;
let audio = null;
let on = localStorage.getItem("desk.sound") !== "off";

const mark = (one) => `${one.id} ${one.risk}`;

/** Look through the open conversations for urgent ones that wait for a human and were not looked at. */
export function watch(conversations, openId) {
  const urgent = conversations.filter((one) => one.holder === "queue" && URGENT.has(one.risk));
  const fresh = urgent.filter((one) => !known.has(mark(one)));
  for (const one of fresh) {
    known.add(mark(one));
    if (!first) calling.add(mark(one));
  }
  for (const one of urgent) if (one.id === openId && document.visibilityState === "visible") looked.add(mark(one));
  unlooked = urgent.filter((one) => !looked.has(mark(one)));
  first = false;
  show();
  if (fresh.some((one) => calling.has(mark(one)) && unlooked.includes(one))) ring();
}

/** The operator opened a conversation: it no longer calls. */
export function look(id) {
  for (const one of unlooked) if (one.id === id) looked.add(mark(one));
  unlooked = unlooked.filter((one) => one.id !== id);
  show();
}

export function show() {
  const title = word("desk.title");
  document.title = unlooked.length ? `(${unlooked.length}) ${title}` : title;
  find("sound").textContent = word(on ? "desk.sound_on" : "desk.sound_off");
  find("sound").setAttribute("aria-pressed", String(on));
  const one = unlooked.find((other) => calling.has(mark(other)));
  const alarm = find("alarm");
  alarm.hidden = one === undefined;
  if (one === undefined) {
    alarm.replaceChildren();
    clearInterval(ringing);
    return;
  }
  const text = word("desk.new_urgent", { risk: word(`desk.risk.${one.risk}`) });
  const link = alarm.querySelector("a");
  if (link?.hash !== `#c/${one.id}` || link.textContent !== text) {
    alarm.replaceChildren(make("a", { href: `#c/${one.id}` }, text));
  }
}

/** A message to somebody could not be sent: heard once, and told. */
export function stuck() {
  sound();
  tell(word("desk.stuck"));
}

function ring() {
  clearInterval(ringing);
  sound();
  ringing = setInterval(sound, AGAIN);
}

function sound() {
  if (!on || audio?.state !== "running") return;
  for (const [after, pitch] of [[0, 660], [0.22, 880]]) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const begin = audio.currentTime + after;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, begin);
    volume.gain.exponentialRampToValueAtTime(0.2, begin + 0.03);
    volume.gain.exponentialRampToValueAtTime(0.0001, begin + 0.35);
    tone.connect(volume).connect(audio.destination);
    tone.start(begin);
    tone.stop(begin + 0.4);
  }
}

function allowed() {
  // browsers give sound only to a page that was touched
  audio ??= new AudioContext();
  audio.resume();
}

export function begin() {
  for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, allowed, { once: true });
  find("sound").addEventListener("click", () => {
    on = !on;
    localStorage.setItem("desk.sound", on ? "on" : "off");
    show();
    sound();
  });
}
