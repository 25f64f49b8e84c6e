// Search in what was written: the server opens message after message, and what it finds comes as it is found.

import { lines, Refused } from "./api.js";
import { find, tell } from "./dom.js";
import * as filters from "./filters.js";
import { line } from "./lists.js";
import { word } from "./words.js";

let running = null; // what ends the search that runs
let words = "";
let before = null; // where the next search goes on
let looked = 0;
let found = [];

/** Whether what was found stands in place of the list. */
export const shown = () => !find("found-pane").hidden;

async function search() {
  running?.abort();
  const mine = (running = new AbortController());
  const already = looked;
  find("search-on").hidden = true;
  status();
  try {
    const body = { words, chosen: filters.body(), zone: filters.zone, ...(before === null ? {} : { before }) };
    for await (const one of lines("/search", body, mine.signal)) {
      if (mine !== running) return;
      if (one.conversation) add(one.conversation);
      if (one.looked !== undefined) looked = already + one.looked;
      if (one.done) before = one.before ?? null;
      status();
    }
    if (mine === running) find("search-on").hidden = before === null;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (mine === running) tell(word("desk.error"));
  }
}

function add(conversation) {
  if (found.some((one) => one.id === conversation.id)) return;
  found.push(conversation);
  find("found").append(line(conversation));
}

function status() {
  const text = `${word("desk.search_found", { count: found.length })} · ${word("desk.search_looked", { count: looked })}`;
  find("search-status").textContent = text;
}

function stop() {
  running?.abort();
  running = null;
  show(false);
  find("search-words").value = "";
  find("search-words").focus();
}

function show(is) {
  find("found-pane").hidden = !is;
  find("list-pane").hidden = is;
  if (is) return;
  found = [];
  find("found").replaceChildren();
}

/** Nothing that was found is left for the next operator. */
export function leave() {
  running?.abort();
  running = null;
  show(false);
  find("search-words").value = "";
}

export const focus = () => find("search-words").focus();

export function begin() {
  find("search").addEventListener("submit", (event) => {
    event.preventDefault();
    words = find("search-words").value.trim();
    if (!words) return;
    show(false);
    show(true);
    before = null;
    looked = 0;
    search();
  });
  find("search-on").addEventListener("click", search);
  find("search-stop").addEventListener("click", stop);
}
