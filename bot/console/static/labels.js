// Labels: the hotline's own words for conversations.

import { ask, latest, Refused } from "./api.js";
import { find, make, tell, typesElsewhere } from "./dom.js";
import { word } from "./words.js";

let all = new Map(); // id -> {id, name, colour, retired}
let on = []; // ids on the open conversation
let open = null;
const learning = latest();
const asking = latest();

/** Those that can be put on. */
export const offered = () => [...all.values()].filter((one) => !one.retired);

/** Fetch the labels anew. Throws Refused. */
export async function learn() {
  const isLast = learning();
  const fresh = await ask("GET", "/labels");
  if (!isLast()) return;
  all = new Map(fresh.map((one) => [one.id, one]));
  showOpen();
}

/** Whether there is a label among `ids` that this page has not heard of. */
export const unknown = (ids) => ids.some((id) => !all.has(id));

/** A label as an element. */
export const chip = ({ name, colour }, ...more) => make("span", { class: `label-chip ${colour}` }, name, ...more);

/** A row of labels by their ids, or null where there are none. */
export function row(ids) {
  const known = ids.map((id) => all.get(id)).filter(Boolean);
  return known.length ? make("span", { class: "label-row" }, ...known.map((one) => chip(one))) : null;
}

/** Show the labels of a conversation beside it, or of none with null. */
export async function follow(id) {
  open = id;
  on = [];
  asking();
  showOpen();
  await again();
}

/** Fetch the labels of the open conversation anew. */
export async function again() {
  if (open === null) return;
  const isLast = asking();
  try {
    const fresh = await ask("GET", `/conversations/${encodeURIComponent(open)}/labels`);
    if (!isLast()) return;
    on = fresh;
    if (unknown(on)) return await learn();
    showOpen();
  } catch (error) {
    if (!(error instanceof Refused)) throw error; // the conversation itself says what is wrong
  }
}

/** Show them again, in other words. */
export function showOpen() {
  const put = on.map((id) => all.get(id)).filter(Boolean);
  find("labels-list").replaceChildren(
    ...put.map((one) => {
      const off = make("button", { type: "button", class: "plain", "aria-label": word("desk.label_off", { name: one.name }) }, "×");
      off.addEventListener("click", () => change("DELETE", one.id));
      return make("li", {}, chip(one, off));
    }),
  );
  const rest = offered().filter((one) => !on.includes(one.id));
  const field = find("label-put");
  field.hidden = !rest.length;
  field.replaceChildren(make("option", { value: "" }, word("desk.label_put")), ...rest.map((one) => make("option", { value: one.id }, one.name)));
  find("labels").hidden = !put.length && !rest.length;
}

async function change(method, label) {
  const id = open;
  try {
    await ask(method, `/conversations/${encodeURIComponent(id)}/labels/${label}`);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    tell(word(error.status === 403 ? "desk.not_allowed" : "desk.error"));
  }
  if (id !== open) return;
  await again();
  if (id === open && !typesElsewhere(find("labels"))) find("label-put").focus();
}

export function begin() {
  find("label-put").addEventListener("change", ({ target }) => target.value && change("PUT", Number(target.value)));
}
