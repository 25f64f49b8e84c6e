// What the lists are narrowed to, views of it that were saved, and the fields for both. The address of the page has the
// filters too: it can be kept and passed on, and holds codes alone.

import { ask, latest, Refused } from "./api.js";
import { fill, several } from "./choices.js";
import { find, make, renew, tell } from "./dom.js";
import * as labels from "./labels.js";
import { countryName, languageName, named, word } from "./words.js";

const CHANNELS = ["web", "telegram", "whatsapp", "sms", "messenger", "line", "rest"];
const RISKS = ["emergency", "high", "concern", "none"];
const HOLDERS = ["queue", "operator", "bot"];
const IDS = ["label", "operator"];
const DAYS = ["written_from", "written_to"];
const KINDS = ["risk", "language", "channel", "country", "indicator", "holder", ...IDS];
const MOST = 40; // codes of one kind that the server takes

let chosen = {}; // kind -> [codes]; a day stands alone
let languages = {};
let holders = []; // operators who hold something, {id, name}
let views = [];
const asked = latest(); // of the views
let shares = false;
let changed = () => {};
let openList = () => "all_open";

const kinds = () => [
  ["risk", RISKS.map((name) => [name, word(`desk.risk.${name}`)])],
  ["language", Object.keys(languages).map((code) => [code, languageName(code)])],
  ["channel", CHANNELS.map((name) => [name, name])],
  ["country", named("desk.country_name").map(([code]) => [code, countryName(code)])],
  ["indicator", named("desk.indicator")],
  ["holder", HOLDERS.map((name) => [name, word(`desk.holder.${name}`)])],
  ["label", labels.offered().map(({ id, name }) => [String(id), name])],
  ["operator", holders.map(({ id, name }) => [String(id), name])],
];

/** The day's clock of this operator: filters by day mean their day. */
export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC";

/** How many filters are set: each thing that was chosen is one. */
export const count = () => Object.values(chosen).flat().length;

/** The filters, as the API takes them in a body. */
export const body = () => chosen;

/** The filters, as the API takes them in an address. */
export const query = () => listed(new URLSearchParams({ zone }));

function listed(asked) {
  for (const [kind, codes] of Object.entries(chosen)) for (const code of [codes].flat()) asked.append(kind, code);
  return asked;
}

const OFFERED = { risk: RISKS, channel: CHANNELS, holder: HOLDERS };
const isDay = (text) => /^2[01]\d\d-\d\d-\d\d$/.test(text) && new Date(`${text}T00Z`).toJSON()?.startsWith(text);

function fits(kind, code) {
  if (IDS.includes(kind)) return /^\d{1,9}$/.test(code);
  return OFFERED[kind]?.includes(code) ?? /^[A-Za-z_]{1,40}$/.test(code);
}

// What the address asks for; what cannot be in it is left out, rather than showing no list at all.
function asAddressed() {
  const asked = new URLSearchParams(location.search);
  const found = {};
  for (const kind of KINDS) {
    const codes = [...new Set(asked.getAll(kind))].filter((code) => fits(kind, code)).slice(0, MOST);
    if (codes.length) found[kind] = IDS.includes(kind) ? codes.map(Number) : codes;
  }
  for (const day of DAYS) if (isDay(asked.get(day) ?? "")) found[day] = asked.get(day);
  return found;
}

function toAddress() {
  const asked = String(listed(new URLSearchParams()));
  const address = `${location.pathname}${asked && `?${asked}`}${location.hash}`;
  if (asked !== location.search.slice(1)) history.replaceState(history.state, "", address);
}

/** Show the fields anew: the words, the labels or who holds something have changed. */
export function show(whoHolds = holders) {
  holders = whoHolds;
  find("filters-open").textContent = count() ? word("desk.filters_count", { count: count() }) : word("desk.filters");
  find("filters-clear").hidden = !count();
  for (const [kind, options] of kinds()) {
    fill(find(`filter-${kind}`), options, chosen[kind] ?? []);
  }
  for (const day of DAYS) find(`filter-${day}`).value = chosen[day] ?? "";
  find("view-save").hidden = !count();
  showViews();
}

function showViews() {
  renew(find("views"), views, (view) => view.id, (view) => {
    const open = make("button", { type: "button", class: "view" }, view.name);
    open.addEventListener("click", () => {
      chosen = { ...view.chosen };
      changed(view.list);
    });
    const remove = make("button", { type: "button", class: "plain", "aria-label": word("desk.view_remove", { name: view.name }) }, "×");
    remove.addEventListener("click", () => act(() => ask("DELETE", `/views/${view.id}`)));
    return make("li", {}, open, view.removable && remove);
  });
  find("views-title").hidden = !views.length;
}

async function act(then) {
  try {
    await then();
    const isLast = asked();
    const fresh = await ask("GET", "/views");
    if (isLast()) views = fresh;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    tell(word(error.status === 409 ? "desk.view_too_many" : "desk.error"));
  }
  show();
}

/** Begin for an operator. `has.languages`: by code; `has.rights`; `onChange(list)`: fetch anew, and open that list. */
export async function enter(has, onChange, whichList) {
  languages = has.languages;
  shares = has.rights.includes("supervise");
  changed = (list) => {
    toAddress();
    show();
    onChange(list);
  };
  openList = whichList;
  find("view-shared").parentElement.hidden = !shares;
  find("filters").open ||= count() > 0; // a list that an address narrowed must not look whole
  await act(() => null);
}

export function begin() {
  const fields = find("filters-fields");
  chosen = asAddressed();
  for (const kind of KINDS) {
    const picked = (codes) => {
      if (codes.length) chosen[kind] = IDS.includes(kind) ? codes.map(Number) : codes;
      else delete chosen[kind];
      changed();
    };
    fields.append(several(kind, `desk.filter.${kind}`, picked));
  }
  for (const day of DAYS) {
    fields.append(make("label", {}, make("span", { "data-word": `desk.filter.${day}` }), make("input", { id: `filter-${day}`, type: "date", name: day })));
  }
  fields.addEventListener("change", ({ target }) => {
    if (!DAYS.includes(target.name)) return;
    if (target.value === "") delete chosen[target.name];
    else chosen[target.name] = target.value;
    changed();
  });
  find("filters-clear").addEventListener("click", () => {
    chosen = {};
    changed();
    find("filters-open").focus();
  });
  find("view-save").addEventListener("submit", (event) => {
    event.preventDefault();
    const name = find("view-name").value.trim();
    if (!name || find("view-name").readOnly) return;
    const shared = shares && find("view-shared").checked;
    find("view-name").readOnly = true;
    act(async () => {
      try {
        await ask("POST", "/views", { name, list: openList(), chosen, shared });
      } finally {
        find("view-name").readOnly = false;
      }
      find("view-name").value = "";
      find("view-shared").checked = false;
    });
  });
}
