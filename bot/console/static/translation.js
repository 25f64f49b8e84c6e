// A machine's translation of a single message, on a press. It stands below the words and their signs, never alone.

import { ask, Refused } from "./api.js";
import { find, make } from "./dom.js";
import { has, language, word } from "./words.js";

let made = new Map(); // "conversation message language" -> text

/** What stands below a message of the person: the translation, or the button that asks for one; or nothing. */
export function part(conversationId, message, translates) {
  if (!translates || message.author !== "person" || message.language === language || message.answered) return null;
  const known = made.get(`${conversationId} ${message.id} ${language}`);
  if (known !== undefined) return translated(known);
  return make("button", { type: "button", class: "translate", "data-conversation": conversationId, "data-message": message.id }, word("desk.translate"));
}

function translated(text) {
  return make("p", { class: "gloss translated", lang: language }, make("span", { class: "label" }, word("desk.translated"), " "), text);
}

async function translate(button) {
  const { conversation, message } = button.dataset;
  button.setAttribute("aria-disabled", "true");
  button.textContent = word("desk.translating");
  const held = made;
  let shown;
  try {
    const { text, language: into } = await ask("POST", `/conversations/${encodeURIComponent(conversation)}/messages/${message}/translation`);
    if (held !== made) return; // it was erased meanwhile
    made.set(`${conversation} ${message} ${into}`, text);
    shown = translated(text);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const key = `desk.untranslated.${error.detail}`;
    shown = make("p", { class: "hint", role: "status" }, word(has(key) ? key : "desk.error"));
  }
  // its message may have been shown anew meanwhile, with a button of its own
  document.querySelector(`.translate[data-conversation="${CSS.escape(conversation)}"][data-message="${message}"]`)?.replaceWith(shown);
}

/** Nothing of what was translated is kept. */
export function forget() {
  made = new Map();
}

export function begin() {
  find("messages").addEventListener("click", (event) => {
    const button = event.target.closest(".translate");
    if (button && !button.getAttribute("aria-disabled")) translate(button);
  });
}
