// What the page shows of a conversation: messages, their state, answers to tap, and the line above them.

import { languageOf, word, write } from "./words.js";

export const find = (id) => document.getElementById(id);

const log = find("log");

const WHO = { me: "chat.you", bot: "chat.helper", operator: "chat.person" };

/** A message at the end of the conversation; `from` is me, bot or operator. Returns its element. */
export function bubble(from, text) {
  const item = document.createElement("div");
  item.className = `message ${from}`;
  const who = document.createElement("span");
  who.className = from === "operator" ? "who" : "who only-read-aloud";
  who.dataset.word = WHO[from];
  who.textContent = word(WHO[from]);
  const paragraph = document.createElement("p");
  paragraph.lang = languageOf(text);
  if (from === "me") paragraph.textContent = text;
  else write(paragraph, text, from === "operator");
  item.append(who, paragraph);
  log.append(item);
  if (from === "me") toEnd();
  return item;
}

/** Is the end of the conversation on the screen, or nearly? Who reads further up is left there. */
export const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 160;

const toEnd = () => (log.scrollTop = log.scrollHeight);

/** Scroll to the end, but no further than a long answer can be read from its beginning. */
export function reveal(element) {
  toEnd();
  const above = log.getBoundingClientRect().top - element.getBoundingClientRect().top;
  if (above > 0) log.scrollTop -= above + 12;
}

/** Say under a message of mine where it is; with `again`, a button to send it anew. */
export function state(element, key, again = null) {
  let shown = element.querySelector(".state");
  if (!shown) {
    shown = document.createElement("span");
    shown.className = "state";
    element.append(shown);
  }
  if (shown.dataset.key === key) return;
  shown.dataset.key = key;
  const text = document.createElement("span");
  text.dataset.word = key;
  text.textContent = word(key);
  shown.replaceChildren(text);
  if (again) shown.append(button(word("chat.retry"), again));
  if (element === log.lastElementChild) toEnd();
}

/** Show answers to tap instead of typing; none hides them. */
export function offer(buttons, chosen) {
  const choices = find("choices");
  const held = choices.contains(document.activeElement);
  choices.replaceChildren(...buttons.map((one) => button(one.title, () => chosen(one), languageOf(one.title))));
  choices.hidden = buttons.length === 0;
  if (held) log.focus(); // what had the focus is gone
}

function button(title, act, lang = null) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = title;
  if (lang) made.lang = lang;
  made.addEventListener("click", act);
  return made;
}

/** Tell something at the edge of the page; null takes it away. */
export function tell(key) {
  const line = find("line");
  if (line === null) return; // the page was left
  line.hidden = key === null;
  if (key === null) delete line.dataset.word;
  else line.dataset.word = key;
  line.textContent = key === null ? "" : word(key);
}

/** Take every message off the page but those in `kept`. */
export function empty(kept) {
  for (const shown of log.querySelectorAll(".message")) if (!kept.includes(shown)) shown.remove();
  offer([]);
}
