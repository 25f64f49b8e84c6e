// Other conversations of the same person, as operators have linked them.

import { ask, latest, Refused } from "./api.js";
import { find, make, renew, riskMark } from "./dom.js";
import { languageName, moment, word } from "./words.js";

let shown = null; // the open conversation
let found = null; // what the dialog is about to link
let leaving = null; // what is about to be unlinked
let changed = () => {};
const asked = latest(); // of what the dialog asks for

/** Show what is linked with a conversation. */
export function show(conversation) {
  shown = conversation;
  renew(find("linked-list"), conversation.linked, (one) => one.id, line);
}

function line(one) {
  const link = make("a", { href: `#c/${one.id}` }, ...about(one));
  const part = make("button", { type: "button", "aria-label": `${word("desk.unlink")} ${one.number}` }, word("desk.unlink"));
  part.addEventListener("click", () => {
    leaving = one;
    find("unlink-dialog").showModal();
  });
  return make("li", {}, link, part);
}

const about = (one) => [riskMark(one.risk), ` ${one.channel} · ${languageName(one.language)} · ${one.number} · `, moment(one.opened_at)];

function open() {
  find("link-number").value = "";
  forget();
  find("link-dialog").showModal();
}

/** Another conversation is opened, or this one is gone: no window about it stays open. */
export function cancel() {
  find("link-dialog").close();
  find("unlink-dialog").close("");
  find("link-number").value = "";
  forget();
}

function forget() {
  asked();
  found = null;
  find("link-found").replaceChildren();
  find("link-do").hidden = true;
}

// Two steps: what the number stands for is seen before it is linked.
async function look() {
  forget();
  const isLast = asked();
  const number = find("link-number").value.trim().toLowerCase();
  if (!/^[0-9a-f]{8,32}$/.test(number)) return tell("desk.link_none");
  try {
    const one = await ask("GET", `/conversations-by-number/${number}`);
    if (!isLast()) return; // another number was typed meanwhile
    if (one.id === shown.id) return tell("desk.link_same");
    if (shown.linked.some(({ id }) => id === one.id)) return tell("desk.link_already");
    found = one;
    find("link-found").replaceChildren(...about(one));
    find("link-do").hidden = false;
    find("link-do").focus();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (isLast()) tell({ 404: "desk.link_none", 409: "desk.link_more" }[error.status] ?? "desk.error");
  }
}

const tell = (key) => find("link-found").replaceChildren(word(key));

async function link() {
  const isLast = asked();
  try {
    await ask("POST", `/conversations/${shown.id}/links`, { conversation: found.id });
    if (isLast()) find("link-dialog").close();
    await changed();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (isLast()) tell({ 403: "desk.not_allowed", 404: "desk.link_none", 409: "desk.link_already" }[error.status] ?? "desk.error");
  }
}

async function unlink() {
  try {
    await ask("DELETE", `/conversations/${shown.id}/links/${leaving.id}`);
  } catch (error) {
    if (!(error instanceof Refused)) throw error; // unlinked meanwhile, or the line broke: what is true is shown below
  }
  await changed();
}

/** `then` is called when something was linked or unlinked. */
export function begin(then) {
  changed = then;
  find("link-open").addEventListener("click", open);
  find("link-cancel").addEventListener("click", () => find("link-dialog").close());
  find("link-number").addEventListener("input", forget);
  find("link-form").addEventListener("submit", (event) => {
    event.preventDefault();
    look();
  });
  find("link-do").addEventListener("click", link);
  find("unlink-dialog").addEventListener("close", (event) => {
    if (event.target.returnValue === "yes") unlink();
    event.target.returnValue = "";
  });
}
