// The open conversation: fetched, shown, kept true. Its parts are rooms of their own: why it is grave, what is written,
// what the operator can do, what stands beside it.

import * as acts from "./acts.js";
import * as answers from "./answers.js";
import { ask, Refused } from "./api.js";
import * as attached from "./attached.js";
import * as cards from "./cards.js";
import { find, make, renew, riskMark, tell, typesElsewhere } from "./dom.js";
import * as grounds from "./grounds.js";
import * as lookup from "./lookup.js";
import * as linked from "./linked.js";
import { article, plain } from "./message.js";
import * as notes from "./notes.js";
import * as reveal from "./reveal.js";
import * as safe from "./safe.js";
import { atEnd, keepClear, toEnd } from "./scroll.js";
import * as sms from "./sms.js";
import * as suggested from "./suggested.js";
import * as translation from "./translation.js";
import * as unseen from "./unseen.js";
import { has, languageName, waiting, word } from "./words.js";
import * as writing from "./writing.js";

const narrow = matchMedia("(max-width: 56rem)");

let shown = null; // the conversation as last fetched
let wanted = null; // the id that is open
let begun = null; // the id of one that was just taken, until it is shown
let erased = null; // the id of one that was erased while it was open: an answer about it may still be on its way
let acted = 0; // how many acts were answered
let looks = 0; // how often it was asked for
let seen = 0; // which of these looks was shown last
let news = 0; // how many answers, to looks and to acts, were shown

export { markDrafts } from "./grounds.js";
export { close, handBack, look, reopen, takeOver, transfer } from "./acts.js";

/** The id of the open conversation, or null. */
export const openId = () => wanted;

/** Open a conversation, or none with null. */
export async function open(id) {
  if (wanted !== null) {
    writing.leave(wanted);
    notes.leave(wanted);
  }
  wanted = id;
  shown = null;
  cancel();
  find("messages").replaceChildren();
  find("said").textContent = "";
  attached.forget();
  tell(null);
  clear(id === null ? null : word("desk.attached_fetching")); // nothing of another one stands there that could be pressed
  if (id === null) return;
  writing.enter(id);
  notes.enter(id);
  await refreshOrTell();
}

/** Whether what was opened stands on the page, or is known to be gone. */
export const isThere = () => wanted === null || shown !== null || erased === wanted;

/** Open a conversation that this operator just got, ready to write: once a sentence to somebody else is finished. */
export async function begins(conversation) {
  const field = document.activeElement;
  if (wanted !== conversation.id && typesElsewhere() && field.value) {
    return field.addEventListener("blur", () => begins(conversation), { once: true });
  }
  begun = conversation.id;
  if (wanted === conversation.id) await showDone(conversation, null);
  else location.hash = `#c/${conversation.id}`;
}

/**
 * Fetch the open conversation anew and show what changed. Answers may overtake each other: never is an older one shown
 * after a newer one. Throws Refused when the server could not be asked.
 */
export async function refresh() {
  const id = wanted;
  if (id === null) return;
  const look = ++looks;
  const before = acted;
  try {
    const fresh = await ask("GET", `/conversations/${encodeURIComponent(id)}`);
    if (id !== wanted || look < seen) return;
    if (before !== acted) return await refresh(); // perhaps it does not know of what was done meanwhile
    seen = look;
    showFresh(fresh);
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

/** The open conversation was erased: nothing of it stays on the page. */
export function gone() {
  erased = wanted;
  writing.forget(wanted);
  notes.forget(wanted);
  translation.forget();
  cancel();
  shown = null;
  find("messages").replaceChildren();
  find("said").textContent = "";
  for (const beside of ["signs", "rises-list", "history-list", "requests-here", "hand-over", "told", "answers-list", "safe-now"]) find(beside).replaceChildren();
  suggested.clear();
  attached.forget();
  clear(word("desk.erased"));
}

// What was begun about the conversation that was open does not go on about another.
function cancel() {
  for (const room of [acts, linked, reveal, safe]) room.cancel();
}

function clear(text) {
  cards.close();
  lookup.close();
  find("open").hidden = true;
  find("choose").hidden = false;
  find("choose").textContent = text ?? word("desk.choose_conversation");
  unseen.look();
}

/** Show the open conversation again, in other words. */
export function showAgain() {
  if (shown !== null) show(shown);
}

function showFresh(conversation) {
  news += 1;
  show(conversation);
}

// What the server answered to an act. `before`: the news when it was asked; what was shown since may be newer.
async function showDone(conversation, before) {
  acted += 1;
  if (before === news) showFresh(conversation);
  else await refreshOrTell();
}

function show(conversation) {
  if (conversation.id === erased) return;
  const before = shown;
  if (before === null) tell(null); // that it could not be fetched is over
  const followed = before === null || isAtEnd();
  shown = conversation;
  find("choose").hidden = true;
  find("open").hidden = false;
  showHead(conversation);
  grounds.show(conversation);
  notes.showBeside(conversation);
  answers.show(conversation);
  safe.show(conversation);
  linked.show(conversation);
  reveal.show(conversation);
  const fresh = showMessages(conversation, before);
  acts.show(conversation);
  suggested.show(conversation);
  if (conversation.mine) cards.follow(conversation);
  else cards.close();
  lookup.follow(conversation);
  sms.follow(conversation);
  if (followed) goToEnd();
  unseen.arrived(followed ? [] : fresh);
  const isReady = begun === conversation.id && conversation.mine;
  if (isReady) begun = null;
  if (typesElsewhere()) return;
  if (before === null && narrow.matches) find("headline").focus(); // a phone's keyboard would cover what is to be read
  else if (isReady) toWriting();
}

function showHead({ risk, language, holder, operator, mine, waiting_since: since, case: { outcome } }) {
  const spoken = make("span", {}, languageName(language));
  find("headline").replaceChildren(riskMark(risk), " ", spoken);
  const held = operator && !mine ? word("desk.taken_by_other", { name: operator }) : word(`desk.holder.${holder}`);
  const what = outcome && has(`desk.outcome.${outcome}`) ? [" · ", word(`desk.outcome.${outcome}`)] : [];
  find("holder").replaceChildren(held, ...(mine ? [` · ${operator}`] : []), ...(since ? [" · ", waiting(since)] : []), ...what);
}

// Returns what the person has written since.
function showMessages({ id, messages, language, case: { notes: written, translates } }, before) {
  renew(
    find("messages"),
    notes.between(messages, written),
    (one) => (one.words ? `note ${one.id}` : one.id),
    (one) => (one.words ? notes.article(one) : article(one, { id, language }, translation.part(id, one, translates))),
  );
  writing.arrived(messages);
  const last = before?.messages.at(-1)?.id ?? Infinity;
  const fresh = messages.filter(({ id: one, author }) => one > last && author === "person");
  for (const message of fresh) {
    const { answered } = message;
    find("said").append(make("span", {}, answered ? `${answered.text} ${answered.title}` : plain(message)));
  }
  return fresh;
}

// On a wide screen the messages scroll, on a narrow one the whole pane does.
const scrolling = () => [find("messages"), find("pane")];

const isAtEnd = () => atEnd(...scrolling());

const goToEnd = () => toEnd(find("head"), ...scrolling());

// --- what the rooms do here ------------------------------------------------------------------------------------------

export function toWriting() {
  if (shown?.mine) find("text").focus();
}

export function toNote() {
  if (shown !== null) notes.open();
}

/** Open the ready sentences, or go back to them. */
export async function toCards() {
  if (!shown?.mine) return;
  const { id } = shown;
  const followed = isAtEnd();
  await cards.show(shown);
  if (followed && shown?.id === id) goToEnd(); // beside the cards the messages have less room
}

/** Open the directory for the countries of this conversation. */
export async function toLookup() {
  if (shown !== null) await lookup.show(shown);
}

// Send something ready: a card, a line, a fact. Whether it went out.
async function sendReady(kind, body) {
  const id = wanted;
  const sent = shown?.mine && (await send(kind, body));
  if (sent && wanted === id) {
    await refreshOrTell();
    if (wanted === id) goToEnd();
  }
  return sent;
}

// What is done with the open conversation, by a last part of its address. Whether it was done.
const act = (name, body) =>
  tried(async (post) => {
    const id = wanted;
    const before = news;
    const answer = await post(name, body);
    if (id === wanted && answer?.messages) await showDone(answer, before); // else it is a note or a request
    return true;
  });

// As `act`, for what goes to the person.
const send = (name, body) => tried((post) => safe.send(shown, body, (decided) => post(name, decided)));

async function tried(what) {
  const id = wanted;
  tell(null);
  try {
    return await what((name, body) => ask("POST", `/conversations/${encodeURIComponent(id)}/${name}`, body));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status !== 0) await refreshOrTell(); // show what is true before saying why
    if (id === wanted && shown !== null) tell(told(error));
    return false;
  }
}

function told({ status, detail }) {
  if (has(`desk.refused.${detail}`)) return word(`desk.refused.${detail}`);
  if (status === 409) {
    const other = shown.holder === "operator" && !shown.mine;
    return other ? word("desk.taken_by_other", { name: shown.operator }) : word("desk.conflict");
  }
  return word(status === 403 ? "desk.not_allowed" : "desk.error");
}

// A message that failed or may not have arrived: the operator decides that twice is better than never.
async function sendAgain(button) {
  if (shown === null || button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true"); // not `disabled`: that would take the focus away
  const sent = await send(`messages/${button.dataset.message}/send-again`, {});
  button.removeAttribute("aria-disabled");
  if (sent) await refreshOrTell();
}

export function begin() {
  unseen.begin();
  keepClear(find("pane"), find("head"), find("below"), () => shown !== null && isAtEnd() && goToEnd());
  const desk = { act, send, current: () => shown, openId, refresh: refreshOrTell, toEnd: goToEnd, toWriting };
  acts.begin(desk);
  writing.begin(desk);
  notes.begin(desk);
  suggested.begin((key) => sendReady("cards", { card: key }));
  lookup.begin(sendReady);
  cards.begin((key) => sendReady("cards", { card: key }));
  translation.begin();
  find("cards-open").addEventListener("click", toCards);
  find("lookup-open").addEventListener("click", toLookup);
  linked.begin(refreshOrTell);
  safe.begin(refreshOrTell);
  reveal.begin((form) => act("reveal", form), refreshOrTell);
  find("answers").open = matchMedia("(min-width: 56rem)").matches;
  find("messages").addEventListener("click", (event) => {
    const button = event.target.closest(".send-again");
    if (button) sendAgain(button);
  });
}
