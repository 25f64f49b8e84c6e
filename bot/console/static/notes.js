// Words for colleagues: notes between the messages, requests that wait, the hand-over. The person sees none of it.

import { find, make, renew, typesElsewhere } from "./dom.js";
import * as requests from "./requests.js";
import { moment, word } from "./words.js";

let desk = null; // see conversation.begin
const unsaved = new Map(); // conversation id -> note not saved yet
const saving = new Set(); // ids of conversations with an answer on its way

/** Messages and notes in the order of time; the order of the messages among themselves stays. */
export function between(messages, notes) {
  const left = [...notes];
  const merged = messages.flatMap((message) => {
    const before = left.findIndex((note) => Date.parse(note.at) > Date.parse(message.at));
    return [...left.splice(0, before < 0 ? left.length : before), message];
  });
  return [...merged, ...left];
}

/** An article for a note. */
export function article(note) {
  return make(
    "article",
    { class: "message note" },
    make("p", { class: "by" }, note.operator, " ", moment(note.at), " · ", make("b", {}, word(`desk.note_kind.${note.kind}`))),
    ...words(note),
    make("p", { class: "hint" }, word("desk.not_sent")),
  );
}

const LABELS = { agreed: "desk.agreed", open: "desk.still_open" };

function words({ words: written }) {
  return Object.entries(written).map(([name, text]) =>
    make("p", { class: "text" }, LABELS[name] ? make("span", { class: "label" }, word(LABELS[name]), " ") : null, text),
  );
}

/** What stands beside the messages: requests that wait, and what was handed over. */
export function showBeside({ holder, case: { notes, requests: asked } }) {
  // what waits; and, while it waits in the queue, why nobody took it
  const last = asked.findLast((one) => one.kind === "transfer");
  const open = asked.filter((one) => one.answer === null || (one === last && holder === "queue"));
  find("requests-title").hidden = !open.length;
  const lines = open.map((one) => ({ one, note: notes.find((note) => note.id === one.note) }));
  renew(find("requests-here"), lines, ({ one }) => one.id, ({ one, note }) => requests.line(one, note)); // an answer may be half written
  const handOver = holder === "closed" ? undefined : notes.findLast((note) => note.kind === "hand_over");
  find("hand-over-title").hidden = handOver === undefined;
  find("hand-over").replaceChildren(
    ...(handOver ? [make("p", { class: "by" }, handOver.operator, " ", moment(handOver.at)), ...words(handOver)] : []),
  );
}

/** Open the field for a note. */
export function open() {
  find("note-form").hidden = false;
  find("note-open").setAttribute("aria-expanded", "true");
  find("note-text").focus();
}

function shut() {
  find("note-form").hidden = true;
  find("note-open").setAttribute("aria-expanded", "false");
}

/** Another conversation is opened: a half written note waits. */
export function leave(id) {
  unsaved.set(id, find("note-text").value);
}

export function enter(id) {
  find("note-text").value = unsaved.get(id) ?? "";
  find("note-text").readOnly = saving.has(id);
  find("note-form").hidden = !find("note-text").value;
  find("note-open").setAttribute("aria-expanded", String(!find("note-form").hidden));
}

/** The conversation was erased. */
export function forget(id) {
  unsaved.delete(id);
  find("note-text").value = "";
  shut();
}

async function save() {
  const field = find("note-text");
  const text = field.value.trim();
  const id = desk.current()?.id;
  if (!text || !id || field.readOnly) return;
  saving.add(id);
  field.readOnly = true;
  const saved = await desk.act("notes", { text });
  saving.delete(id);
  if (saved && unsaved.get(id)?.trim() === text) unsaved.delete(id);
  if (desk.openId() !== id) return;
  field.readOnly = false;
  if (!saved) return;
  const goesOn = typesElsewhere(find("note-form"));
  field.value = "";
  shut();
  if (!goesOn) find("note-open").focus();
}

export function begin(given) {
  desk = given;
  find("note-open").addEventListener("click", () => (find("note-form").hidden ? open() : shut()));
  find("note-form").addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  find("note-text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save();
  });
}
