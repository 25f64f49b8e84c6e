// Small tools to build and renew parts of the page. Text is only ever set as text, never as markup.

import { language, word } from "./words.js";

export const find = (id) => document.getElementById(id);

/** An element with attributes (`class`, `lang`, `dataset`-like names ...) and children; null and false are left out. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value != null) element.setAttribute(name, value);
  element.append(...children.filter((child) => child != null && child !== false));
  return element;
}

/** Does somebody type in a field, other than in `part`? Then the focus stays there: keys go where the operator looks. */
export function typesElsewhere(part = null) {
  const field = document.activeElement?.closest("input, textarea, select");
  return field != null && field.checkVisibility?.() !== false && !part?.contains(field);
}

const forms = new WeakMap(); // element -> what it was made from

/**
 * Make the children of `parent` show `items`, in their order, touching only those that changed.
 * Returns the items that were made anew or for the first time. The focus stays on the item that had it.
 */
export function renew(parent, items, keyOf, makeOne) {
  const focused = parent.contains(document.activeElement) ? document.activeElement.closest("[data-key]") : null;
  const held = focused?.dataset.key;
  const before = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  const changed = [];
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    const form = language + JSON.stringify(item);
    let element = before.get(key);
    before.delete(key);
    if (element === undefined || forms.get(element) !== form) {
      const fresh = makeOne(item);
      fresh.dataset.key = key;
      forms.set(fresh, form);
      changed.push(item);
      if (element !== undefined) {
        if (place === element) place = fresh;
        element.replaceWith(fresh);
      }
      element = fresh;
    }
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
  }
  for (const gone of before.values()) gone.remove();
  if (held !== undefined && !parent.contains(document.activeElement)) {
    const again = [...parent.children].find((child) => child.dataset.key === held);
    (again?.querySelector("a, button") ?? again)?.focus({ preventScroll: true });
  }
  return changed;
}

const SHAPES = {
  emergency: "M5 1h6l4 4v6l-4 4H5l-4-4V5z", // an octagon, filled
  high: "M8 1.5 15.2 14.5H.8z", // a triangle
  concern: "M8 1 15 8 8 15 1 8z", // a diamond
  none: "M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3z", // a ring
};

/** The risk by word, shape and colour together. */
export function riskMark(risk) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SHAPES[risk] ?? SHAPES.none);
  svg.append(path);
  return make("span", { class: `risk ${risk}` }, svg, word(`desk.risk.${risk}`));
}

/** Tell the operator something above the page; null takes it away. */
export function tell(text) {
  const notice = find("notice");
  notice.hidden = text === null;
  notice.textContent = text ?? "";
}
