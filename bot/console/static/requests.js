// What operators ask of each other: a bar above the page that rings until it is answered, and lines in a conversation.

import * as alarm from "./alarm.js";
import { ask, askToShow, Refused } from "./api.js";
import { find, make, renew, riskMark, tell } from "./dom.js";
import { has, languageName, moment, word } from "./words.js";

let waiting = []; // as the server gives them
let changed = () => {}; // a request was answered here
let accepted = () => {};
const answering = new Set(); // ids of requests whose answer is on its way

/** Fetch what waits and show it. Throws Refused when the server could not be asked. */
export async function look() {
  waiting = await askToShow("/requests");
  show();
}

/** Nobody is signed in any more. */
export function leave() {
  waiting = [];
  show();
}

export function show() {
  const mine = waiting.filter((one) => one.to_me);
  find("bell").hidden = !waiting.length;
  find("bell").setAttribute("aria-label", word("desk.requests"));
  renew(find("bell-list"), waiting, (one) => one.id, (one) => bell(one));
  alarm.asked(mine.filter((one) => one.kind === "transfer").map((one) => one.id));
}

function bell(one) {
  const open = make("a", { href: `#c/${one.conversation}` }, word("desk.request_open"));
  return make("li", {}, make("span", {}, sentence(one), " "), riskMark(one.risk), ` ${languageName(one.language)} `, make("span", { class: "row" }, open, ...buttons(one)));
}

/** A request as a line of its conversation, with the note that came with it. */
export function line(one, note) {
  const open = one.answer === null;
  const reply = open && one.kind === "look" && one.to_me ? replying(one) : null;
  return make(
    "li",
    { class: "request" },
    make("p", {}, sentence(one), " ", moment(one.at)),
    note ? make("p", { class: "text" }, note.words.text) : null,
    reply,
    open ? make("div", { class: "row" }, ...buttons(one)) : make("p", {}, make("b", {}, word(`desk.request_answer.${one.answer}`))),
  );
}

function sentence({ kind, by, to, by_me: byMe, to_me: toMe }) {
  if (toMe) return word(`desk.request.${kind}_to_me`, { name: by });
  if (byMe) return word(`desk.request.${kind}_by_me`, { name: to });
  return word(`desk.request.${kind}`, { by, to });
}

function buttons(one) {
  if (one.by_me) return [button("withdraw", one)];
  if (!one.to_me) return [];
  return one.kind === "transfer" ? [button("accept", one, "primary"), button("decline", one)] : [button("decline", one)];
}

function button(act, one, kind = null) {
  const made = make("button", { type: "button", class: kind }, word(`desk.${act}`));
  made.addEventListener("click", () => answer(one, act));
  return made;
}

function replying(one) {
  const field = make("textarea", { rows: 2, maxlength: 4000, required: "", "aria-label": word("desk.reply_label"), placeholder: word("desk.reply_label") });
  const form = make("form", { class: "reply" }, field, make("button", { class: "primary" }, word("desk.reply")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (field.value.trim()) answer(one, "reply", { text: field.value.trim() });
  });
  return form;
}

async function answer(one, act, body) {
  if (answering.has(one.id)) return; // pressed twice
  answering.add(one.id);
  tell(null);
  try {
    const taken = await ask("POST", `/requests/${one.id}/${act}`, body);
    if (act === "accept") accepted(taken);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    tell(has(`desk.refused.${error.detail}`) ? word(`desk.refused.${error.detail}`) : word("desk.error"));
  }
  answering.delete(one.id);
  changed();
}

/** `then()` is called whenever something was answered here, `taken(conversation)` when one was accepted. */
export function begin(then, taken) {
  changed = then;
  accepted = taken;
}
