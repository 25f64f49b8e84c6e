// Care for the operator: a pause after a grave case, and a word about it. Nobody else sees this.

import { ask, askToShow, latest, Refused } from "./api.js";
import { find, make, tell } from "./dom.js";
import { clockTime, language, word } from "./words.js";

let load = null; // as the server gives it
const asked = latest();
let due = 0; // when the state changes by itself

/** Fetch how things stand and show it. Throws Refused when the server could not be asked. */
export async function look() {
  const isLast = asked();
  const told = await askToShow("/care");
  if (!isLast()) return;
  load = told;
  show();
  clearTimeout(due);
  const next = { later: load.begins, resting: load.ends, called: load.ends }[load.state];
  if (next) due = setTimeout(lookQuietly, Math.max(Date.parse(next) - Date.now(), 0) + 500);
}

async function lookQuietly() {
  try {
    await look();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    clearTimeout(due);
    if (error.status !== 401 && error.status !== 423) due = setTimeout(lookQuietly, 10000);
  }
}

/** Nobody is signed in any more. */
export function leave() {
  load = null;
  clearTimeout(due);
  show();
}

/** Is the next conversation offered now? In a pause it is not. */
export const offersNext = () => load === null || load.offers_next;

/** May a changed `line` of the queue call this operator out of a pause, or let them go back to it? */
export const concerns = (line) => line?.risk === "emergency" && (load?.state === "resting" || load?.state === "called");

export function show() {
  const place = find("care");
  const lines = load === null ? [] : [pause(), question()].filter(Boolean);
  place.hidden = !lines.length;
  place.setAttribute("aria-label", word("desk.care"));
  place.classList.toggle("urgent", load !== null && load.state === "resting" && !load.may_put_off);
  // said anew only when it changed, so that nothing is read aloud twice
  const form = lines.map((line) => line.textContent).join("\n") + language;
  if (place.dataset.form !== form) place.replaceChildren(...lines);
  place.dataset.form = form;
  document.body.classList.toggle("resting", !offersNext());
  const carried = find("my-load");
  carried.hidden = !load?.week;
  carried.textContent = load ? word("desk.overview.carried", load) : "";
}

function pause() {
  if (load.state === "free") return null;
  const again = load.state === "resting" && !load.may_put_off;
  const text = word(again ? "desk.care.resting_again" : `desk.care.${load.state}`, {
    time: clockTime(load.state === "later" ? load.begins : load.ends),
  });
  const acts = [];
  if (load.state === "later") acts.push(button("desk.care.take_now", () => act("take_now")));
  if (load.state === "resting" && load.may_put_off) acts.push(button("desk.care.put_off", () => act("put_off")));
  return make("p", {}, make("span", {}, text), ...acts);
}

function question() {
  if (load.ask_about === null) return null;
  const conversation = load.ask_about;
  return make(
    "p",
    {},
    make("span", {}, word("desk.care.ask")),
    button("desk.care.say", () => talk(conversation)),
    button("desk.care.not_now", () => answer({ conversation })),
  );
}

function button(key, press) {
  const made = make("button", { type: "button" }, word(key));
  made.addEventListener("click", press);
  return made;
}

async function act(name) {
  try {
    await ask("POST", "/care/pause", { act: name });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status !== 409) tell(word("desk.error"));
  }
  await lookQuietly();
}

async function answer(words) {
  try {
    await ask("POST", "/care/debrief", words);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status !== 404) {
      tell(word("desk.error")); // erased meanwhile is as good as answered
      return false;
    }
  }
  await lookQuietly();
  return true;
}

function talk(conversation) {
  const moods = ["well", "heavy", "too_much"].map((name) =>
    make("label", { class: "tick" }, make("input", { type: "radio", name: "mood", value: name, required: "" }), make("span", {}, word(`desk.care.mood.${name}`))),
  );
  const stays = make("textarea", { rows: 2, maxlength: 1000 });
  const helps = make("textarea", { rows: 2, maxlength: 1000 });
  const shared = make("input", { type: "checkbox" });
  const cancel = make("button", { type: "button" }, word("desk.cancel"));
  const form = make(
    "form",
    {},
    make("fieldset", {}, make("legend", {}, word("desk.care.mood")), ...moods),
    make("label", {}, word("desk.care.stays"), stays),
    make("label", {}, word("desk.care.helps"), helps),
    make("label", { class: "tick" }, shared, make("span", {}, word("desk.care.share"))),
    make("div", { class: "row" }, cancel, make("button", { class: "primary" }, word("desk.care.save"))),
  );
  const dialog = make(
    "dialog",
    { class: "window", "aria-labelledby": "care-title" },
    make("h2", { id: "care-title" }, word("desk.care.ask")),
    make("p", { class: "hint" }, word("desk.care.ask_hint")),
    form,
  );
  cancel.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const mood = form.elements.mood.value;
    const kept = await answer({ conversation, mood, stays: stays.value, helps: helps.value, shared: shared.checked });
    if (kept) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
}
