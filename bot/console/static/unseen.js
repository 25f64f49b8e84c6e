// What a person wrote below what an operator reads: counted and pointed at. Nothing scrolls by itself.

import { find } from "./dom.js";
import { word } from "./words.js";

const LINE = 32; // px; as much of a message must be on the screen to have been seen

let waiting = []; // ids of messages, in their order

const element = (id) => find("messages").querySelector(`[data-key="${CSS.escape(id)}"]`);

/** These messages have just come; they are pointed at until their beginning has been on the screen. */
export function arrived(messages) {
  waiting.push(...messages.map(({ id }) => String(id)));
  look();
}

/** Look again: the page was scrolled, or shows another conversation. */
export function look() {
  const edge = Math.min(find("below").getBoundingClientRect().top, find("pane").getBoundingClientRect().bottom) - LINE;
  waiting = waiting.filter((id) => element(id)?.getBoundingClientRect().top > edge);
  const pointer = find("unseen");
  const held = pointer === document.activeElement;
  pointer.textContent = word("desk.messages_new", { count: waiting.length });
  pointer.hidden = waiting.length === 0;
  if (held && pointer.hidden) find("messages").focus({ preventScroll: true });
}

export function begin() {
  find("unseen").addEventListener("click", () => element(waiting[0]).scrollIntoView({ block: "start" }));
  const watch = new ResizeObserver(look); // a bar grows, the ready sentences open
  for (const place of [find("messages"), find("pane")]) {
    place.addEventListener("scroll", look, { passive: true });
    watch.observe(place);
  }
}
