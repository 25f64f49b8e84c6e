// A field in which several of many can be chosen: closed it says what is chosen, open it is a list of boxes to tick.

import { make, renew } from "./dom.js";
import { word } from "./words.js";

/** A field named `kind`, under the word `title`. `picked(codes)` is called with what is chosen after each change. */
export function several(kind, title, picked) {
  const count = make("span", { class: "count" });
  const shown = make("span", { class: "shown" });
  const summary = make("summary", {}, make("span", { class: "kind" }, make("span", { "data-word": title }), count), shown);
  const none = make("button", { type: "button", "data-word": "desk.filter.any" });
  const boxes = make("div", { class: "boxes" });
  const field = make("details", { id: `filter-${kind}`, class: "several" }, summary, make("div", { role: "group", "data-label": title }, none, boxes));
  const ticks = () => [...boxes.querySelectorAll("input")];
  boxes.addEventListener("change", () => picked(ticks().filter((one) => one.checked).map((one) => one.value)));
  none.addEventListener("click", () => {
    picked([]);
    summary.focus();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && field.open) {
      field.open = false;
      summary.focus();
    } else if (event.target !== summary && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const all = ticks();
      const to = all.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
      all[Math.max(0, Math.min(to, all.length - 1))]?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation(); // the desk's own keys would close a conversation, or move through the list
  });
  return field;
}

/** Offer `options`, [code, name] each, of which `chosen` codes are ticked. What is ticked is offered even if unknown. */
export function fill(field, options, chosen) {
  const ticked = new Set(chosen.map(String));
  const known = new Set(options.map(([code]) => code));
  const all = [...options, ...[...ticked].filter((code) => !known.has(code)).map((code) => [code, code])];
  const boxes = field.querySelector(".boxes");
  renew(boxes, all, ([code]) => code, ([code, name]) => make("label", { class: "tick" }, make("input", { type: "checkbox", value: code }), make("span", {}, name)));
  for (const box of boxes.querySelectorAll("input")) box.checked = ticked.has(box.value);
  const names = all.filter(([code]) => ticked.has(code)).map(([, name]) => name);
  field.querySelector(".count").textContent = names.length ? ` (${names.length})` : "";
  field.querySelector(".shown").textContent = names.length ? names.join(", ") : word("desk.filter.any");
  field.querySelector("button").hidden = !names.length;
  field.hidden = !all.length; // no labels yet, or nobody holds anything
}
