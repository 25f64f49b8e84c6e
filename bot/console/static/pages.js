// The desk's pages beside the conversations. Each is a module of its own, fetched when it is first opened.

import { latest, Refused } from "./api.js";
import { find, make, tell } from "./dom.js";
import { word } from "./words.js";

// In the order in which they stand in the bar. A module gives `show(place, rest)`: fill the empty element `place`
// (`rest`: what follows the page's name in the address), and where it needs them `changed(event)` for each event of
// the live line, and `leave()`.
const PAGES = [
  { name: "overview", right: "supervise", load: () => import("./pages/overview.js") },
  { name: "quality", right: "help", load: () => import("./pages/quality.js") },
  // before the figures: an auditor begins with the log
  { name: "audit", right: "audit", load: () => import("./pages/audit.js") },
  { name: "reports", right: "report", load: () => import("./pages/reports.js") },
  { name: "practice", right: "practice", load: () => import("./pages/practice.js") },
  { name: "content", right: "content", load: () => import("./pages/content.js") },
  { name: "labels", right: "supervise", load: () => import("./pages/labels.js") },
  { name: "people", right: "people", load: () => import("./pages/people.js") },
  // the last: who has no conversations begins with the first page that is theirs
  { name: "account", right: null, load: () => import("./pages/account.js") },
];

const ALL = new Map(PAGES.map((page) => [page.name, page]));

let rights = new Set();
let opened = null; // {name, module}
const asked = latest();

/** What this operator may do: only pages to which there is a right stand in the bar. */
export function begin(given) {
  rights = new Set(given);
}

const mine = () => PAGES.filter((page) => page.right === null || rights.has(page.right));

/** Whether this operator has a right. */
export const may = (right) => rights.has(right);

/** Whether the conversations are for this operator; who has no right to them has pages alone. */
export const readsConversations = () => rights.has("read");

/** The page that an address names, as {name, rest}; null: it names none. */
export function named(hash) {
  const [, name, rest = ""] = /^#p\/([a-z_]+)(?:\/(.*))?$/.exec(hash) ?? [];
  if (ALL.has(name)) return { name, rest };
  return readsConversations() || !mine().length ? null : { name: mine()[0].name, rest: "" };
}

/** Show the page of an address, or none with null. */
export async function open(page) {
  const place = find("page");
  const isLast = asked();
  if (opened !== null && opened.name !== page?.name) {
    opened.module?.leave?.();
    opened = null;
    place.replaceChildren(); // what was left is not to be pressed while the next one comes
  }
  find("panes").hidden = page !== null;
  place.hidden = page === null;
  mark(page?.name);
  if (page === null) return place.replaceChildren();
  opened = { name: page.name, module: opened?.module };
  try {
    const module = await ALL.get(page.name).load();
    if (!isLast()) return; // somebody went on meanwhile
    opened.module = module;
    const fresh = make("div", { class: "page", "data-page": page.name });
    await module.show(fresh, page.rest);
    if (!isLast()) return;
    const again = place.firstElementChild?.dataset.page === page.name;
    place.replaceChildren(fresh);
    if (!again) place.focus();
  } catch (error) {
    console.error(error);
    if (!isLast()) return;
    if (place.firstElementChild?.dataset.page === page.name) return tell(word("desk.error")); // as it was, it can still be read
    const isForbidden = error instanceof Refused && error.status === 403;
    const again = make("button", { type: "button" }, word("desk.retry"));
    again.addEventListener("click", () => open(page));
    const said = make("p", { role: "alert" }, word(isForbidden ? "desk.not_allowed" : "desk.error"));
    place.replaceChildren(make("div", { class: "page" }, said, isForbidden ? null : again));
  }
}

/** Show the open page anew: its words or what it shows have changed. */
export async function openAgain() {
  const page = named(location.hash);
  if (page !== null) await open(page);
}

/** Something changed on the live line. */
export const changed = (event) => opened?.module?.changed?.(event);

/** What a single key does on the open page; undefined: nothing of its own. */
export const key = (name) => opened?.module?.keys?.[name];

/** The links to the pages, in the operator's language. */
export function showLinks() {
  const links = mine();
  const place = find("pages");
  place.hidden = !links.length;
  place.setAttribute("aria-label", word("desk.pages"));
  const first = readsConversations() ? [{ href: "#", text: word("desk.page.conversations") }] : [];
  place.replaceChildren(
    ...[...first, ...links.map((page) => ({ href: `#p/${page.name}`, text: word(`desk.page.${page.name}`) }))].map(
      ({ href, text }) => make("a", { href }, text),
    ),
  );
  mark(named(location.hash)?.name);
}

function mark(name) {
  for (const link of find("pages").children) {
    if (link.getAttribute("href") !== (name ? `#p/${name}` : "#")) {
      link.removeAttribute("aria-current");
      continue;
    }
    link.setAttribute("aria-current", "page");
    link.scrollIntoView({ block: "nearest", inline: "nearest" }); // on a phone the row is longer than the screen
  }
}
