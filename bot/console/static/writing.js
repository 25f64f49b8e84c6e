// What an operator writes to the person.

import { find, tell } from "./dom.js";
import { plain } from "./message.js";
import * as sms from "./sms.js";

let desk = null; // see conversation.begin
const unsent = new Map(); // conversation id -> text not sent yet
const sending = new Set(); // ids of conversations with an answer on its way
const unsure = new Map(); // id -> {text, after}: sent into a line that broke, so perhaps it arrived

/** Another conversation is opened: what is half written in this one waits. */
export function leave(id) {
  unsent.set(id, find("text").value);
}

export function enter(id) {
  find("text").value = unsent.get(id) ?? "";
  find("text").readOnly = sending.has(id);
}

/** The conversation was erased. */
export function forget(id) {
  unsent.delete(id);
  unsure.delete(id);
  find("text").value = "";
}

// It went out: it does not stand in the field any more, nor when its conversation is opened again.
function sent(id, text) {
  unsure.delete(id);
  if (unsent.get(id)?.trim() === text) unsent.delete(id);
  const field = find("text");
  if (desk.openId() !== id || field.value.trim() !== text) return;
  field.value = "";
  sms.tell();
}

/** Messages came: one of them may be what was sent into a broken line. */
export function arrived(messages) {
  const { id } = desk.current();
  const { text, after } = unsure.get(id) ?? {};
  if (!messages.some((one) => one.id > after && one.author === "operator" && plain(one) === text)) return;
  sent(id, text);
  tell(null);
}

async function send() {
  const field = find("text");
  const text = field.value.trim();
  const shown = desk.current();
  if (!text || !shown?.mine || field.readOnly) return;
  const { id } = shown;
  unsure.set(id, { text, after: shown.messages.at(-1)?.id ?? 0 });
  sending.add(id);
  // not `disabled`: that would take the focus away, and Esc meant for the field would leave the conversation
  field.readOnly = true;
  const went = await desk.send("messages", { text });
  sending.delete(id);
  if (went) sent(id, text);
  if (desk.openId() !== id) return;
  field.readOnly = false;
  if (!went) return;
  await desk.refresh();
  if (desk.openId() === id) desk.toEnd();
}

export function begin(given) {
  desk = given;
  find("write").addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  find("text").addEventListener("input", sms.tell);
  find("text").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
}
