// Calls the operator when someone in danger waits: a line on the page, a number in the title, a sound until looked at.

import { find, make } from "./dom.js";
import { word } from "./words.js";

const URGENT = new Set(["emergency", "high"]);
const AGAIN = 12000; // ms between sounds

const looked = new Set(); // "conversation risk" that the operator has opened
const known = new Set();
let unlooked = [];
let ringing = 0;
let first = true;
let audio = null;
let on = localStorage.getItem("desk.sound") !== "off";

const mark = (one) => `${one.id} ${one.risk}`;

/** Look through the open conversations for urgent ones that wait for a human and were not looked at. */
export function watch(conversations, openId) {
  const urgent = conversations.filter((one) => one.holder === "queue" && URGENT.has(one.risk));
  const fresh = urgent.filter((one) => !known.has(mark(one)));
  for (const one of urgent) {
    known.add(mark(one));
    if (one.id === openId && document.visibilityState === "visible") looked.add(mark(one));
  }
  unlooked = urgent.filter((one) => !looked.has(mark(one)));
  const news = fresh.filter((one) => unlooked.includes(one));
  show();
  if (news.length && !first) {
    call(news[0]);
    ring();
  }
  first = false;
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
  const alarm = find("alarm");
  if (!unlooked.some((one) => one.id === alarm.dataset.conversation)) {
    alarm.hidden = true;
    alarm.replaceChildren();
    clearInterval(ringing);
  }
}

function call(one) {
  const alarm = find("alarm");
  const text = word("desk.new_urgent", { risk: word(`desk.risk.${one.risk}`) });
  alarm.dataset.conversation = one.id;
  alarm.replaceChildren(make("a", { href: `#c/${one.id}` }, text));
  alarm.hidden = false;
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
