// One message of a conversation as an operator reads it: the words with their evidence, and what was made of them.

import { make } from "./dom.js";
import { has, language, languageName, moment, word } from "./words.js";

/** An article for a message; `spoken` is the conversation's language, for what was said to the person. */
export function article(message, spoken) {
  const person = message.author === "person";
  const lang = person ? (message.language === "und" ? null : message.language) : spoken;
  return make(
    "article",
    { class: `message ${message.author}${message.delivery === "withheld" ? " withheld" : ""}` },
    make("p", { class: "by" }, message.operator ?? word(`desk.author.${message.author}`), " ", moment(message.at)),
    ...texts(message, lang),
    signs(message),
    person ? reading(message) : null,
    message.gloss && message.gloss !== plain(message) && make("p", { class: "gloss", lang: language }, label("desk.gloss"), message.gloss),
    offered(message.buttons, lang),
    cameHow(message),
    message.delivery && make("p", { class: `delivery ${message.delivery}` }, word(`desk.delivery.${message.delivery}`)),
    stuck(message),
    STUCK.has(message.delivery) && make("button", { type: "button", class: "send-again", "data-message": message.id }, word("desk.send_again")),
  );
}

const STUCK = new Set(["failed", "uncertain"]);

// Why a message waits or could not be sent; a code that no phrase explains stands behind a plain word.
function stuck(message) {
  if (!message.reason) return null;
  const key = `desk.undelivered.${message.reason}`;
  const plainly = word(STUCK.has(message.delivery) ? "desk.undelivered.failed" : "desk.undelivered.waits");
  return make("p", { class: "delivery" }, has(key) ? word(key) : `${plainly} (${message.reason})`);
}

// How the text came, where it is not plainly what the person wrote.
function cameHow(message) {
  const told = message.attached.filter((kind) => has(`desk.attached.${kind}`));
  return told.length ? make("p", { class: "reading" }, told.map((kind) => word(`desk.attached.${kind}`)).join(" · ")) : null;
}

/** The text of a message without any marks, for reading aloud. */
export const plain = (message) => message.readable ?? message.pieces.map((piece) => piece.text).join("");

function texts(message, lang) {
  const written = pieces(message);
  if (message.readable === null) return [make("p", { class: "text", lang }, ...written)];
  return [
    make("p", { class: "text", lang }, message.readable),
    make("p", { class: "as-written", lang: null }, label("desk.original"), make("span", { lang }, ...written)),
  ];
}

// The signs of a message in the order in which their words stand in it.
function signsOf(message) {
  return [...new Set([...message.pieces.flatMap((piece) => piece.indicators), ...message.indicators])];
}

// Words that are evidence are marked, and numbered so that the sign below can name them.
function pieces(message) {
  const order = signsOf(message);
  return message.pieces.map((piece) => {
    if (!piece.indicators.length) return piece.text;
    const numbers = piece.indicators.map((name) => order.indexOf(name) + 1).sort().join(" ");
    const names = piece.indicators.map((name) => word(`desk.indicator.${name}`)).join(", ");
    return make("mark", { title: names }, piece.text, make("sub", { "aria-label": `(${names})`, role: "note" }, numbers));
  });
}

function signs(message) {
  if (!message.indicators.length) return null;
  return make(
    "ul",
    { class: "signs", "aria-label": word("desk.signs") },
    ...signsOf(message).map((name, index) =>
      make("li", {}, make("b", { "aria-hidden": "true" }, String(index + 1)), " ", word(`desk.indicator.${name}`)),
    ),
  );
}

function reading(message) {
  const intent = message.understood ? message.intent : "failed";
  if (!intent) return null; // its turn is not taken yet, or a button was pressed
  const parts = [word(`desk.intent.${intent}`)];
  if (message.language && message.language !== "und") parts.push(languageName(message.language));
  return make("p", { class: "reading" }, parts.join(" · "));
}

function offered(buttons, lang) {
  if (!buttons.length) return null;
  return make(
    "ul",
    { class: "offered", "aria-label": word("desk.offered") },
    ...buttons.map((title) => make("li", { lang }, title)),
  );
}

const label = (key) => make("span", { class: "label" }, word(key), " ");
