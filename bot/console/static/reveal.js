// Names, numbers and addresses of a conversation: hidden, until the operator says why they are needed.

import { find, make } from "./dom.js";
import { clockTime, word } from "./words.js";

const AGAIN = 10000; // ms; what was revealed is not left open because the line broke at its time

let again = 0;
let refresh = () => {};

/** `reveal({reason, words})` asks the server, and is true when it agreed; `refreshed()` fetches what is shown anew. */
export function begin(reveal, refreshed) {
  refresh = refreshed;
  const dialog = find("reveal-dialog");
  const form = find("reveal");
  find("reveal-open").addEventListener("click", () => {
    form.reset();
    words();
    dialog.showModal();
  });
  find("reveal-close").addEventListener("click", () => dialog.close());
  form.addEventListener("change", words);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { reason, words } = form.elements;
    const given = { reason: reason.value, words: words.value };
    dialog.close();
    await reveal(given);
  });
}

/** Another conversation is opened, or this one is gone: nobody is asked why this one's number is needed. */
export function cancel() {
  clearTimeout(again);
  find("reveal-dialog").close();
}

function over() {
  again = setTimeout(over, AGAIN);
  refresh();
}

function words() {
  const { reason, words: field } = find("reveal").elements;
  field.required = reason.value === "other";
  find("reveal-words").hidden = !field.required;
}

/** Show the person's number, and whether anything is hidden. What was revealed is hidden again at its time. */
export function show({ address, hidden, revealed_until: until }) {
  clearTimeout(again);
  find("private").hidden = address === null && !hidden && until === null;
  find("number").replaceChildren(
    ...(address === null ? [] : [make("div", {}, make("dt", {}, word("desk.phone_number")), make("dd", { lang: "", dir: "ltr" }, address))]),
  );
  find("reveal-open").hidden = !hidden;
  find("revealed").hidden = until === null;
  if (until === null) return;
  find("revealed").textContent = word("desk.reveal.open_until", { time: clockTime(until) });
  again = setTimeout(over, Math.max(0, Date.parse(until) - Date.now()) + 1000);
}
