// Pieces that several pages are made of.

import { Refused } from "../api.js";
import { make, tell } from "../dom.js";
import { word } from "../words.js";

/** A part of a page with its heading. */
export const section = (title, ...children) => make("section", {}, make("h2", {}, title), ...children);

/**
 * A table; on a phone each row stands as a list, each cell after its heading. `rows`: arrays of cells, each a text or
 * elements; the first cell names its row.
 */
export function table(caption, headings, rows) {
  return make(
    "div",
    { class: "wide", tabindex: "0", role: "group", "aria-label": caption },
    make(
      "table",
      { class: "stacks", role: "table" },
      make("caption", { class: "only-read-aloud" }, caption),
      make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, ...headings.map((text) => make("th", { scope: "col", role: "columnheader" }, text)))),
      make("tbody", { role: "rowgroup" }, ...rows.map((cells) => row(headings, cells))),
    ),
  );
}

/** A row of such a table. */
export function row(headings, cells) {
  const [first, ...others] = cells.map((cell) => (Array.isArray(cell) ? cell : [cell]));
  return make(
    "tr",
    { role: "row" },
    make("th", { scope: "row", role: "rowheader" }, ...first),
    ...others.map((cell, index) => make("td", { role: "cell", "data-heading": headings[index + 1] }, ...cell)),
  );
}

/** A button that does `act`. */
export function button(text, act, kind = null) {
  const element = make("button", { type: "button", class: kind }, text);
  element.addEventListener("click", once(act));
  return element;
}

/** `act`, but not again while it is under way: what is pressed twice is done once. */
export function once(act) {
  let busy = false;
  return async () => {
    if (busy) return;
    busy = true;
    try {
      await act();
    } finally {
      busy = false;
    }
  };
}

/** Does acts one after the other: what was chosen last is what the server hears last. */
export function inTurn() {
  let last = Promise.resolve();
  return (act) => (last = last.then(act, act));
}

/** Do what may be refused; if it is, say so. */
export async function orTell(act) {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    tell(word("desk.error"));
  }
}

/** Ask before something that cannot simply be taken back; true for yes. */
export function sure(question, yes, no) {
  return new Promise((resolve) => {
    const dialog = make(
      "dialog",
      { "aria-labelledby": "sure" },
      make("p", { id: "sure" }, question),
      make("form", { method: "dialog", class: "row" }, make("button", { value: "no", autofocus: "" }, no), make("button", { value: "yes", class: "danger" }, yes)),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** A choice of one: `options` are [value, text]. */
export function choice(name, label, options, chosen) {
  const select = make(
    "select",
    { name },
    ...options.map(([value, text]) => {
      const option = make("option", { value }, text);
      option.selected = value === chosen;
      return option;
    }),
  );
  return make("label", {}, make("span", {}, label), select);
}
