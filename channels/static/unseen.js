// What the other side wrote and nobody has had on the screen yet: who reads further up is not moved, but told.

import { find, reveal } from "./show.js";

const LINE = 32; // px; as much of a message must be on the screen to have been seen

const log = find("log");
const pointer = find("unseen");
let waiting = []; // in the order of the page

const isBelow = (element) => element.getBoundingClientRect().top > log.getBoundingClientRect().bottom - LINE;

/** These messages have just come; they are pointed at until their beginning has been on the screen. */
export function arrived(elements) {
  waiting.push(...elements);
  look();
}

/** Look again: the page was scrolled, or holds other messages. */
export function look() {
  waiting = waiting.filter((element) => element.isConnected && isBelow(element));
  const held = pointer === document.activeElement;
  pointer.hidden = waiting.length === 0;
  if (held && pointer.hidden) log.focus();
}

pointer.addEventListener("click", () => reveal(waiting[0]));
log.addEventListener("scroll", look, { passive: true });
new ResizeObserver(look).observe(log); // a keyboard opens, answers to tap go away
