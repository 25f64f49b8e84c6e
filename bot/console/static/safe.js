// When a person may be written to: shown in the lists, set beside the conversation, and asked about when something is
// sent outside of these hours.

import { ask, Refused } from "./api.js";
import { find, make, tell, typesElsewhere } from "./dom.js";
import { moment, timeIn } from "./hours.js";
import { countryName, word } from "./words.js";

const AGAIN = 10000; // ms; time goes by without an event

let shown = null; // the open conversation
let refresh = async () => {};
const agreed = new Set(); // conversations that are written to all the same, until their hours begin again

const OUTSIDE = "outside_safe_hours"; // why the server refuses, and what tells it that the operator has decided

/** A line's safe hours as a mark, with a word where they are soon over or it is not now; null where it has none. */
export function mark({ safe_hours: hours, last_person_at: wrote }) {
  return hours && chip(hours, moment(hours, wrote));
}

/** What changes in a line's mark while time goes by. */
export const state = (one) => (one.safe_hours ? moment(one.safe_hours, one.last_person_at) : null);

function chip(hours, now) {
  const told = now === "may" ? null : make("b", {}, " · ", word(`desk.safe_hours.${now}`));
  return make("span", { class: `safe-mark ${now}` }, word("desk.safe_hours.chip", hours), told);
}

/** When the person wrote last to the open conversation; null: never. */
export const lastWrote = ({ messages }) => messages.findLast((one) => one.author === "person")?.at ?? null;

const stateOf = (conversation) => moment(conversation.safe_hours, lastWrote(conversation));

/** Whether the person may hear now what nobody decided to say at this hour. */
export const mayBeTold = (conversation) => stateOf(conversation) !== "not_now";

// --- beside the conversation -----------------------------------------------------------------------------------------

/** Show the safe hours of a conversation. */
export function show(conversation) {
  if (shown?.id !== conversation.id) cancel();
  shown = conversation;
  showNow();
}

function showNow() {
  if (shown === null) return;
  const { safe_hours: hours, clock, told } = shown;
  const [there, theirs] = [timeIn(clock.zone), hours && timeIn(hours.zone)];
  find("safe-now").replaceChildren(hours ? chip(hours, stateOf(shown)) : word(told.safe_time ? "desk.safe_hours.told" : "desk.safe_hours.none"));
  find("safe-clock").textContent = clock.country
    ? word("desk.safe_hours.by_country", { country: countryName(clock.country), time: there })
    : word("desk.safe_hours.by_hotline", { time: there });
  find("safe-moved").hidden = !hours || theirs === there;
  find("safe-moved").textContent = hours ? word("desk.safe_hours.moved", { place: place(hours.zone), time: theirs, there }) : "";
  find("safe-open").textContent = word(hours ? "desk.safe_hours.change" : "desk.safe_hours.set");
  find("safe-clear").hidden = !hours;
}

// "Asia/Phnom_Penh": the clock's town
const place = (zone) => zone.split("/").at(-1).replaceAll("_", " ");

function open() {
  // not the times of another clock, which would be kept as times of this one
  const hours = shown.safe_hours && find("safe-moved").hidden ? shown.safe_hours : { begin: "", end: "" };
  find("safe-begin").value = hours.begin;
  find("safe-end").value = hours.end;
  find("safe-wrong").hidden = true;
  find("safe-form").hidden = false;
  find("safe-open").hidden = true;
  find("safe-begin").focus();
  find("safe-form").scrollIntoView({ block: "center" }); // on a phone the end of the page lies over it
}

function shut() {
  find("safe-form").hidden = true;
  find("safe-open").hidden = false;
}

/** Another conversation is opened, or this one is gone: nothing that was asked or typed about it stays. */
export function cancel() {
  shown = null;
  shut();
  find("safe-form").reset();
  if (find("safe-dialog").open) find("safe-dialog").close("");
}

async function change(method, body) {
  const { id } = shown;
  let wrong = null;
  try {
    await ask(method, `/conversations/${encodeURIComponent(id)}/safe-hours`, body);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    wrong = word(error.status === 403 ? "desk.not_allowed" : "desk.error");
  }
  await refresh();
  if (wrong !== null) tell(wrong);
  if (shown?.id !== id || wrong !== null) return;
  const goesOn = typesElsewhere(find("safe-form"));
  shut();
  if (!goesOn) find("safe-open").focus();
}

function save() {
  const [begin, end] = [find("safe-begin"), find("safe-end")].map((field) => read(field.value));
  const wrong = begin === null || end === null || begin === end;
  find("safe-wrong").hidden = !wrong;
  // by the clock that stood on the page while it was typed, whatever was learnt of the person's country since
  if (wrong) find(begin === null ? "safe-begin" : "safe-end").focus();
  else change("PUT", { begin, end, zone: shown.clock.zone });
}

// As telephones type it: without a colon too ("2130"), and the hour alone ("9"). "HH:MM", or null for what is no time.
function read(text) {
  const [, hour, minute = "00"] = /^(\d{1,2})(?:[:.]?(\d{2}))?$/.exec(text.trim()) ?? [];
  return hour !== undefined && hour < 24 && minute < 60 ? `${hour.padStart(2, "0")}:${minute}` : null;
}

// --- when something is sent ------------------------------------------------------------------------------------------

/**
 * Send something to the person of a conversation by `post(body)`. Outside of their safe hours the server refuses: then the
 * operator is asked, once until they begin again. Returns whether it went out. Throws Refused.
 */
export async function send(conversation, body, post) {
  const { id } = conversation;
  if (stateOf(conversation) !== "not_now") agreed.delete(id);
  try {
    await post(agreed.has(id) ? { ...body, [OUTSIDE]: true } : body);
    return true;
  } catch (error) {
    if (!(error instanceof Refused) || error.detail !== OUTSIDE) throw error;
  }
  if (shown?.id !== id) return false; // left meanwhile: it would be asked as if about the one that is open now
  if (!(await decides(conversation))) return false;
  agreed.add(id);
  await post({ ...body, [OUTSIDE]: true });
  return true;
}

async function decides({ clock }) {
  const dialog = find("safe-dialog");
  if (dialog.open) return false;
  find("safe-question").textContent = word(clock.country ? "desk.safe_hours.ask" : "desk.safe_hours.ask_hotline", { time: timeIn(clock.zone) });
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  return dialog.returnValue === "yes";
}

/** `refreshed()` fetches what is shown anew. */
export function begin(refreshed) {
  refresh = refreshed;
  find("safe-open").addEventListener("click", open);
  find("safe-cancel").addEventListener("click", () => {
    shut();
    find("safe-open").focus();
  });
  find("safe-clear").addEventListener("click", () => change("DELETE"));
  find("safe-form").addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  setInterval(showNow, AGAIN);
}
