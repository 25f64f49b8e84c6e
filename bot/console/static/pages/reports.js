// Figures of whole days: a chart and its table in one, with what each figure means under it.

import { ask, Refused } from "../api.js";
import { bar } from "../bars.js";
import { make } from "../dom.js";
import { countryName, has, languageName, lasting, word } from "../words.js";

// Figures that are defined by another one's words.
const MEANS = { reply_language: "reply", wait_language: "wait", abandoned_language: "abandoned" };
const NAMES = { reply_language: "language", wait_language: "language", abandoned_language: "language", unmet: "language", reply: "risk", wait: "risk", abandoned: "risk", handling: "risk", origin: "country", present: "country", destination: "country" };
const DAY = 86400000;

/** `rest`: the days, as 2026-01-01..2026-01-28. */
export async function show(place, rest) {
  const [, from, to] = /^(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)$/.exec(rest) ?? [];
  const asked = from ? `?from=${from}&to=${to}` : "";
  try {
    const report = await ask("GET", `/reports${asked}`);
    place.append(period(report), sums(report), make("div", { class: "figures" }, ...report.tables.map((table) => figure(table, report))));
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 422) throw error;
    const usual = await ask("GET", "/reports");
    const form = period({ ...usual, first: from, last: to });
    place.append(form);
    wrong(form, from, to, usual);
  }
}

// --- which days ------------------------------------------------------------------------------------------------------

function period(report) {
  const from = make("input", { type: "date", name: "from", value: report.first, max: report.newest, required: "" });
  const to = make("input", { type: "date", name: "to", value: report.last, max: report.newest, required: "" });
  const form = make(
    "form",
    { class: "period" },
    make("label", {}, word("desk.report.from"), from),
    make("label", {}, word("desk.report.to"), to),
    make("button", { class: "primary" }, word("desk.show")),
    make("a", { href: csv(report), download: "" }, word("desk.report.all_csv")),
    make("p", { class: "notice", role: "alert", hidden: "" }),
    make("p", { class: "hint" }, word("desk.report.zone", { zone: report.zone })),
    make("p", { class: "hint" }, word("desk.report.hidden_note", { smallest: report.smallest })),
  );
  form.noValidate = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (wrong(form, from.value, to.value, report)) return;
    location.hash = `#p/reports/${from.value}..${to.value}`;
  });
  return form;
}

// Says what is wrong with the days; true: something is.
function wrong(form, from, to, { fewest_days: fewest, newest }) {
  const days = (Date.parse(to) - Date.parse(from)) / DAY + 1;
  const few = days > 0 && days < fewest;
  const bad = !(days > 0) || days > 366 || to > newest;
  const notice = form.querySelector(".notice");
  notice.hidden = !(few || bad);
  notice.textContent = few && !bad ? word("desk.report.few", { days: fewest }) : word("desk.report.wrong");
  return few || bad;
}

function csv({ first, last }, name = null) {
  return `/desk/api/reports.csv?from=${first}&to=${last}${name ? `&figure=${name}` : ""}`;
}

// --- the large figures -----------------------------------------------------------------------------------------------

function sums(report) {
  const table = (name) => report.tables.find((one) => one.name === name);
  const reached = table("reached");
  const alone = reached.rows.find((row) => row.group === "bot");
  const conversations = [count(reached.now, report), count(reached.before, report)];
  const waits = [count(table("end").now, report), count(table("end").before, report)];
  const reply = [time(report.times.reply.half), time(report.times.reply.half_before)];
  const bot = [alone.share === null ? "–" : `${alone.share} %`, null];
  return make(
    "dl",
    { class: "sums" },
    ...Object.entries({ conversations, waits, reply, bot }).map(([name, [now, before]]) =>
      make(
        "div",
        {},
        make("dt", {}, word(`desk.report.sum.${name}`)),
        make("dd", {}, now),
        before === null ? null : make("dd", { class: "hint" }, `${word("desk.report.before")}: ${before}`),
      ),
    ),
  );
}

// --- one figure ------------------------------------------------------------------------------------------------------

function figure(table, report) {
  const told = table.rows.filter((row) => shown(row.now) || shown(row.before));
  const small = table.rows.filter((row) => !told.includes(row));
  const most = Math.max(1, ...told.flatMap((row) => [row.now.count ?? 0, row.before.count ?? 0]));
  const columns = ["desk.report.group", "desk.report.now", "desk.report.share", "desk.report.before"];
  if (table.timed) columns.push("desk.report.half", "desk.report.most");
  const names = small.map((row) => groupName(table.name, row.group)).join(", ");
  const meaning = MEANS[table.name] ?? table.name;
  return make(
    "section",
    { class: "figure" },
    make("h2", {}, word(`desk.report.${table.name}`)),
    make("p", { class: "hint" }, word(has(`desk.report_means.${meaning}`) ? `desk.report_means.${meaning}` : "desk.report_means.conversations")),
    told.length
      ? make(
          "div",
          { class: "wide", tabindex: "0", role: "group", "aria-label": word(`desk.report.${table.name}`) },
          make(
            "table",
            {},
            make("thead", {}, make("tr", {}, ...columns.map((key) => make("th", { scope: "col" }, word(key))))),
            make("tbody", {}, ...told.map((row) => line(table, row, most, report))),
          ),
        )
      : make("p", {}, word("desk.report.nothing")),
    told.length && names ? make("p", { class: "hint" }, word("desk.report.all_small", { smallest: report.smallest, groups: names })) : null,
    make("p", {}, make("a", { href: csv(report, table.name), download: "" }, word("desk.report.csv"))),
  );
}

const shown = (cell) => cell.count !== null || cell.hidden === "beside";

function line(table, row, most, report) {
  const times = table.timed ? [make("td", {}, time(row.half)), make("td", {}, time(row.most))] : [];
  return make(
    "tr",
    {},
    make("th", { scope: "row" }, groupName(table.name, row.group), bar((row.now.count ?? 0) / most, (row.before.count ?? 0) / most)),
    make("td", {}, count(row.now, report)),
    make("td", {}, row.share === null ? "–" : `${row.share} %`),
    make("td", {}, count(row.before, report)),
    ...times,
  );
}

function count({ count: number, hidden }, { smallest }) {
  if (number !== null) return String(number);
  return hidden === "small" ? word("desk.report.small", { smallest }) : word("desk.report.beside");
}

const time = (minutes) => (minutes === null ? "–" : lasting(minutes * 60));

function groupName(figure, group) {
  if (group === "other") return word("desk.report_other");
  if (group === "unknown") return word("desk.unknown");
  const kind = NAMES[figure] ?? figure;
  if (kind === "risk") return word(`desk.risk.${group}`);
  if (kind === "language") return languageName(group);
  if (kind === "country") return countryName(group);
  if (kind === "end") return word(`desk.report_end.${group}`);
  if (kind === "reached") return word(`desk.reached.${group}`);
  if (kind === "indicator") return word(`desk.indicator.${group}`);
  if (kind === "outcome") return word(has(`desk.outcome.${group}`) ? `desk.outcome.${group}` : `desk.ended.${group}`);
  if (kind === "hour") return `${group}–${String(Number(group) + 3).padStart(2, "0")}`;
  return group; // a channel, by its own name
}
