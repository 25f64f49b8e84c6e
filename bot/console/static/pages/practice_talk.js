// One practice talk: with the desk's own messages and ready sentences, and afterwards how each rule was kept.

import { ask, latest, Refused } from "../api.js";
import * as cards from "../cards.js";
import { find, make, renew, tell } from "../dom.js";
import { article } from "../message.js";
import { toEnd } from "../scroll.js";
import { languageName, lasting, word } from "../words.js";
import { inTurn, sure } from "./pieces.js";

let place = null; // where the talk is shown
let shown = null; // the talk as last fetched
const sending = new Set(); // ids of talks in which something is on its way
const asked = latest(); // talks that were asked for, or left
let isHere = asked(); // tells whether what was opened last is still open
const unsent = new Map(); // id of a talk -> text not sent yet

export const SHAPES = { kept: "✓", broken: "✕", not_tried: "○" };

/** Single keys while a talk is open. */
export const keys = {
  w: () => find("practice-text")?.focus(),
  r: () => openCards(),
  Escape: () => (location.hash = location.hash.startsWith("#p/practice/talk") ? "p/practice" : ""), // also while it loads
};

/** Begin with a person, and go to the talk. */
export async function begin(person, button) {
  if (button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  const still = isHere;
  try {
    const fresh = await ask("POST", "/practice/rehearsals", { person });
    if (still()) location.hash = `p/practice/talk/${fresh.id}`;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    tell(word("desk.error"));
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

/** How long the first message of the operator took. */
export function firstReply({ first_reply: seconds }) {
  return seconds === null ? word("desk.practice.not_yet") : lasting(seconds);
}

/** Show the talk with an id in an element that holds the mark of practice already. */
export async function show(element, id) {
  const isLast = (isHere = asked());
  let fresh;
  try {
    fresh = await ask("GET", `/practice/rehearsals/${encodeURIComponent(id)}`);
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 404) throw error;
    if (!isLast()) return;
    element.append(back(), make("p", {}, word("desk.practice.gone")));
    return;
  }
  if (!isLast()) return;
  place = element;
  shown = fresh;
  build();
}

/** The ready sentences go back to the desk. */
export function leave() {
  const field = find("practice-text");
  if (shown !== null && field !== null) unsent.set(shown.id, field.value);
  cards.takeBack();
  isHere = asked();
  place = shown = null;
}

const back = () => make("a", { href: "#p/practice", class: "practice-back" }, word("desk.practice.title"));

function build() {
  cards.takeBack();
  const [first] = place.children; // the mark
  place.classList.toggle("full", !shown.played.end);
  place.replaceChildren(first, ...(shown.played.end ? ended() : going()));
  fill();
}

function head() {
  const { person, played } = shown;
  return make(
    "div",
    { class: "practice-head" },
    back(),
    make("h2", { id: "practice-headline", tabindex: "-1" }, person.about),
    make(
      "p",
      { class: "hint" },
      [languageName(person.language), person.channel].join(" · "),
      " · ",
      make("span", {}, word("desk.practice.first_reply"), ": ", make("span", { id: "practice-first" }, firstReply(played))),
    ),
    meaning(),
  );
}

const messages = () => make("div", { id: "practice-messages", role: "log", tabindex: "0", "aria-labelledby": "practice-headline" });

// --- while it goes on ------------------------------------------------------------------------------------------------

function going() {
  const text = make("textarea", { id: "practice-text", rows: "2", maxlength: "4000", "aria-label": word("desk.write_label"), placeholder: word("desk.write_label") });
  text.value = unsent.get(shown.id) ?? "";
  const form = make(
    "form",
    { id: "practice-write", autocomplete: "off" },
    make("div", { class: "practice-writing" }, text, make("button", { class: "primary" }, word("desk.send"))),
    make(
      "div",
      { class: "row" },
      button("practice-cards", word("desk.cards"), openCards, { "aria-expanded": "false", "aria-controls": "cards" }),
      button("practice-number", word("desk.practice.number"), () => act("number")),
      button("practice-quiet", word("desk.practice.quiet"), () => act("quiet")),
      button("practice-stop", word("desk.practice.stop"), () => act("end")),
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    write();
  });
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    write();
  });
  const around = make("div", { id: "practice-talk" }, head(), messages(), form);
  cards.lend({ place: around, around: "practice-talk", opener: "practice-cards", send: (card) => act("cards", { card }) });
  return [around];
}

function button(id, text, then, more = {}) {
  const element = make("button", { type: "button", id, ...more }, text);
  element.addEventListener("click", then);
  return element;
}

// At the real desk nobody tells what the words mean; who begins may look.
function meaning() {
  if (!shown.messages.some((one) => one.author === "person" && one.gloss)) return null;
  const box = make("input", { type: "checkbox", id: "practice-meaning" });
  box.checked = localStorage.getItem("desk.practice.meaning") !== "off";
  box.addEventListener("change", () => {
    localStorage.setItem("desk.practice.meaning", box.checked ? "on" : "off");
    fill();
  });
  return make("label", { class: "tick" }, box, " ", word("desk.practice.meaning"));
}

async function openCards() {
  if (shown === null || shown.played.end) return;
  await cards.show({ id: `practice ${shown.id}`, language: shown.language, answers: shown.answers, unsafe: false });
  goToEnd();
}

async function write() {
  const field = find("practice-text");
  const text = field.value.trim();
  if (!text || field.readOnly) return;
  const { id } = shown;
  field.readOnly = true; // not `disabled`: that would take the focus away
  const went = await act("messages", { text });
  field.readOnly = false;
  if (!went) return;
  field.value = "";
  // left meanwhile, perhaps come back to: what is sent waits no longer
  if (unsent.get(id)?.trim() !== text) return;
  unsent.delete(id);
  const now = find("practice-text");
  if (shown?.id === id && now?.value.trim() === text) now.value = "";
}

async function act(name, body) {
  if (shown === null || sending.has(shown.id)) return false;
  const { id } = shown;
  sending.add(id);
  tell(null);
  try {
    const fresh = await ask("POST", `/practice/rehearsals/${id}/${name}`, body);
    if (shown?.id === id) renewed(fresh);
    return true;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status !== 0) await again(id); // show what is true before saying why
    if (shown?.id === id) tell(word(error.status === 409 ? "desk.conflict" : "desk.error"));
    return false;
  } finally {
    sending.delete(id);
  }
}

async function again(id) {
  try {
    const fresh = await ask("GET", `/practice/rehearsals/${id}`);
    if (shown?.id === id) renewed(fresh);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
}

function renewed(fresh) {
  shown = fresh;
  if (fresh.played.end) {
    build();
    find("practice-score").focus();
    return;
  }
  find("practice-first").textContent = firstReply(fresh.played);
  cards.follow({ id: `practice ${fresh.id}`, language: fresh.language, answers: fresh.answers, unsafe: false });
  fill();
}

function fill() {
  const list = place.querySelector("#practice-messages");
  const meant = localStorage.getItem("desk.practice.meaning") !== "off";
  const listed = shown.messages.map((one) => (one.author === "person" ? { ...one, gloss: null, meaning: meant ? one.gloss : null } : one));
  renew(list, listed, (message) => message.id, line);
  if (!shown.played.end) requestAnimationFrame(goToEnd);
}

function line(message) {
  if (message.quiet) return make("p", { class: "hint quiet" }, word("desk.practice.waited"));
  const element = article(message, shown.language);
  if (message.meaning) element.append(make("p", { class: "gloss", lang: "en" }, make("span", { class: "label" }, word("desk.practice.in_english"), " "), message.meaning));
  return element;
}

function goToEnd() {
  const list = find("practice-messages");
  if (list === null || place === null) return;
  toEnd(place.firstElementChild, list, find("page")); // on a phone the whole page scrolls
}

// --- afterwards ------------------------------------------------------------------------------------------------------

function ended() {
  const { person, played, results } = shown;
  const more = make("button", { type: "button", class: "primary" }, word("desk.practice.again"));
  more.addEventListener("click", () => begin(person.id, more));
  return [
    head(),
    make("p", { class: `practice-end ${played.end}` }, word(`desk.practice.ended.${played.end}`)),
    make("h3", { id: "practice-score", tabindex: "-1" }, word("desk.practice.score")),
    make("p", { class: "hint" }, word("desk.practice.score_hint")),
    make("ol", { class: "practice-score", "aria-labelledby": "practice-score" }, ...results.map(result)),
    played.mine && make("div", { class: "row" }, more, share(), erase()),
    messages(),
  ].filter(Boolean);
}

function result(one) {
  return make(
    "li",
    { class: one.outcome, "data-rule": one.rule },
    make("p", { class: "outcome" }, make("span", { "aria-hidden": "true" }, SHAPES[one.outcome]), " ", word(`desk.practice.${one.outcome}`)),
    make("p", { class: "rule" }, one.text),
    one.shows && make("p", { class: "shows" }, make("span", { class: "label" }, word("desk.practice.shows")), " ", make("q", {}, one.shows)),
    one.words.length > 0 && make("p", { class: "shows" }, word("desk.practice.leave_out", { words: one.words.join(", ") })),
    one.url && make("p", { class: "hint" }, word("desk.practice.source"), ": ", make("a", { href: one.url, target: "_blank", rel: "noreferrer" }, one.source)),
  );
}

function share() {
  const { id } = shown;
  let { shared } = shown.played;
  const box = make("input", { type: "checkbox", id: "practice-share" });
  box.checked = shared;
  const inOrder = inTurn();
  const save = async () => {
    const wanted = box.checked;
    try {
      await ask("PUT", `/practice/rehearsals/${id}/shared`, { shared: wanted });
      shared = wanted;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      box.checked = shared;
      tell(word("desk.error"));
    }
  };
  box.addEventListener("change", () => inOrder(save));
  return make("label", { class: "tick" }, box, " ", word("desk.practice.share"));
}

function erase() {
  const { id } = shown;
  return button("practice-erase", word("desk.practice.erase"), async () => {
    if (!(await sure(word("desk.practice.erase_question"), word("desk.practice.erase"), word("desk.cancel")))) return;
    const still = isHere;
    try {
      await ask("DELETE", `/practice/rehearsals/${id}`);
      if (still()) location.hash = "p/practice";
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      tell(word("desk.error"));
    }
  });
}
