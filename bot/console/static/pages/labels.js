// The hotline's labels: supervisors make them, rename them and retire them.

import { ask, latest, Refused } from "../api.js";
import { make } from "../dom.js";
import { chip, learn } from "../labels.js";
import { word } from "../words.js";
import { once, orTell } from "./pieces.js";

const COLOURS = ["grey", "blue", "green", "yellow", "red", "violet"];

let place = null;
let doing = 0; // acts that are under way: the page is filled anew after each
const asked = latest();

export async function show(where) {
  place = where;
  await fill();
}

/** Somebody put a label on or took one off: the counts change. */
export function changed({ kind }) {
  if (kind === "labels" && place?.isConnected && isIdle()) fill(null, isIdle).catch(() => {}); // the next change tells as much
}

// Nobody writes here.
const isIdle = () => doing === 0 && !place.contains(document.activeElement);

async function fill(notice = null, isWanted = () => true) {
  const isLast = asked();
  const all = await ask("GET", "/labels");
  if (!isLast() || !isWanted()) return;
  place.replaceChildren(
    make("h2", {}, word("desk.page.labels")),
    ...(notice ? [make("p", { class: "notice", role: "alert" }, notice)] : []),
    all.length ? make("ul", { class: "labels-kept" }, ...all.map(entry)) : make("p", { class: "hint" }, word("desk.labels_none")),
    make("h3", {}, word("desk.label_add")),
    form({ name: "", colour: "grey" }, word("desk.label_add"), (given) => ask("POST", "/labels", given)),
  );
}

function entry(label) {
  const save = (given) => ask("PUT", `/labels/${label.id}`, { ...given, retired: label.retired });
  const retire = make("button", { type: "button" }, word(label.retired ? "desk.label_back" : "desk.label_retire"));
  const { name, colour } = label;
  retire.addEventListener("click", once(() => done(() => ask("PUT", `/labels/${label.id}`, { name, colour, retired: !label.retired }))));
  return make(
    "li",
    { class: label.retired ? "retired" : null },
    make("p", {}, chip(label), " ", make("span", { class: "hint" }, word("desk.label_open", { count: label.open }))),
    make("div", { class: "row" }, form(label, word("desk.label_save"), save), retire),
  );
}

function form({ name, colour }, act, send) {
  const field = make("input", { name: "name", maxlength: 40, required: "", value: name, autocomplete: "off" });
  const colours = make("select", { name: "colour" }, ...COLOURS.map((one) => make("option", { value: one }, word(`desk.label_colour.${one}`))));
  colours.value = colour;
  const whole = make(
    "form",
    { class: "row" },
    make("label", {}, make("span", {}, word("desk.label_name")), field),
    make("label", {}, make("span", {}, word("desk.label_colour")), colours),
    make("button", { class: name ? null : "primary" }, act),
  );
  const sent = once(() => done(() => send({ name: field.value.trim(), colour: colours.value })));
  whole.addEventListener("submit", (event) => {
    event.preventDefault();
    if (field.value.trim()) sent();
  });
  return whole;
}

async function done(act) {
  doing += 1;
  try {
    await act();
    await Promise.all([fill(), learn()]);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    await orTell(() => fill(word(error.status === 409 ? "desk.label_in_use" : "desk.error")));
  } finally {
    doing -= 1;
  }
}
