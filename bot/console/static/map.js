// A small map of outlines that this server keeps itself: no other site learns which place an operator looks at.

import { make } from "./dom.js";
import { countryName, word } from "./words.js";

const WIDE = 12; // degrees from side to side
const TALL = 8;
const NEAR = [...Array(21).keys()].map((step) => step - 10);

let outlines = null; // fetched once, when the first map is asked for

async function fetched() {
  const answer = await fetch("/desk/static/outlines.json");
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

const svg = (tag, attributes, ...children) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

/** A picture of the land around a point with the point marked; null where our outlines do not reach. Throws. */
export async function picture(latitude, longitude) {
  outlines ??= await fetched().catch((error) => {
    outlines = null;
    throw error;
  });
  const { unit, box, countries } = outlines;
  if (longitude < box.west || longitude > box.east || latitude < box.south || latitude > box.north) return null;
  const x = longitude * unit;
  const y = -latitude * unit;
  // a degree to the east is shorter than one to the north, by the cosine of the latitude
  const narrow = Math.cos((latitude * Math.PI) / 180);
  const [width, height] = [WIDE * unit * narrow, TALL * unit];
  const land = svg("g", { transform: `scale(${narrow} 1)` });
  const named = Object.entries(countries).map(([code, d]) => [code, svg("path", { d, class: "land" })]);
  land.append(...named.map(([, path]) => path));
  const drawn = svg("svg", {
    viewBox: `${x * narrow - width / 2} ${y - height / 2} ${width} ${height}`,
    role: "img",
    "aria-label": word("desk.attached_map_label", { place: shown(latitude, longitude) }),
  });
  const point = svg("g", { class: "point" });
  point.append(svg("circle", { cx: x * narrow, cy: y, r: 14 }), svg("circle", { cx: x * narrow, cy: y, r: 4 }));
  drawn.append(land, point);
  const figure = make("div", { class: "map" }, drawn);
  figure.named = () => name(drawn, named, { x, y, narrow, unit });
  return figure;
}

// Names can be placed only where the picture is on the page: each where most of its country that is seen lies.
function name(drawn, named, { x, y, narrow, unit }) {
  const label = svg("g", { class: "names", "aria-hidden": "true" });
  for (const [code, path] of named) {
    if (!code) continue;
    const inside = NEAR.flatMap((east) => NEAR.map((south) => [x + (east * WIDE * unit) / 24, y + (south * TALL * unit) / 24]))
      .filter(([px, py]) => path.isPointInFill(new DOMPoint(px, py)));
    if (inside.length < 6) continue;
    const middle = (axis) => inside.reduce((sum, one) => sum + one[axis], 0) / inside.length;
    label.append(svg("text", { x: middle(0) * narrow, y: middle(1) }, countryName(code)));
  }
  drawn.append(label);
}

/** Coordinates as text, such as "3.13900, 101.68690". */
export const shown = (latitude, longitude) => `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;

/** The address of a map elsewhere, for an operator who chooses to go there. */
export const outside = (latitude, longitude) =>
  `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=15/${latitude}/${longitude}`;
