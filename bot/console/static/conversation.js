// The open conversation: what was said, why it is grave, and what the operator can do.

import * as answers from "./answers.js";
import { ask, Refused } from "./api.js";
import * as cards from "./cards.js";
import { find, make, renew, riskMark, tell } from "./dom.js";
import { article, plain } from "./message.js";
import { countryName, has, languageName, waiting, word } from "./words.js";

let shown = null; // the conversation as last fetched
let wanted = null; // the id that is open
const unsent = new Map(); // conversation id -> text not sent yet
let drafts = []; // languages whose phrases no native speaker has read yet
let unsure = null; // {id, text, after}: sent into a line that broke, so perhaps it arrived

/** Say of these languages that what the bot says in them is a draft. */
export function markDrafts(languages) {
  drafts = languages;
}

/** The id of the open conversation, or null. */
export const openId = () => wanted;

/** Open a conversation, or none with null. */
export async function open(id) {
  if (wanted !== null) unsent.set(wanted, find("text").value);
  wanted = id;
  shown = null;
  find("messages").replaceChildren();
  find("said").textContent = "";
  tell(null);
  cards.close();
  if (id === null) return clear(null);
  find("text").value = unsent.get(id) ?? "";
  await refreshOrTell();
}

/** Fetch the open conversation anew and show what changed. Throws Refused when the server could not be asked. */
export async function refresh() {
  const id = wanted;
  if (id === null) return;
  try {
    const fresh = await ask("GET", `/conversations/${encodeURIComponent(id)}`);
    if (id === wanted) show(fresh);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (id !== wanted) return;
    if (error.status !== 404) throw error;
    gone();
  }
}

/** As `refresh`, for the operator who waits for it: a failure is told. */
export async function refreshOrTell() {
  try {
    await refresh();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    tell(word("desk.error"));
  }
}

/** The open conversation was erased. */
export function gone() {
  unsent.delete(wanted);
  shown = null;
  find("text").value = "";
  find("messages").replaceChildren();
  clear(word("desk.erased"));
}

function clear(text) {
  cards.close();
  find("open").hidden = true;
  find("choose").hidden = false;
  find("choose").textContent = text ?? word("desk.choose_conversation");
}

/** Show the open conversation again, in other words. */
export function showAgain() {
  if (shown !== null) show(shown);
}

function show(conversation) {
  const before = shown;
  const followed = before === null || atEnd();
  shown = conversation;
  find("choose").hidden = true;
  find("open").hidden = false;
  showHead(conversation);
  showGrounds(conversation);
  answers.show(conversation);
  showMessages(conversation, before);
  showActs(conversation);
  if (followed) toEnd();
}

function showHead({ risk, language, holder, operator, mine, waiting_since: since }) {
  const spoken = make("span", {}, languageName(language));
  find("headline").replaceChildren(riskMark(risk), " ", spoken);
  const held = operator && !mine ? word("desk.taken_by_other", { name: operator }) : word(`desk.holder.${holder}`);
  find("holder").replaceChildren(held, ...(mine ? [` · ${operator}`] : []), ...(since ? [" · ", waiting(since)] : []));
}

function showGrounds(conversation) {
  find("unsafe").hidden = find("unsafe-here").hidden = !conversation.unsafe;
  find("other-hand").hidden = !conversation.other_hand;
  find("other-hand").textContent = conversation.other_hand ? word(`desk.other_hand.${conversation.other_hand}`) : "";
  find("rule").textContent = word(`desk.rule.${conversation.rule}`);
  const grounds = new Map(conversation.because.map((sign) => [sign.indicator, sign.message_id]));
  const others = conversation.messages.flatMap((one) => one.indicators.map((name) => [name, one.id]));
  const all = new Map([...grounds, ...others.filter(([name]) => !grounds.has(name))]);
  find("signs").replaceChildren(...[...all].map(([name, messageId]) => sign(name, messageId, grounds.has(name))));
  find("signs-hint").textContent = word(all.size ? "desk.evidence" : "desk.signs_none");
  showFlags(conversation.messages);
  const facts = [
    [word("desk.language"), languageName(conversation.language)],
    [word("desk.channel"), conversation.channel],
    ...["present", "origin", "destination"]
      .filter((role) => conversation.countries[role])
      .map((role) => [word(`desk.country.${role}`), countryName(conversation.countries[role])]),
  ];
  if (conversation.handoff_reason && conversation.handoff_reason !== conversation.rule) facts.push([word("desk.reason"), reason(conversation.handoff_reason)]);
  if (drafts.includes(conversation.language)) facts[0].push(make("dd", { class: "hint" }, word("desk.draft_language")));
  find("facts").replaceChildren(...facts.map(([name, value, ...more]) => make("div", {}, make("dt", {}, name), make("dd", {}, value), ...more)));
}

function showFlags(messages) {
  const flags = new Map(messages.flatMap((one) => one.red_flags.map((flag) => [flag.name, [flag, one.id]])));
  find("flags-title").hidden = !flags.size;
  find("flags").replaceChildren(...[...flags.values()].map(([flag, messageId]) => leads(flag.text, messageId, null)));
}

function reason(name) {
  const key = ["desk.handoff", "desk.rule", "desk.intent"].map((kind) => `${kind}.${name}`).find(has);
  return key ? word(key) : name;
}

function sign(name, messageId, isGround) {
  return leads(word(`desk.indicator.${name}`), messageId, isGround ? "ground" : null);
}

// A line that leads to the message that it is from.
function leads(text, messageId, kind) {
  const button = make("button", { type: "button", class: kind }, text);
  button.addEventListener("click", () => {
    const message = find("messages").querySelector(`[data-key="${messageId}"]`);
    message?.scrollIntoView({ block: "center" });
    message?.animate([{ outlineColor: "currentcolor" }, { outlineColor: "transparent" }], 1500);
  });
  return make("li", {}, button);
}

function showMessages({ messages, language }, before) {
  renew(find("messages"), messages, (message) => message.id, (message) => article(message, language));
  const last = before?.messages.at(-1)?.id ?? Infinity;
  for (const message of messages) {
    if (message.id <= last || message.author !== "person") continue;
    const { answered } = message;
    find("said").append(make("span", {}, answered ? `${answered.text} ${answered.title}` : plain(message)));
  }
  if (unsure?.id === wanted && messages.some((one) => one.id > unsure.after && one.author === "operator" && plain(one) === unsure.text)) {
    find("text").value = ""; // it had arrived
    tell(null);
    unsure = null;
  }
}

// On a wide screen the messages scroll, on a narrow one the whole pane does.
const scrolling = () => [find("messages"), find("pane")];

const atEnd = () => scrolling().every((one) => one.scrollHeight - one.scrollTop - one.clientHeight < 120);

function toEnd() {
  for (const one of scrolling()) one.scrollTop = one.scrollHeight;
}

function showActs(conversation) {
  const { holder, mine } = conversation;
  const canTake = holder === "queue" || holder === "bot";
  find("take-over").hidden = !canTake;
  find("write-hint").hidden = !canTake;
  find("writing").hidden = find("hand-back").hidden = find("close").hidden = find("cards-open").hidden = !mine;
  if (mine) cards.follow(conversation);
  else cards.close();
}

// --- acts ------------------------------------------------------------------------------------------------------------

/** Take the open conversation over. */
export async function takeOver() {
  if (shown === null || find("take-over").hidden) return;
  if (await act("take-over")) find("text").focus();
}

export async function handBack() {
  if (shown?.mine) await act("hand-back");
}

export function close() {
  if (shown?.mine) find("close-dialog").showModal();
}

export function toWriting() {
  if (shown?.mine) find("text").focus();
}

/** Open the ready sentences, or go back to them. */
export async function toCards() {
  if (!shown?.mine) return;
  const followed = atEnd();
  await cards.show(shown);
  if (followed) toEnd(); // beside the cards the messages have less room
}

async function sendCard(key) {
  const id = wanted;
  const sent = shown?.mine && (await act("cards", { card: key }));
  if (sent && wanted === id) {
    await refreshOrTell();
    toEnd();
  }
  return sent;
}

async function act(name, body) {
  const id = wanted;
  tell(null);
  try {
    const answer = await ask("POST", `/conversations/${encodeURIComponent(id)}/${name}`, body);
    if (id === wanted && answer.messages) show(answer); // else it is the message that was written
    return true;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status !== 0) await refreshOrTell(); // show what is true before saying why
    if (id === wanted && shown !== null) tell(told(error.status));
    return false;
  }
}

function told(status) {
  if (status === 409) {
    const other = shown.holder === "operator" && !shown.mine;
    return other ? word("desk.taken_by_other", { name: shown.operator }) : word("desk.conflict");
  }
  return word(status === 403 ? "desk.not_allowed" : "desk.error");
}

async function send() {
  const field = find("text");
  const text = field.value.trim();
  if (!text || !shown?.mine || field.readOnly) return;
  const id = wanted;
  unsure = { id, text, after: shown.messages.at(-1)?.id ?? 0 };
  // not `disabled`: that would take the focus away, and Esc meant for the field would leave the conversation
  field.readOnly = true;
  const sent = await act("messages", { text });
  field.readOnly = false;
  if (wanted !== id) return;
  if (sent) {
    field.value = "";
    unsure = null;
    await refreshOrTell();
    toEnd();
  }
}

// A message that failed or may not have arrived: the operator decides that twice is better than never.
async function sendAgain(button) {
  button.disabled = true;
  try {
    await ask("POST", `/conversations/${encodeURIComponent(wanted)}/messages/${button.dataset.message}/send-again`);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    tell(word("desk.error"));
  }
  await refreshOrTell();
}

export function begin() {
  find("take-over").addEventListener("click", takeOver);
  find("hand-back").addEventListener("click", handBack);
  find("cards-open").addEventListener("click", toCards);
  cards.begin(sendCard);
  find("answers").open = matchMedia("(min-width: 56rem)").matches;
  find("close").addEventListener("click", close);
  find("close-dialog").addEventListener("close", (event) => {
    if (event.target.returnValue === "yes") act("close");
    event.target.returnValue = "";
  });
  find("messages").addEventListener("click", (event) => {
    const button = event.target.closest(".send-again");
    if (button) sendAgain(button);
  });
  find("write").addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  find("text").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
}
