// One ready sentence: the operator's words, the person's, what may be answered, and the button that sends it.

import { make } from "./dom.js";
import { word } from "./words.js";

/** `hint` stands above it, or null; `send(key)` sends it. */
export function line(card, hint, send) {
  const button = make("button", { type: "button", class: "primary", "aria-label": `${word("desk.cards_send")}: ${card.text}` }, arrow());
  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-disabled")) return;
    button.setAttribute("aria-disabled", "true"); // not `disabled`: that would take the focus away
    await send(card.key);
    button.removeAttribute("aria-disabled");
  });
  const element = make(
    "li",
    { class: "card" },
    make(
      "div",
      { class: "read" },
      hint ? make("p", { class: "hint" }, hint) : null,
      make("p", {}, card.text),
      card.answers.length ? make("p", { class: "hint" }, card.answers.join(" · ")) : null,
      make("p", { class: "answered", hidden: "" }),
    ),
    make("p", { class: "said", lang: card.said_in }, card.said),
    button,
  );
  return { element, button };
}

/** The arrow of a button that sends. */
export function arrow() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M2 8h11M8.5 3.5 13 8l-4.5 4.5");
  svg.append(path);
  return svg;
}
