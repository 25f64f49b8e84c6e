// The desk by keyboard. Single keys work outside of fields, and can be switched off.

import * as conversation from "./conversation.js";
import { find, make } from "./dom.js";
import * as lists from "./lists.js";
import * as lock from "./lock.js";
import * as pages from "./pages.js";
import * as next from "./next.js";
import * as search from "./search.js";
import { word } from "./words.js";

const KEYS = [
  { keys: ["n"], shown: "n", word: "desk.take_next", act: next.takeNext },
  { keys: ["a"], shown: "a", word: "desk.acknowledge", act: next.acknowledge },
  { keys: ["j", "ArrowDown"], shown: "j ↓", word: "desk.key_next", act: () => lists.move(1) },
  { keys: ["k", "ArrowUp"], shown: "k ↑", word: "desk.key_previous", act: () => lists.move(-1) },
  { keys: ["/"], shown: "/", word: "desk.key_search", act: search.focus },
  { keys: ["1", "2", "3", "4"], shown: "1–4", word: "desk.key_tabs", act: (key) => lists.open(Number(key)) },
  { keys: ["t"], shown: "t", word: "desk.take_over", act: conversation.takeOver },
  { keys: ["w"], shown: "w", word: "desk.write_label", act: conversation.toWriting },
  { keys: [], shown: "Enter", word: "desk.send" },
  { keys: ["r"], shown: "r", word: "desk.cards", act: conversation.toCards },
  { keys: ["m"], shown: "m", word: "desk.note", act: conversation.toNote },
  { keys: ["d"], shown: "d", word: "desk.lookup", act: conversation.toLookup },
  { keys: ["p"], shown: "p", word: "desk.transfer", act: conversation.transfer },
  { keys: ["y"], shown: "y", word: "desk.look", act: conversation.look },
  { keys: ["b"], shown: "b", word: "desk.hand_back", act: conversation.handBack },
  { keys: ["c"], shown: "c", word: "desk.close", act: conversation.close },
  { keys: ["l"], shown: "l", word: "desk.lock_now", act: lock.now },
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
  const inField = event.target.closest("input, textarea, select, #me[open]");
  if (inField) {
    if (event.key === "Escape") inField.matches("details") ? (inField.open = false) : inField.blur();
    return;
  }
  if (!on()) return;
  const own = pages.key(event.key);
  if (own !== undefined) {
    event.preventDefault();
    return own();
  }
  // the arrows scroll a conversation that has the focus
  if (event.key.startsWith("Arrow") && event.target.closest("#messages")) return;
  const key = KEYS.find((one) => one.keys.includes(event.key));
  if (!key) return;
  event.preventDefault();
  key.act(event.key);
}

export function begin() {
  addEventListener("keydown", pressed);
  find("lock-now").addEventListener("click", () => {
    find("me").open = false;
    lock.now();
  });
  find("keys-open").addEventListener("click", () => {
    find("me").open = false;
    show();
  });
  find("keys-on").addEventListener("change", (event) => localStorage.setItem("desk.keys", event.target.checked ? "on" : "off"));
}
