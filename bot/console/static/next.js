// The main act: take the next most urgent. And "I am on it", for who needs a moment before taking over.

import { ask, Refused } from "./api.js";
import { lines } from "./board.js";
import * as conversation from "./conversation.js";
import { find, tell } from "./dom.js";
import { has, word } from "./words.js";

let calls = []; // who waits and is called for, the next one first
let taking = false;

/** Show who is called for, as the server says. */
export function show(all) {
  calls = all;
  const line = find("calls");
  line.hidden = !calls.length;
  const first = calls.find((one) => !one.acknowledged_by) ?? calls[0];
  line.textContent = calls.length ? [word("desk.calls", { count: calls.length }), state(first)].filter(Boolean).join(" · ") : "";
  showOpen();
}

/** Show how far the calling for the open conversation has gone. */
export function showOpen() {
  const waits = lines("open").some((line) => line.id === conversation.openId() && line.holder === "queue");
  const one = waits ? calls.find((other) => other.id === conversation.openId()) : undefined;
  find("acknowledge").hidden = one === undefined || one.acknowledged_by !== null;
  find("rung").hidden = one === undefined;
  find("rung").textContent = one ? state(one) : "";
}

function state(one) {
  if (one.acknowledged_by) return word("desk.acknowledged", { name: one.acknowledged_by });
  return has(`desk.rung.${one.rung}`) ? word(`desk.rung.${one.rung}`) : "";
}

/** Take over whoever needs a human most, and open the conversation. */
export async function takeNext() {
  if (taking) return; // a second press would take a second one
  taking = true;
  const button = find("take-next");
  button.setAttribute("aria-busy", "true");
  tell(null);
  try {
    const taken = await ask("POST", "/take-next");
    if (taken === null) return tell(word("desk.take_next_nobody"));
    conversation.begins(taken);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    tell(word({ 403: "desk.not_allowed", 409: "desk.take_next_resting" }[error.status] ?? "desk.error"));
  } finally {
    taking = false;
    button.removeAttribute("aria-busy");
  }
}

/** Tell everybody that this operator is on it. */
export async function acknowledge() {
  const id = conversation.openId();
  if (id === null || find("acknowledge").hidden) return;
  try {
    await ask("POST", `/conversations/${encodeURIComponent(id)}/acknowledge`);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status !== 404) return tell(word("desk.error")); // 404: it waits no more
  }
  if (id === conversation.openId()) find("acknowledge").hidden = true;
}

export function begin() {
  find("take-next").addEventListener("click", takeNext);
  find("acknowledge").addEventListener("click", acknowledge);
}
