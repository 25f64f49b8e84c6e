// The desk by keyboard. Single keys work outside of fields, and can be switched off.

import * as conversation from "./conversation.js";
import { find, make } from "./dom.js";
import * as lists from "./lists.js";
import { word } from "./words.js";

const KEYS = [
  { keys: ["j", "ArrowDown"], shown: "j ↓", word: "desk.key_next", act: () => lists.move(1) },
  { keys: ["k", "ArrowUp"], shown: "k ↑", word: "desk.key_previous", act: () => lists.move(-1) },
  { keys: ["t"], shown: "t", word: "desk.take_over", act: conversation.takeOver },
  { keys: ["w"], shown: "w", word: "desk.write_label", act: conversation.toWriting },
  { keys: [], shown: "Enter", word: "desk.send" },
  { keys: ["r"], shown: "r", word: "desk.cards", act: conversation.toCards },
  { keys: ["b"], shown: "b", word: "desk.hand_back", act: conversation.handBack },
  { keys: ["c"], shown: "c", word: "desk.close", act: conversation.close },
  { keys: ["Escape"], shown: "Esc", word: "desk.back", act: () => (location.hash = "") },
  { keys: ["?"], shown: "?", word: "desk.keys", act: show },
];

const on = () => localStorage.getItem("desk.keys") !== "off";

function show() {
  find("keys-list").replaceChildren(
    ...KEYS.map((key) => make("div", {}, make("dt", {}, make("kbd", {}, key.shown)), make("dd", {}, word(key.word)))),
  );
  find("keys-on").checked = on();
  find("keys-dialog").showModal();
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || find("desk").hidden) return;
  if (document.querySelector("dialog:modal")) return;
  const inField = event.target.closest("input, textarea, select, details[open]");
  if (inField) {
    if (event.key === "Escape") inField.matches("details") ? (inField.open = false) : inField.blur();
    return;
  }
  if (!on()) return;
  // the arrows scroll a conversation that has the focus
  if (event.key.startsWith("Arrow") && event.target.closest("#messages")) return;
  const key = KEYS.find((one) => one.keys.includes(event.key));
  if (!key) return;
  event.preventDefault();
  key.act();
}

export function begin() {
  addEventListener("keydown", pressed);
  find("keys-open").addEventListener("click", () => {
    find("me").open = false;
    show();
  });
  find("keys-on").addEventListener("change", (event) => localStorage.setItem("desk.keys", event.target.checked ? "on" : "off"));
}
