// One message of a conversation as an operator reads it: the words with their evidence, and what was made of them.

import * as attached from "./attached.js";
import { make } from "./dom.js";
import { has, language, languageName, moment, word } from "./words.js";

/** An article for a messageof a conversation. */
export function article(message, { id, language: spoken }, below = null) {
  const person = message.author === "person";
  const lang = person ? (message.language === "und" ? null : message.language) : spoken;
  return make(
    "article",
    { class: `message ${message.author}${message.delivery === "withheld" ? " withheld" : ""}` },
    make("p", { class: "by" }, message.operator ?? word(`desk.author.${message.author}`), " ", moment(message.at)),
    ...texts(message, lang),
    ...attached.parts(message, id),
    answered(message),
    signs(message),
    below,
    person ? reading(message) : null,
    message.gloss && message.gloss !== plain(message) && make("p", { class: "gloss", lang: language }, label("desk.gloss"), message.gloss),
    message.gloss ? offered(message.buttons_gloss, language) : offered(message.buttons, lang),
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
  const told = attached.manner(message);
  return told ? make("p", { class: "reading" }, told) : null;
}

/** The text of a message without any marks, for reading aloud. */
export const plain = (message) => message.readable ?? (message.pieces.map((piece) => piece.text).join("") || attached.named(message));

function texts(message, lang) {
  const written = pieces(message);
  if (!written.length) return []; // it came without words
  if (message.readable === null) return [make("p", { class: "text", lang }, ...written)];
  return [
    make("p", { class: "text", lang }, message.readable),
    make("p", { class: "as-written", lang: null }, label("desk.original"), make("span", { lang }, ...written)),
  ];
}

// The signs of a message, and the warning signs of an offer in it, in the order in which their words stand in it.
function groundsOf(message) {
  const standing = (of) => message.pieces.flatMap(of);
  const signs = [...new Set([...standing((piece) => piece.indicators), ...message.indicators])];
  const flags = new Map(message.red_flags.map((flag) => [flag.name, flag.text]));
  const named = [...new Set([...standing((piece) => piece.red_flags), ...flags.keys()])];
  return [
    ...signs.map((name) => ({ id: `sign ${name}`, text: word(`desk.indicator.${name}`) })),
    ...named.map((name) => ({ id: `flag ${name}`, text: flags.get(name) })),
  ];
}

// Words that are evidence are marked, and numbered so that the sign below can name them.
function pieces(message) {
  const grounds = groundsOf(message);
  return message.pieces.map((piece) => {
    const here = new Set([...piece.indicators.map((name) => `sign ${name}`), ...piece.red_flags.map((name) => `flag ${name}`)]);
    if (!here.size) return piece.text;
    const numbered = grounds.map((ground, index) => ({ ...ground, number: index + 1 })).filter(({ id }) => here.has(id));
    const names = numbered.map(({ text }) => text).join(", ");
    const numbers = numbered.map(({ number }) => number).join(" ");
    return make("mark", { title: names }, piece.text, make("sub", { "aria-label": `(${names})`, role: "note" }, numbers));
  });
}

function signs(message) {
  const grounds = groundsOf(message);
  if (!grounds.length) return null;
  return make(
    "ul",
    { class: "signs", "aria-label": word(message.red_flags.length ? "desk.red_flags" : "desk.signs") },
    ...grounds.map(({ text }, index) => make("li", {}, make("b", { "aria-hidden": "true" }, String(index + 1)), " ", text)),
  );
}

// The answer that a message is, in the operator's language.
function answered({ answered: given }) {
  if (!given) return null;
  return make("p", { class: "gloss", lang: language }, make("span", { class: "label" }, given.text, " "), given.title);
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
