// The lists: who waits, what is mine, all that is open, what is closed. As long as nothing is narrowed they come from the
// board, which live events keep true; narrowed by filters, or longer than the board, they are asked for.

import { askToShow } from "./api.js";
import { counts, isFilled, isLong, lines } from "./board.js";
import { find, make, renew, riskMark } from "./dom.js";
import * as filters from "./filters.js";
import * as labels from "./labels.js";
import { inOrder } from "./order.js";
import * as safe from "./safe.js";
import { countryName, languageName, moment, waiting, word } from "./words.js";

const EMPTY = { queue: "desk.queue_empty", mine: "desk.mine_empty", all_open: "desk.list_empty", closed: "desk.list_empty" };
const TABS = Object.keys(EMPTY);
const PAGE = 100;
const SHOWN = {
  queue: (one) => one.holder === "queue",
  mine: (one) => one.mine,
  all_open: () => true,
  closed: () => true,
};

export let tab = "queue";
let length = 0; // lines wanted beyond what the board has; 0: the board is enough
let narrowed = null; // {list, conversations, counts, more, holders}, as the server gave it
let order = { speaks: [], step: Infinity };
let changed = () => {};

/** Are the lists asked for, one by one, instead of read from the board? */
export const areNarrowed = () => filters.count() > 0 || length > 0;

/** By what this operator's queue is ordered: the languages they speak, and the minutes after which waiting raises. */
export function orderFor(given) {
  order = given;
}

/** Ask for the list that is open, where it is narrowed. Throws Refused. */
export async function look() {
  if (!areNarrowed()) {
    narrowed = null;
    return;
  }
  const asked = question();
  const list = tab;
  const told = await askToShow(`/lists?${asked}`);
  if (areNarrowed() && asked === question()) narrowed = { list, ...told }; // else another list is wanted by now
}

function question() {
  const asked = filters.query();
  asked.set("list", tab);
  asked.set("limit", Math.min(length || PAGE, 500));
  return String(asked);
}

/** Nobody is signed in any more, or the page is covered. */
export function leave() {
  narrowed = null;
}

/** Operators who hold something, as {id, name}. */
export function holders() {
  const seen = lines("open").filter((one) => one.operator_id !== null).map((one) => [one.operator_id, one.operator]);
  const all = new Map([...seen, ...(narrowed?.holders ?? []).map(({ id, name }) => [id, name])]);
  return [...all].map(([id, name]) => ({ id, name }));
}

const count = (name) => {
  if (areNarrowed() && narrowed !== null) return narrowed.counts[name];
  if (name === "mine") return lines("open").filter(SHOWN.mine).length;
  return name === "queue" ? counts().queue : counts().queue + counts().operator + counts().bot;
};

function fromBoard() {
  const all = tab === "closed" ? lines("closed") : lines("open").filter(SHOWN[tab]);
  return tab === "queue" || tab === "all_open" ? inOrder(all, order) : all;
}

/** Show the list that is open, and how long each is. */
export function show(openId) {
  for (const button of find("tabs").children) {
    const name = button.dataset.tab;
    button.setAttribute("aria-pressed", String(name === tab));
    const label = word(`desk.${name}`);
    button.textContent = name === "closed" ? label : `${label} (${count(name)})`;
  }
  if (areNarrowed() ? narrowed?.list !== tab : !isFilled(tab === "closed" ? "closed" : "open")) return; // it will be shown when it comes
  const shown = areNarrowed() ? narrowed.conversations : fromBoard();
  const timed = shown.map((one) => ({ ...one, state: safe.state(one) })); // a line is made anew when its hours begin or end
  renew(find("list"), timed, (one) => one.id, line);
  mark(openId);
  const more = areNarrowed() ? narrowed.more : tab !== "mine" && isLong(tab === "closed" ? "closed" : "open");
  find("list-more").hidden = !more || length >= 500;
  find("list-empty").hidden = shown.length > 0;
  find("list-empty").textContent = word(filters.count() ? "desk.filter.nothing" : EMPTY[tab]);
}

/** Mark the conversation that is open. */
export function mark(openId) {
  for (const link of find("list").querySelectorAll("a")) {
    if (link.parentElement.dataset.key === openId) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

/** Move the focus in the list by `step`; from the open conversation when nothing in it has the focus. */
export function move(step) {
  const links = [...(find("found-pane").hidden ? find("list") : find("found")).querySelectorAll("a")];
  if (!links.length) return;
  const from = links.findIndex((link) => link === document.activeElement);
  const begin = from >= 0 ? from : links.findIndex((link) => link.hasAttribute("aria-current"));
  const next = begin < 0 ? 0 : Math.min(Math.max(begin + step, 0), links.length - 1);
  links[next].focus();
}

export const focusOn = (id) => find("list").querySelector(`[data-key="${CSS.escape(id)}"] a`)?.focus();

/** Open a list, by its name or its number from 1. */
export function open(which) {
  const name = typeof which === "number" ? TABS[which - 1] : which;
  if (name === tab) return changed();
  tab = name;
  length = 0;
  narrowed = null;
  find("list").replaceChildren(); // not lines of another list under this name
  for (const button of find("tabs").children) button.setAttribute("aria-pressed", String(button.dataset.tab === tab));
  changed();
}

export function begin(whenChanged) {
  changed = whenChanged;
  find("tabs").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) open(button.dataset.tab);
  });
  find("list-more").addEventListener("click", () => {
    length = find("list").children.length + PAGE;
    changed();
  });
}

/** One conversation as a line. */
export function line(one) {
  const signs = one.indicators.map((name) => word(`desk.indicator.${name}`)).join(" · ");
  const held = one.holder === "operator" && !one.mine ? word("desk.taken_by_other", { name: one.operator }) : null;
  const onIt = one.acknowledged_by && Date.parse(one.acknowledged_until) > Date.now() ? word("desk.acknowledged", { name: one.acknowledged_by }) : null;
  const where = [languageName(one.language), one.country && countryName(one.country), one.channel].filter(Boolean);
  return make(
    "li",
    {},
    make(
      "a",
      { href: `#c/${one.id}` },
      make(
        "span",
        { class: "first" },
        riskMark(one.risk),
        one.waiting_since ? waiting(one.waiting_since) : moment(one.last_person_at ?? one.opened_at),
      ),
      make("span", { class: "facts" }, where.join(" · ")),
      one.unsafe ? make("span", { class: "unsafe-mark" }, word("desk.unsafe_mark")) : null,
      safe.mark(one),
      signs ? make("span", { class: "seen" }, signs) : null,
      held || onIt || one.holder === "bot"
        ? make("span", { class: "facts" }, held ?? onIt ?? word("desk.holder.bot"))
        : null,
      labels.row(one.labels),
    ),
  );
}
