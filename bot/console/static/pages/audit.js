// The log of what operators did: for admins and auditors.

import { ask, latest, Refused } from "../api.js";
import { make, tell } from "../dom.js";
import { has, moment, word } from "../words.js";
import { button, choice, orTell, row, section, table } from "./pieces.js";

const DAY = 24 * 60 * 60 * 1000;

let filters = new URLSearchParams(); // as the server is asked
let entered = {}; // as they stand in the form
let place = null;
const asked = latest();

/** Fill the page. `rest`: the id of a conversation to begin with. */
export async function show(fresh, rest = "") {
  place = fresh;
  if (rest && !entered.conversation) take({ conversation: rest });
  const isLast = asked();
  const found = await ask("GET", `/audit?${filters}`);
  if (!isLast()) return;
  place.replaceChildren(
    make("h1", {}, word("desk.page.audit")),
    checking(),
    filterForm(found, () => show(place)),
    list(found),
  );
}

export function leave() {
  take({});
}

function take(given) {
  entered = given;
  filters = new URLSearchParams();
  for (const name of ["operator", "action", "conversation"]) if (given[name]) filters.set(name, given[name]);
  // days are the operator's own: midnight there
  if (given.from) filters.set("since", new Date(`${given.from}T00:00`).toISOString());
  if (given.to) filters.set("until", new Date(new Date(`${given.to}T00:00`).getTime() + DAY).toISOString());
}

// --- is it whole -----------------------------------------------------------------------------------------------------

function checking() {
  const result = make("p", { role: "status", id: "verdict" });
  const check = button(word("desk.audit.verify"), async () => {
    check.disabled = true;
    try {
      const { whole, lines, broken, why } = await ask("GET", "/audit/verify");
      result.className = whole ? "" : "warning";
      result.textContent = whole ? word("desk.audit.whole", { count: lines }) : word(`desk.audit.broken.${why}`, { line: broken });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      result.textContent = word("desk.error");
    } finally {
      check.disabled = false;
    }
  });
  return make("div", { class: "filters" }, check, result);
}

// --- filters ---------------------------------------------------------------------------------------------------------

function filterForm({ operators, actions }, again) {
  const field = (name, label, more) =>
    make("label", {}, make("span", {}, word(label)), make("input", { name, value: entered[name] ?? "", ...more }));
  const form = make(
    "form",
    { class: "filters" },
    choice("operator", word("desk.audit.who"), [["", word("desk.audit.everybody")], ...Object.entries(operators)], entered.operator ?? ""),
    choice("action", word("desk.audit.what"), [["", word("desk.audit.everything")], ...actions.map((one) => [one, actName(one)])], entered.action ?? ""),
    field("conversation", "desk.audit.conversation", { maxlength: "32", autocomplete: "off", spellcheck: "false" }),
    field("from", "desk.audit.from", { type: "date" }),
    field("to", "desk.audit.to", { type: "date" }),
    make("button", {}, word("desk.audit.filter")),
    make("a", { href: `/desk/api/audit.csv?${filters}`, download: "audit.csv" }, word("desk.audit.csv")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    take(Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()])));
    tell(null);
    orTell(again);
  });
  return form;
}

// --- lines -----------------------------------------------------------------------------------------------------------

const actName = (action) => (has(`desk.act.${action}`) ? word(`desk.act.${action}`) : action.replaceAll("_", " "));

function list(found) {
  const headings = ["when", "who", "what", "conversation", "detail"].map((name) => word(`desk.audit.${name}`));
  if (!found.lines.length) return section(word("desk.page.audit"), make("p", { class: "hint" }, word("desk.audit.none")));
  const cells = (line) => [
    moment(line.at),
    line.operator ?? word("desk.audit.nobody"),
    actName(line.action),
    line.conversation ? make("code", {}, line.conversation) : "",
    detail(line, found.operators),
  ];
  const shown = table(word("desk.page.audit"), headings, found.lines.map(cells));
  const part = section(word("desk.page.audit"), shown);
  part.id = "lines";
  let next = found.next;
  const these = [...filters]; // others may be asked for while the older lines come
  const append = async () => {
    const more = await ask("GET", `/audit?${new URLSearchParams([...these, ["before", String(next)]])}`);
    shown.querySelector("tbody").append(...more.lines.map((line) => row(headings, cells(line))));
    next = more.next;
    older.hidden = next === null;
  };
  const older = button(word("desk.audit.older"), () => orTell(append));
  if (next !== null) part.append(older);
  return part;
}

// What a detail says: whom it was about, a role, a reason; another code as it is.
function detail({ detail: code, words }, operators) {
  if (!code) return "";
  const [, id, role] = /^operator (\d+)(?: (\w+))?$/.exec(code) ?? [];
  if (id) return [operators[id] ?? `#${id}`, ...(role ? [` · ${word(`desk.role.${role}`)}`] : [])];
  const reason = `desk.reveal.reason.${code}`;
  return [has(reason) ? word(reason) : code.replaceAll("_", " "), ...(words ? [make("br"), make("q", { lang: "" }, words)] : [])];
}
