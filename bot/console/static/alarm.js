// Calls the operator while somebody waits: a line on the page, a number in the title, a sound and a notification, again
// and again until somebody takes the conversation over or is on it. Who is called, and when, the server decides.

import { find, make, tell } from "./dom.js";
import { notify } from "./notify.js";
import { word } from "./words.js";

const URGENT = new Set(["emergency", "high"]);
const AGAIN = { emergency: 12, high: 20, concern: 90, none: 180 }; // seconds between sounds

let calls = []; // who waits and rings for this operator, the next one first
const rung = new Map(); // "id rung risk" -> when it was heard last, ms
let opened = null; // the conversation that is looked at does not ring
let count = null; // of those in danger, while the page is covered
let recount = 0; // rings while the page is covered
let audio = null;
let on = localStorage.getItem("desk.sound") !== "off";

const mark = (one) => `${one.id} ${one.rung} ${one.risk}`;
const looking = (id) => id === opened && document.visibilityState === "visible";
const ringing = () => calls.filter((one) => !looking(one.id));

/** Ring for those of `all` that ring for this operator. */
export function watch(all) {
  calls = all.filter((one) => one.rings);
  const marks = new Set(calls.map(mark));
  for (const one of rung.keys()) if (!marks.has(one)) rung.delete(one);
  show();
  beat();
}

/** The operator looks at a conversation, or at none with null: it does not ring meanwhile. */
export function look(id) {
  opened = id;
  show();
}

export function show() {
  const urgent = ringing().filter((one) => URGENT.has(one.risk));
  const title = word("desk.title");
  document.title = urgent.length ? `(${urgent.length}) ${title}` : title;
  find("sound").textContent = word(on ? "desk.sound_on" : "desk.sound_off");
  find("sound").setAttribute("aria-pressed", String(on));
  const [one] = urgent;
  const alarm = find("alarm");
  alarm.hidden = one === undefined;
  if (one === undefined) return alarm.replaceChildren();
  const text = word("desk.new_urgent", { risk: word(`desk.risk.${one.risk}`) });
  const link = alarm.querySelector("a");
  if (link?.hash !== `#c/${one.id}` || link.textContent !== text) {
    alarm.replaceChildren(make("a", { href: `#c/${one.id}` }, text));
  }
}

/** How many wait in danger, for a page that shows nothing else; null: it shows all again. More than before ring. */
export function counted(urgent) {
  const before = count;
  count = urgent;
  if (urgent === null || urgent === 0) clearInterval(recount);
  if (urgent === null) return show();
  document.title = urgent ? `(${urgent}) ${word("desk.title")}` : word("desk.title");
  if (before === null || urgent <= before) return;
  clearInterval(recount);
  sound();
  recount = setInterval(sound, AGAIN.emergency * 1000);
}

/** A message to somebody could not be sent: heard once, and told. */
export function stuck() {
  sound();
  tell(word("desk.stuck"));
}

let asking = 0;
let rang = new Set(); // the requests that ring

/** Colleagues wait for an answer to these: heard again and again until there is none. */
export function asked(ids) {
  const fresh = ids.some((id) => !rang.has(id));
  rang = new Set(ids);
  if (ids.length && !fresh) return;
  clearInterval(asking);
  if (!ids.length) return;
  sound();
  asking = setInterval(sound, AGAIN.emergency * 1000);
}

// Once a second: ring for what is new, and again for what still waits. One sound at a time, for the gravest.
function beat() {
  const now = Date.now();
  const due = ringing().find((one) => now - (rung.get(mark(one)) ?? -Infinity) >= AGAIN[one.risk] * 1000);
  if (due === undefined) return;
  for (const one of ringing()) rung.set(mark(one), now);
  sound();
  notify(due.id);
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
  new Worker("/desk/static/beat.js").addEventListener("message", beat);
  find("sound").addEventListener("click", () => {
    on = !on;
    localStorage.setItem("desk.sound", on ? "on" : "off");
    show();
    sound();
  });
}
