// The directory and the facts: looked up by country and need, read with their source, sent with one press.

import { ask, latest, Refused } from "./api.js";
import { arrow } from "./card.js";
import { find, make } from "./dom.js";
import { countryName, languageName, word } from "./words.js";

let send = async () => false;
let open = null; // the conversation for which it is open
let need = ""; // what was chosen last
let chosen = new Set(); // countries
const asked = latest();

const NEAR = ["present", "destination", "origin"];
const FOUND = ["lookup-lines", "lookup-facts"];

/** Open it for a conversation, with its countries chosen. */
export async function show(conversation) {
  if (open?.id !== conversation.id) chosen = new Set(NEAR.map((role) => conversation.countries[role]).filter(Boolean));
  open = conversation;
  clear();
  find("lookup").showModal();
  find("lookup-need").focus();
  await search();
}

// What was found for one conversation is not read, or sent, in another.
function clear() {
  for (const one of ["lookup-need", "lookup-near", "lookup-others", ...FOUND, "lookup-none"]) find(one).replaceChildren();
}

export function close() {
  asked();
  if (find("lookup").open) find("lookup").close();
}

/** The conversation has changed: whether something can be sent may have too. */
export function follow(conversation) {
  if (open?.id !== conversation.id) return;
  const could = open.mine;
  open = conversation;
  if (find("lookup").open && could !== open.mine) search();
}

async function search() {
  const isLast = asked();
  find("lookup-found").inert = true; // until the answer comes it is what was found for another choice
  find("lookup-again").hidden = true;
  const query = new URLSearchParams({ need, language: open.language, short: open.case.short, present: open.countries.present ?? "" });
  for (const country of chosen) query.append("country", country);
  let found;
  try {
    found = await ask("GET", `/directory?${query}`);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (isLast()) notAnswered();
    return;
  }
  if (!isLast()) return;
  if (!find("lookup-need").options.length) showChoices(found);
  showFound(found);
}

function notAnswered() {
  for (const one of FOUND) find(one).replaceChildren();
  for (const title of ["lookup-lines-title", "lookup-facts-title"]) find(title).hidden = true;
  find("lookup-none").textContent = word("desk.error");
  find("lookup-again").hidden = false;
}

// Once, when it is opened: what is ticked stays where it stands, beneath the pointer and with the focus.
function showChoices({ needs, countries }) {
  const field = find("lookup-need");
  field.append(make("option", { value: "" }, "…"), ...needs.map((name) => make("option", { value: name }, word(`desk.need.${name}`))));
  field.value = need;
  const near = new Set([...Object.values(open.countries), ...chosen]);
  const tick = (code) => {
    const box = make("input", { type: "checkbox", value: code });
    box.checked = chosen.has(code);
    return make("label", { class: "tick" }, box, make("span", {}, countryName(code)));
  };
  const first = countries.filter((code) => near.has(code));
  find("lookup-near").append(...first.map(tick));
  find("lookup-others").append(...countries.filter((code) => !near.has(code)).map(tick));
  find("lookup-more").open ||= !first.length;
}

function showFound({ lines, facts }) {
  find("lookup-found").inert = false;
  find("lookup-lines-title").hidden = !lines.length;
  find("lookup-facts-title").hidden = !facts.length;
  find("lookup-lines").replaceChildren(...lines.map(line));
  find("lookup-facts").replaceChildren(...facts.map(fact));
  const empty = !need ? "" : !chosen.size ? word("desk.lookup_choose") : lines.length || facts.length ? "" : word("desk.lookup_none");
  find("lookup-none").textContent = empty;
}

function line(one) {
  const reads = one.languages.map(languageName).join(", ");
  const details = [one.hours, one.free ? word("desk.line_free") : "", reads].filter(Boolean).join(" · ");
  return entry(
    one,
    "lines",
    make("p", {}, make("b", {}, one.kind), ` · ${countryName(one.country)}`),
    make("p", { lang: "en" }, one.title),
    one.number ? make("p", { class: "number" }, one.number) : null,
    details ? make("p", { class: "hint" }, details) : null,
    one.note ? make("p", { class: "hint", lang: "en" }, one.note) : null,
  );
}

function fact(one) {
  return entry(
    one,
    "facts",
    make("p", {}, make("b", {}, word(`desk.intent.${one.topic}`)), one.country === "XX" ? "" : ` · ${countryName(one.country)}`),
    make("p", { lang: "en" }, one.text),
    one.law ? make("p", { class: "hint", lang: "en" }, one.law) : null,
  );
}

function entry(one, kind, ...about) {
  const held = one.said === null ? make("p", { class: "operators-only" }, word("desk.operators_only"), ". ", word(`desk.withheld.${one.withheld}`)) : null;
  const said = one.said === null ? null : make("p", { class: "said", lang: one.said_in }, one.said);
  return make("li", { class: "entry" }, ...about, source(one), held, said, one.said !== null && open.mine ? sending(one, kind) : null);
}

// Where it is from and how old: an operator who reads it out on the phone must know.
function source(one) {
  const dates = [`${word("desk.source_date")} ${one.source_date ?? one.as_of ?? word("desk.no_source_date")}`];
  if (one.until) dates.push(`${word("desk.good_until")} ${one.until}`);
  return make("p", { class: "source" }, make("span", { class: "label" }, word("desk.source"), " "), dates.join(" · "), " · ", make("span", { lang: "en" }, one.source));
}

function sending(one, kind) {
  const button = make("button", { type: "button", class: "primary", "aria-label": `${word("desk.lookup_send")}: ${one.title || one.text}` }, arrow(), " ", word("desk.lookup_send"));
  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-disabled")) return;
    button.setAttribute("aria-disabled", "true");
    const { id } = open;
    const went = await send(kind, { id: one.id });
    button.removeAttribute("aria-disabled");
    if (went && open.id === id) close(); // the conversation shows what was sent
  });
  return button;
}

/** `act(kind, body)` sends a line or a fact to the person and tells whether it went out. */
export function begin(act) {
  send = act;
  find("lookup-close").addEventListener("click", close);
  find("lookup-again").addEventListener("click", () => {
    find("lookup-need").focus(); // the button goes
    find("lookup-none").textContent = "";
    search();
  });
  find("lookup-need").addEventListener("change", (event) => {
    need = event.target.value;
    search();
  });
  find("lookup-countries").addEventListener("change", ({ target }) => {
    if (target.checked) chosen.add(target.value);
    else chosen.delete(target.value);
    search();
  });
}
