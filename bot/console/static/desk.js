// The operators' desk: joins the parts, and keeps what is shown the same as what is true.

import * as alarm from "./alarm.js";
import { ask, askToShow, begun, forget, latest, Refused, whenLocked, whenSignedOut } from "./api.js";
import * as board from "./board.js";
import * as care from "./care.js";
import * as conversation from "./conversation.js";
import { find, make, tell } from "./dom.js";
import * as door from "./door.js";
import * as filters from "./filters.js";
import * as given from "./given.js";
import * as keys from "./keys.js";
import * as labels from "./labels.js";
import { listen } from "./live.js";
import * as lists from "./lists.js";
import * as lock from "./lock.js";
import * as next from "./next.js";
import * as notify from "./notify.js";
import * as pages from "./pages.js";
import * as requests from "./requests.js";
import * as search from "./search.js";
import { language, preferred, speak, tick, word } from "./words.js";

let stopListening = () => {};
let linePresent = false;
let me = null; // the operator's id

const CALLS_AGAIN = 60000; // ms; waiting raises and "I am on it" ends without an event

const conversationAt = () => /^#c\/(.+)$/.exec(location.hash)?.[1] ?? null;

// --- coming and going ------------------------------------------------------------------------------------------------

async function arrive() {
  await speakUntilHeard(preferred());
  document.title = word("desk.title");
  if (door.linkToken() !== null) return door.show(enter);
  try {
    await enter(begun(await ask("GET", "/me")));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status === 423) return; // another page was locked meanwhile, and this one with it
    await door.show(enter, error.status === 401 ? null : word("desk.error"));
  }
}

const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

async function speakUntilHeard(code) {
  for (;;) {
    try {
      return await speak(code);
    } catch {
      await pause(3000);
    }
  }
}

const entering = latest(); // a page that was covered or left meanwhile is not filled any more

async function enter({ operator, rights, languages, drafts, locked, lock_after: lockAfter }) {
  if (me !== null && me !== operator.id) return location.replace(location.pathname); // nothing of one is left for the next
  me = operator.id;
  const isLast = entering();
  if (operator.language !== language) await speakUntilHeard(operator.language);
  if (!isLast()) return;
  if (locked) return lock.locked();
  lock.watch(lockAfter);
  conversation.markDrafts(drafts);
  find("my-name").textContent = operator.name;
  find("my-language").replaceChildren(
    ...Object.entries(languages).map(([code, name]) => {
      const option = make("option", { value: code, lang: code }, name);
      option.selected = code === operator.language;
      return option;
    }),
  );
  pages.begin(rights);
  pages.showLinks();
  find("sound").hidden = find("live").hidden = !pages.readsConversations(); // nothing rings, and no line is kept
  notify.show();
  find("desk").hidden = false;
  stopListening();
  if (pages.readsConversations()) {
    const last = await lookUntilSeen(isLast, { languages, rights });
    if (!isLast()) return;
    stopListening = listen(last, { changed, line });
  }
  await route();
}

// Everything, for the first time: a desk on which nothing stands because the line broke would look like a quiet one.
async function lookUntilSeen(isLast, has) {
  while (isLast()) {
    try {
      await labels.learn();
      await filters.enter(has, openList, () => lists.tab);
      if (!isLast()) return;
      const last = await look();
      await Promise.all([requests.look(), lookCalls()]);
      if (pages.may("help")) await Promise.all([care.look(), given.look()]);
      return last;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (!isLast()) return;
      showLine(); // which is not there
      await pause(3000);
    }
  }
}

function leave(notice) {
  hide();
  lock.end();
  document.title = word("desk.title");
  return door.show(enter, notice);
}

/** Take everything that anybody wrote off the page, not only out of sight. */
function hide() {
  forget();
  entering();
  rest();
  stopListening();
  linePresent = false;
  requests.leave();
  care.leave();
  given.leave();
  alarm.watch([]);
  next.show([]);
  search.leave();
  board.forget("open", "closed");
  lists.leave();
  conversation.open(null);
  labels.follow(null);
  pages.open(null);
  find("desk").hidden = true;
  lock.wipe(find("desk"));
  showLine(); // not as if the line were up until it is again
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.close();
    lock.wipe(dialog);
  }
}

// --- what is true ----------------------------------------------------------------------------------------------------

/** Fetch the open list and show it. Returns the id of the event up to which it is true. */
async function look() {
  const asked = lists.tab === "closed";
  const closed = asked ? await askToShow("/desk?closed=true") : null;
  const desk = await askToShow("/desk"); // the later of the two has the totals
  if (asked) board.fill("closed", closed, me);
  else board.forget("closed");
  board.fill("open", desk, me);
  await lists.look();
  if (labels.unknown([...board.lines("open"), ...board.lines("closed")].flatMap((one) => one.labels))) await labels.learn();
  showLists();
  return closed?.last_event_id ?? desk.last_event_id; // the earlier one
}

function showLists() {
  clearTimeout(showing);
  showing = null;
  if (board.isShort()) filling ??= setTimeout(fillUp, 1000 + Math.random() * 3000); // not all desks at once
  lists.show(conversation.openId());
  filters.show(lists.holders());
  next.showOpen();
}

async function lookNarrowed() {
  await lists.look();
  showLists();
}

/** Fetch who is called for, and show it. */
async function lookCalls() {
  const { calls, ...order } = await askToShow("/calls");
  lists.orderFor(order);
  next.show(calls);
  alarm.watch(calls);
  showLists();
}

function openList(name) {
  if (name) lists.open(name);
  else listChanged();
}

function listChanged() {
  stale.lists = true;
  showLists(); // what is known of it already
  renew();
}

const stale = { lists: false, narrowed: false, calls: false, conversation: false, requests: false, care: false, given: false };
const HOLDS = new Set(["holder", "gone"]);
const ENDS_REQUESTS = new Set(["request", "holder", "gone"]);
const LOOKS = {
  lists: look,
  narrowed: lookNarrowed,
  calls: lookCalls,
  conversation: conversation.refresh,
  requests: requests.look,
  care: care.look,
  given: given.look,
};
let renewing = false;
let showing = null; // the lists will be shown: a hundred events at once cost one look
let filling = null; // a list that became short will be filled up
let asking = null; // what the server alone can tell of the queue will be asked for

function changed(event) {
  const { kind, conversation: id } = event;
  pages.changed({ kind, conversation: id });
  if (kind === "parked") alarm.stuck();
  if (ENDS_REQUESTS.has(kind)) stale.requests = true;
  if (pages.may("help")) {
    // a grave case of mine may have ended; and who rests is called when somebody in danger waits for nobody else
    const mine = board.lines("open").some((one) => one.id === id && one.mine);
    stale.care ||= kind === "again" || (HOLDS.has(kind) && (mine || !care.offersNext())) || care.concerns(event.line);
    stale.given ||= kind === "given" || kind === "again" || given.concerns(id);
  }
  if (kind === "again") {
    stale.lists = stale.calls = stale.conversation = true; // away for too long: load everything
  } else if (event.line !== undefined) {
    board.apply(event, me);
    showing ??= setTimeout(showLists);
    if (kind !== "message" || event.line?.holder === "queue" || lists.areNarrowed()) asking ??= setTimeout(askAgain, 200 + Math.random() * 500);
  }
  if (id === conversation.openId()) {
    if (kind === "gone") conversation.gone();
    else stale.conversation = true;
    if (kind === "labels") labels.again();
  }
  renew();
}

function fillUp() {
  filling = null;
  stale.lists = true;
  renew();
}

function askAgain() {
  asking = null;
  stale.calls = true;
  stale.narrowed = lists.areNarrowed();
  renew();
}

/** Nothing is fetched or shown any more until somebody is in again. */
function rest() {
  for (const timer of [showing, filling, asking]) clearTimeout(timer);
  showing = filling = asking = null;
  for (const part of Object.keys(stale)) stale[part] = false;
}

/** Fetch what is stale, one round at a time: a hundred events at once cost one look. */
async function renew() {
  if (renewing) return;
  renewing = true;
  try {
    while (Object.values(stale).includes(true)) {
      const now = { ...stale };
      for (const part of Object.keys(stale)) stale[part] = false;
      try {
        await Promise.all(Object.keys(LOOKS).filter((part) => now[part]).map((part) => LOOKS[part]()));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        if (find("desk").hidden) return;
        if (error.status === 423) continue; // uncovered since: all is fetched anew
        // the line broke between the event and the question: ask again
        for (const part of Object.keys(stale)) stale[part] ||= now[part];
        await pause(2000);
      }
    }
  } finally {
    renewing = false;
  }
}

async function line(up) {
  if (up === linePresent) return;
  linePresent = up;
  showLine();
  if (up) return;
  try {
    await ask("GET", "/me"); // a session that ended also ends the line
  } catch (error) {
    if (error.status === 401) leave(word("desk.session_ended"));
  }
}

function showLine() {
  find("live").textContent = word(linePresent ? "desk.live" : "desk.live_lost");
  find("live").className = linePresent ? "up" : "lost";
}

// --- what is open ----------------------------------------------------------------------------------------------------

const going = latest();

async function route() {
  if (door.linkToken() !== null) return location.reload();
  const isLast = going();
  const page = pages.named(location.hash);
  const id = page === null ? conversationAt() : null;
  const before = conversation.openId();
  document.body.classList.toggle("in-conversation", id !== null);
  alarm.look(id);
  lists.mark(id);
  // both at once: while a page is fetched, no key acts on a conversation that is not seen any more
  const opened = id === before ? null : conversation.open(id);
  if (id !== before) labels.follow(id); // whether they come soon or late
  await Promise.all([pages.open(page), opened]);
  if (!isLast()) return; // somebody went on meanwhile
  if (!conversation.isThere()) {
    stale.conversation = true; // the line broke: asked again until it is there
    renew();
  }
  next.showOpen();
  if (id === null && before !== null) lists.focusOn(before);
}

const choosing = latest();

async function readIn(code) {
  const isLast = choosing();
  try {
    await ask("PUT", "/me/language", { language: code });
    if (isLast()) await speak(code);
  } catch {
    if (!isLast()) return;
    find("my-language").value = language; // as it still is
    return tell(word("desk.error"));
  }
  if (!isLast() || find("desk").hidden) return; // all is shown in it when the page is uncovered
  if (pages.readsConversations()) {
    showLists();
    showLine();
    filters.show();
    labels.showOpen();
    next.showOpen();
  }
  alarm.show();
  requests.show();
  care.show();
  given.show();
  notify.show();
  pages.showLinks();
  await pages.openAgain();
  await conversation.refreshOrTell();
}

conversation.begin();
requests.begin(() => {
  stale.requests = stale.conversation = stale.lists = true;
  renew();
}, conversation.begins);
keys.begin();
alarm.begin();
notify.begin();
next.begin();
labels.begin();
filters.begin();
search.begin();
lists.begin(listChanged);
lock.begin(hide, enter);
whenLocked(lock.locked);
whenSignedOut(() => (find("desk").hidden && find("lock").hidden) || leave(word("desk.session_ended")));
addEventListener("hashchange", () => find("desk").hidden || route());
document.addEventListener("visibilitychange", () => {
  alarm.look(conversation.openId());
});
document.addEventListener("click", (event) => {
  if (!find("me").contains(event.target)) find("me").open = false;
});
find("my-language").addEventListener("change", (event) => readIn(event.target.value));
find("sign-out").addEventListener("click", async () => {
  try {
    await ask("POST", "/sign-out");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status !== 401) tell(word("desk.error")); // 401: it has ended already
    return;
  }
  location.replace(location.pathname);
});
setInterval(tick, 10000);
setInterval(() => find("desk").hidden || !pages.readsConversations() || askAgain(), CALLS_AGAIN);
arrive();
