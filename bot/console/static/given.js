// What a supervisor did with this operator's conversations: a line above the page until it is understood.

import { ask, askToShow, Refused } from "./api.js";
import { find, make, renew } from "./dom.js";
import { moment, word } from "./words.js";

let told = [];
const away = new Set(); // ids of what was understood here: an answer that still has it may be on its way

/** Fetch what was told and show it. Throws Refused when the server could not be asked. */
export async function look() {
  told = (await askToShow("/notices")).filter((one) => !away.has(one.id));
  show();
}

/** Nobody is signed in any more. */
export function leave() {
  told = [];
  show();
}

/** Is something told about this conversation? */
export const concerns = (id) => told.some((one) => one.conversation === id);

export function show() {
  find("given").hidden = !told.length;
  find("given").setAttribute("aria-label", word("desk.notices"));
  renew(find("given"), told, (one) => one.id, line);
}

function line(one) {
  const away = make("button", { type: "button" }, word("desk.notice_seen"));
  away.addEventListener("click", () => putAway(one, away));
  return make(
    "li",
    {},
    make("span", {}, word(`desk.notice.${one.kind}`, { name: one.by }), " ", moment(one.at)),
    one.note ? make("q", {}, one.note) : null,
    make("span", { class: "row" }, make("a", { href: `#c/${one.conversation}` }, word("desk.request_open")), away),
  );
}

async function putAway(one, button) {
  button.disabled = true;
  try {
    await ask("POST", `/notices/${one.id}/seen`);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status !== 404) return (button.disabled = false);
  }
  away.add(one.id);
  told = told.filter((other) => other.id !== one.id);
  show();
}
