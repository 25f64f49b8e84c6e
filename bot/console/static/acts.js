// What an operator can do with the open conversation: take it, give it away, end it.

import { ask, latest, Refused } from "./api.js";
import { find, make, tell, typesElsewhere } from "./dom.js";
import { lastWrote, mayBeTold } from "./safe.js";
import { languageName, lasting, word } from "./words.js";

const STILL_LOOKS = 3600000; // ms: who wrote so lately may still be looking at the chat

let desk = null; // see conversation.begin
let outcomes = null; // from the server, once
let asking = null; // "transfer" or "look"
let taking = null; // the id of the conversation that is being taken over or opened again
const opening = latest(); // of the windows

/** Show what can be done now. */
export function show({ holder, mine }) {
  const canTake = holder === "queue" || holder === "bot";
  find("take-over").hidden = !canTake;
  find("reopen").hidden = holder !== "closed";
  find("write-hint").hidden = !canTake;
  for (const one of ["writing", "hand-back", "close", "cards-open", "transfer"]) find(one).hidden = !mine;
  find("look").hidden = find("note-open").hidden = find("lookup-open").hidden = false;
}

/** Another conversation is opened, or this one is gone: no window about it stays open, and nothing that was typed in one. */
export function cancel() {
  opening();
  for (const id of ["close-dialog", "hand-back-dialog", "ask-dialog"]) {
    if (find(id).open) find(id).close("");
    find(id).querySelector("form").reset();
  }
}

/** Take the open conversation over. */
export function takeOver() {
  if (desk.current() !== null && !find("take-over").hidden) take("take-over");
}

export function reopen() {
  if (desk.current()?.holder === "closed") take("reopen");
}

async function take(name) {
  const { id } = desk.current();
  if (taking === id) return; // pressed twice
  taking = id;
  const done = await desk.act(name);
  if (taking === id) taking = null;
  if (done && desk.current()?.id === id && !typesElsewhere()) desk.toWriting();
}

export function handBack() {
  if (!desk.current()?.mine) return;
  opening();
  find("hand-back-dialog").showModal();
}

export async function close() {
  if (!desk.current()?.mine) return;
  const isLast = opening();
  try {
    outcomes ??= await ask("GET", "/outcomes");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (isLast()) tell(word("desk.error"));
    return;
  }
  if (!isLast()) return;
  find("outcomes").replaceChildren(
    ...outcomes.map((name) =>
      make("label", { class: "tick" }, make("input", { type: "radio", name: "outcome", value: name, required: "" }), make("span", {}, word(`desk.outcome.${name}`))),
    ),
  );
  const conversation = desk.current();
  const mayTell = mayBeTold(conversation);
  find("close-tell").hidden = !mayTell;
  find("close-tell").querySelector("input").checked = mayTell && Date.now() - Date.parse(lastWrote(conversation)) < STILL_LOOKS;
  find("close-dialog").showModal();
}

export const transfer = () => desk.current()?.mine && askColleague("transfer");

export const look = () => desk.current() !== null && askColleague("look");

// --- asking a colleague ----------------------------------------------------------------------------------------------

async function askColleague(kind) {
  const isLast = opening();
  let there;
  try {
    there = await ask("GET", "/colleagues");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (isLast()) tell(word("desk.error"));
    return;
  }
  if (!isLast()) return;
  asking = kind;
  const { colleagues, answer_within: minutes } = there;
  find("ask-title").textContent = word(`desk.${kind}`);
  find("ask-hint").textContent = word(`desk.${kind}_hint`, { time: lasting(minutes * 60) });
  find("ask-text").required = kind === "look";
  find("ask-to").replaceChildren(...colleagues.map(colleague));
  find("ask-none").hidden = colleagues.length > 0;
  find("ask-fields").hidden = find("ask-yes").hidden = !colleagues.length;
  find("ask-dialog").showModal();
}

function colleague({ id, name, languages, holds }) {
  const reads = languages.map(languageName).join(", ");
  return make("option", { value: id }, word("desk.colleague_line", { name, languages: reads, count: holds }));
}

// --- the windows -----------------------------------------------------------------------------------------------------

// A window with a form: `does` is called with what was filled in when it is closed by its main button.
function onYes(id, does) {
  const dialog = find(id);
  dialog.addEventListener("close", async () => {
    const yes = dialog.returnValue === "yes";
    dialog.returnValue = "";
    const form = dialog.querySelector("form");
    const filled = Object.fromEntries(new FormData(form));
    // refused: what was written is not lost; opened again meanwhile: neither is what is being written
    if (!yes || ((await does(filled)) && !dialog.open)) form.reset();
  });
  for (const no of dialog.querySelectorAll("button[value=no]")) no.addEventListener("click", () => dialog.close(""));
}

export function begin(given) {
  desk = given;
  find("take-over").addEventListener("click", takeOver);
  find("reopen").addEventListener("click", reopen);
  find("hand-back").addEventListener("click", handBack);
  find("close").addEventListener("click", close);
  find("transfer").addEventListener("click", transfer);
  find("look").addEventListener("click", look);
  onYes("hand-back-dialog", (filled) => desk.act("hand-back", filled));
  onYes("close-dialog", ({ tell: told, ...filled }) => desk.act("close", { ...filled, tell: told === "on" }));
  onYes("ask-dialog", ({ to, text }) => desk.act(asking, { to: Number(to), text }));
  const wide = matchMedia("(min-width: 56rem)");
  const more = () => (find("more-acts").open = wide.matches);
  wide.addEventListener("change", more);
  more();
}
