// Where an operator is in what scrolls: at its end, with nothing half hidden by a bar that stays in place.

/** Are all of these at their end, or nearly? */
export const atEnd = (...places) => places.every((one) => one.scrollHeight - one.scrollTop - one.clientHeight < 120);

/** Scroll all of these to their end. A heading that `bar` would cut there is shown whole, where that hides no word below. */
export function toEnd(bar, ...places) {
  for (const one of places) one.scrollTop = one.scrollHeight;
  const edge = bar.getBoundingClientRect().bottom;
  const place = places.find((one) => one.scrollTop > 0 && one.getBoundingClientRect().top <= edge);
  const boxes = [...(place?.querySelectorAll("h2, h3, .by") ?? [])].map((one) => one.getBoundingClientRect());
  const cut = boxes.find(({ top, bottom }) => top < edge && edge < bottom);
  if (cut) place.scrollTop -= Math.min(edge - cut.top + GAP, FREE);
}

const GAP = 4; // px; a heading does not stick to the bar
const FREE = 32; // px; so much stands empty below the last message

/** What is pointed to or gets the focus in `place` stands clear of the bars over it; `resized()` when their height changes. */
export function keepClear(place, top, bottom, resized) {
  const watch = new ResizeObserver(() => {
    place.style.setProperty("--bar-top", `${top.offsetHeight}px`);
    place.style.setProperty("--bar-bottom", `${bottom.offsetHeight}px`);
    resized();
  });
  for (const bar of [top, bottom]) watch.observe(bar);
}
