// Who works at the desk: for admins.

import { ask, latest, Refused } from "../api.js";
import { make, tell } from "../dom.js";
import { copies, say, submits, trouble } from "../second.js";
import { languageName, moment, word } from "../words.js";
import { button, choice, inTurn, orTell, section, sure, table } from "./pieces.js";

let place = null;
let handedOut = null; // the one-time link that is shown, until the page is left
let left = 0; // how often it was
const asked = latest();
const inOrder = inTurn();

/** Fill the page. */
export async function show(fresh) {
  place = fresh;
  const isLast = asked();
  const { people, roles } = await ask("GET", "/people");
  if (!isLast()) return;
  place.replaceChildren(
    make("h1", {}, word("desk.page.people")),
    ...(handedOut === null ? [] : [linkShown(handedOut)]),
    everybody(people, roles),
    adding(roles),
  );
}

export function leave() {
  left += 1;
  handedOut = null;
}

const roleOptions = (roles) => roles.map((role) => [role, word(`desk.role.${role}`)]);

/** Do what may be refused, then show what is true. */
const does = (path, body) =>
  inOrder(async () => {
    const before = left;
    tell(null);
    try {
      const answer = await ask("POST", path, body);
      if (before !== left) return;
      if (answer?.link) handedOut = answer;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      tell(word(error.status === 409 ? "desk.people.last_admin" : "desk.error"));
    }
    await orTell(() => show(place));
    place.querySelector("#link-once")?.focus();
  });

function linkShown({ name, link }) {
  return make(
    "section",
    { id: "link-once", tabindex: "-1" },
    make("p", {}, word("desk.people.link_once", { name })),
    make("p", { class: "link", lang: "" }, make("code", {}, link)),
    copies(() => link),
  );
}

function everybody(people, roles) {
  const headings = ["desk.user_name", "desk.people.role", "desk.people.state", "desk.people.speaks", "desk.people.actions"].map((key) => word(key));
  const rows = people.map((one) => [
    [make("span", { lang: "" }, one.name), ...(one.me ? [` (${word("desk.people.me")})`] : [])],
    roleOf(one, roles),
    make("ul", {}, ...states(one).map((state) => make("li", {}, ...state))),
    one.speaks.map(languageName).join(", "),
    make("div", { class: "row" }, ...acts(one)),
  ]);
  return section(word("desk.page.people"), table(word("desk.page.people"), headings, rows));
}

function roleOf(one, roles) {
  const label = choice("role", word("desk.people.role"), roleOptions(roles), one.role);
  label.firstElementChild.className = "only-read-aloud";
  const select = label.querySelector("select");
  select.setAttribute("aria-label", `${word("desk.people.role")}: ${one.name}`);
  select.addEventListener("change", () => does(`/people/${one.id}/role`, { role: select.value }));
  return label;
}

function states(one) {
  const told = [[word(one.active ? "desk.people.active" : "desk.people.inactive")]];
  if (!one.arrived) told.push([word("desk.people.not_arrived")]);
  else told.push([word(one.second_step ? "desk.second.on" : "desk.second.off")]);
  if (one.sessions) told.push([word("desk.people.sessions", { count: one.sessions })]);
  if (one.seen_at) told.push([`${word("desk.account.seen")}: `, moment(one.seen_at)]);
  return told;
}

function acts(one) {
  const path = (act) => `/people/${one.id}/${act}`;
  const confirmed = (text, question, act) =>
    button(text, async () => {
      if (await sure(word(question, { name: one.name }), text, word("desk.cancel"))) await does(path(act));
    });
  if (!one.active) return [button(word("desk.people.activate"), () => does(path("activate")))];
  return [
    button(word("desk.people.link"), () => does(path("link"))),
    ...(one.second_step ? [confirmed(word("desk.people.reset"), "desk.people.reset_question", "reset-second-step")] : []),
    ...(one.sessions && !one.me ? [button(word("desk.people.end_sessions"), () => does(path("end-sessions")))] : []),
    confirmed(word("desk.people.deactivate"), "desk.people.deactivate_question", "deactivate"),
  ];
}

function adding(roles) {
  const line = trouble();
  const name = make("input", { name: "name", maxlength: "80", required: "", autocomplete: "off", autocapitalize: "none", spellcheck: "false" });
  const form = make(
    "form",
    { id: "add" },
    line,
    make("label", {}, make("span", {}, word("desk.user_name")), name),
    choice("role", word("desk.people.role"), roleOptions(roles), "operator"),
    make("button", { class: "primary" }, word("desk.people.add")),
  );
  submits(
    form,
    line,
    async ({ name: given, role }) => {
      const before = left;
      const answer = await ask("POST", "/people", { name: given.value, role: role.value });
      if (before !== left) return;
      handedOut = answer;
      say(line, null);
      await show(place);
      place.querySelector("#link-once")?.focus();
    },
    (error) => word(error.status === 409 ? "desk.people.name_taken" : "desk.error"),
  );
  return section(word("desk.people.add"), form);
}
