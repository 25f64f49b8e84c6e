// Who waits and who does what, live; a supervisor gives a conversation to somebody.

import { ask, Refused } from "../api.js";
import { make, renew, riskMark, tell } from "../dom.js";
import { choose } from "../give.js";
import * as safe from "../safe.js";
import { languageName, moment, waiting, word } from "../words.js";

let parts = null; // what is filled anew when something changes
let seen = null; // as last fetched
let looks = 0; // how often it was asked for
let newest = 0; // which of these looks was shown last
let asking = null; // a look that is on its way or due
let again = false;
let looked = 0; // when the last look began
let looking = 0; // the timer of looks without an event: who comes, goes or locks is no event of a conversation

const LOOK = 15000; // ms

export async function show(place) {
  const tables = make("div", { class: "two" });
  const queue = make("ul", { class: "held", "aria-label": word("desk.overview.waiting") });
  const nobody = make("p", { class: "hint" }, word("desk.queue_empty"));
  const operators = make("ul", { class: "people" });
  const none = make("p", { class: "hint" }, word("desk.overview.operators_none"));
  const talks = make("ul", { class: "held" });
  const talk = make("section", {}, make("h2", {}, word("desk.overview.talk")), talks);
  place.append(
    make("section", {}, make("h2", {}, word("desk.overview.waiting")), nobody, tables, queue),
    talk,
    make("section", {}, make("h2", {}, word("desk.overview.operators")), none, operators),
  );
  parts = { tables, queue, nobody, operators, none, talk, talks };
  clearInterval(looking);
  looking = setInterval(changed, LOOK);
  await fetchAndFill();
}

/** Something changed at the desk: a hundred changes at once cost one look, and there is one a second at most. */
export function changed() {
  if (parts === null) return;
  again = true;
  asking ??= setTimeout(look, Math.max(200, looked + 1000 - Date.now()));
}

export function leave() {
  parts = seen = null;
  clearInterval(looking);
  clearTimeout(asking);
  asking = null;
}

async function look() {
  again = false;
  looked = Date.now();
  const mine = asking;
  try {
    await fetchAndFill();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    again = again || error.status === 0; // the line broke: ask again when it is back
  }
  if (asking !== mine) return; // the page was left meanwhile
  asking = again ? setTimeout(look, 1000) : null;
}

async function fetchAndFill() {
  const into = parts;
  const look = ++looks;
  const fresh = await ask("GET", "/overview");
  if (parts !== into || look < newest) return; // left meanwhile, or overtaken
  newest = look;
  fill(fresh);
}

function fill(overview) {
  seen = overview;
  const { by_risk: byRisk, by_language: byLanguage, waiting: lines, operators, debriefs } = overview;
  parts.nobody.hidden = lines.length > 0;
  parts.tables.hidden = parts.queue.hidden = !lines.length;
  parts.tables.replaceChildren(
    table("desk.overview.by_risk", byRisk, (one) => riskMark(one.group)),
    table("desk.overview.by_language", byLanguage, (one) => languageName(one.group)),
  );
  renew(parts.queue, lines.map(timed), (one) => one.id, line);
  parts.none.hidden = operators.length > 0;
  renew(parts.operators, operators.map((one) => ({ ...one, holds: one.holds.map(timed) })), (one) => one.id, operator);
  parts.talk.hidden = !debriefs.length;
  renew(parts.talks, debriefs, (one) => one.id, debrief);
}

// A line is made anew when its safe hours begin or end.
const timed = (one) => ({ ...one, state: safe.state(one) });

function table(caption, lines, name) {
  const head = [word("desk.overview.risk"), word("desk.overview.how_many"), word("desk.overview.longest")];
  if (caption.endsWith("language")) head[0] = word("desk.language");
  return make(
    "table",
    {},
    make("caption", {}, word(caption)),
    make("thead", {}, make("tr", {}, ...head.map((text) => make("th", { scope: "col" }, text)))),
    make(
      "tbody",
      {},
      ...lines.map((one) =>
        make("tr", {}, make("th", { scope: "row" }, name(one)), make("td", {}, String(one.waiting)), make("td", {}, waiting(one.since))),
      ),
    ),
  );
}

function line(one) {
  const link = make("a", { href: `#c/${one.id}` }, riskMark(one.risk), languageName(one.language));
  const since = one.waiting_since ? waiting(one.waiting_since) : null;
  return make("li", {}, make("span", {}, link, ` · ${one.channel} · `, since), safe.mark(one), give(one.id, null));
}

function operator(one) {
  const at = one.there ? "there" : one.locked ? "locked" : "away";
  const state = word(`desk.overview.${at}`);
  const since = !one.there && one.seen_at ? moment(one.seen_at) : null;
  const held = one.holds.map((held) =>
    make(
      "li",
      {},
      make("a", { href: `#c/${held.id}` }, riskMark(held.risk), ` ${languageName(held.language)}`),
      held.unanswered_since ? waiting(held.unanswered_since) : null,
      safe.mark(held),
      give(held.id, one.id),
    ),
  );
  return make(
    "li",
    { class: at },
    make("h3", {}, one.name),
    make("p", {}, make("span", { class: "state" }, state), since ? " " : null, since, one.resting ? ` · ${word("desk.overview.resting")}` : null),
    make("p", { class: "hint" }, `${word("desk.overview.reads")}: ${one.languages.map(languageName).join(", ")}`),
    make("p", { class: "hint" }, word("desk.overview.carried", { today: one.today, week: one.week })),
    one.unanswered_since ? make("p", { class: "unanswered" }, `${word("desk.overview.unanswered")}: `, waiting(one.unanswered_since)) : null,
    held.length ? make("ul", { class: "held", "aria-label": word("desk.overview.holds") }, ...held) : make("p", { class: "hint" }, `${word("desk.overview.holds")}: ${word("desk.overview.holds_none")}`),
  );
}

function give(id, holder) {
  const button = make("button", { type: "button" }, word("desk.overview.give"));
  button.addEventListener("click", () => choose(id, holder, seen.operators, changed));
  return button;
}

function debrief(one) {
  const done = make("button", { type: "button" }, word("desk.overview.talked"));
  done.addEventListener("click", async () => {
    done.disabled = true;
    try {
      await ask("POST", `/debriefs/${one.id}/talked`);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      done.disabled = false;
      if (error.status !== 404) tell(word("desk.error"));
    }
    changed();
  });
  return make(
    "li",
    {},
    make("p", {}, make("strong", {}, one.operator), " · ", word(`desk.care.mood.${one.mood}`), " · ", moment(one.at)),
    one.stays ? make("p", {}, `${word("desk.care.stays")} `, make("q", {}, one.stays)) : null,
    one.helps ? make("p", {}, `${word("desk.care.helps")} `, make("q", {}, one.helps)) : null,
    done,
  );
}
