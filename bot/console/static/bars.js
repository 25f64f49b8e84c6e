// A bar beside a number, drawn by ourselves. What it shows stands in the table as well, so it is not read aloud.

const SVG = "http://www.w3.org/2000/svg";

/** A bar of `part` (0 to 1), and under it a thinner one of `before` where it is given. */
export function bar(part, before = null) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 100 10");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "figure-bar");
  svg.append(piece(part, 0, before === null ? 10 : 6, "now"));
  if (before !== null) svg.append(piece(before, 7, 3, "before"));
  return svg;
}

function piece(part, top, height, kind) {
  const rect = document.createElementNS(SVG, "rect");
  const width = Math.max(0, Math.min(1, part)) * 100;
  for (const [name, value] of Object.entries({ x: 0, y: top, width, height, class: kind })) rect.setAttribute(name, value);
  return rect;
}
