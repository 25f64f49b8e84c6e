// The lists: who waits, what is mine, all that is open, what is closed; in the order in which the server gives them.

import { find, make, renew, riskMark } from "./dom.js";
import { languageName, moment, waiting, word } from "./words.js";

const SHOWN = {
  queue: (one) => one.holder === "queue",
  mine: (one) => one.mine,
  all_open: () => true,
  closed: () => true,
};
const EMPTY = { queue: "desk.queue_empty", mine: "desk.mine_empty", all_open: "desk.list_empty", closed: "desk.list_empty" };

export let tab = "queue";

/** Show the lists anew from open conversations and, on its tab, the closed ones. */
export function show(open, closed, openId) {
  for (const button of find("tabs").children) {
    const name = button.dataset.tab;
    button.setAttribute("aria-pressed", String(name === tab));
    const label = word(`desk.${name}`);
    button.textContent = name === "closed" ? label : `${label} (${open.filter(SHOWN[name]).length})`;
  }
  const shown = tab === "closed" ? closed : open.filter(SHOWN[tab]);
  renew(find("list"), shown, (one) => one.id, line);
  mark(openId);
  find("list-empty").hidden = shown.length > 0;
  find("list-empty").textContent = word(EMPTY[tab]);
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
  const links = [...find("list").querySelectorAll("a")];
  if (!links.length) return;
  const from = links.findIndex((link) => link === document.activeElement);
  const begin = from >= 0 ? from : links.findIndex((link) => link.hasAttribute("aria-current"));
  const next = begin < 0 ? 0 : Math.min(Math.max(begin + step, 0), links.length - 1);
  links[next].focus();
}

export const focusOn = (id) => find("list").querySelector(`[data-key="${CSS.escape(id)}"] a`)?.focus();

export function begin(changed) {
  find("tabs").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    tab = button.dataset.tab;
    changed();
  });
}

function line(one) {
  const signs = one.indicators.map((name) => word(`desk.indicator.${name}`)).join(" · ");
  const held = one.holder === "operator" && !one.mine ? word("desk.taken_by_other", { name: one.operator }) : null;
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
      make("span", { class: "facts" }, `${languageName(one.language)} · ${one.channel}`),
      signs ? make("span", { class: "seen" }, signs) : null,
      held || one.holder === "bot"
        ? make("span", { class: "facts" }, held ?? word("desk.holder.bot"))
        : null,
    ),
  );
}
