// What may help next: a few ready sentences, chosen by rules for this conversation, each with the reason.

import { line } from "./card.js";
import { find, renew } from "./dom.js";
import { word } from "./words.js";

let send = async () => false;

/** Show the suggestions of a conversation; only whoever holds it can send. */
export function show({ id, mine, case: { suggestions } }) {
  const open = mine ? suggestions : [];
  find("suggested").hidden = !open.length;
  find("suggested-count").textContent = ` (${open.length})`;
  const list = find("suggested-list");
  const held = list.contains(document.activeElement);
  renew(list, open, (one) => `${id} ${one.card.key}`, (one) => line(one.card, reason(one), send).element);
  // what was sent is not suggested any more: by keyboard one goes on with the next
  if (held && !list.contains(document.activeElement)) (list.querySelector("button") ?? find("text")).focus();
}

export function clear() {
  find("suggested-list").replaceChildren();
}

function reason({ why, sign }) {
  return word(`desk.suggest_why.${why}`, { sign: sign ? word(`desk.indicator.${sign}`) : "" });
}

/** `act(key)` sends a card to the person and tells whether it went out. */
export function begin(act) {
  send = act;
  find("suggested").open = matchMedia("(min-width: 76.01rem)").matches;
}
