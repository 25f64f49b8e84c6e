// The operators' desk: joins the parts, and keeps what is shown the same as what is true.

import * as alarm from "./alarm.js";
import { ask, begun, Refused, whenSignedOut } from "./api.js";
import * as conversation from "./conversation.js";
import { find, make, tell } from "./dom.js";
import * as door from "./door.js";
import * as keys from "./keys.js";
import { listen } from "./live.js";
import * as lists from "./lists.js";
import { language, preferred, speak, tick, word } from "./words.js";

let open = []; // open conversations, as the server orders them
let closed = [];
let stopListening = () => {};
let linePresent = false;
let me = null; // the operator's id

const narrow = matchMedia("(max-width: 56rem)");
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
    await door.show(enter, error.status === 401 ? null : word("desk.error"));
  }
}

async function speakUntilHeard(code) {
  for (;;) {
    try {
      return await speak(code);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 3000));
    }
  }
}

async function enter({ operator, languages, drafts }) {
  if (me !== null && me !== operator.id) return location.reload(); // nothing of one operator is left for the next
  me = operator.id;
  if (operator.language !== language) await speakUntilHeard(operator.language);
  conversation.markDrafts(drafts);
  find("my-name").textContent = operator.name;
  find("my-language").replaceChildren(
    ...Object.entries(languages).map(([code, name]) => {
      const option = make("option", { value: code, lang: code }, name);
      option.selected = code === operator.language;
      return option;
    }),
  );
  find("desk").hidden = false;
  const last = await look();
  stopListening();
  stopListening = listen(last, { changed, line });
  await route();
}

function leave(notice) {
  stopListening();
  open = closed = [];
  conversation.open(null);
  find("list").replaceChildren();
  find("desk").hidden = true;
  document.title = word("desk.title");
  return door.show(enter, notice);
}

// --- what is true ----------------------------------------------------------------------------------------------------

/** Fetch the lists and show them. Returns the id of the event up to which they are true. */
async function look() {
  const desk = await ask("GET", "/desk");
  if (lists.tab === "closed") closed = (await ask("GET", "/desk?closed=true")).conversations;
  open = desk.conversations;
  showLists();
  alarm.watch(open, conversation.openId());
  return desk.last_event_id;
}

function showLists() {
  lists.show(open, closed, conversation.openId());
}

const stale = { lists: false, conversation: false };
let renewing = false;

function changed({ kind, conversation: id }) {
  if (kind !== "delivery") stale.lists = true;
  if (kind === "parked") alarm.stuck();
  if (id === conversation.openId()) {
    if (kind === "gone") conversation.gone();
    else stale.conversation = true;
  }
  renew();
}

/** Fetch what is stale, one round at a time: a hundred events at once cost one look. */
async function renew() {
  if (renewing) return;
  renewing = true;
  try {
    while (stale.lists || stale.conversation) {
      const now = { ...stale };
      stale.lists = stale.conversation = false;
      try {
        await Promise.all([now.lists && look(), now.conversation && conversation.refresh()]);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        if (error.status === 401) return;
        // the line broke between the event and the question: ask again
        stale.lists ||= now.lists;
        stale.conversation ||= now.conversation;
        await new Promise((resolve) => setTimeout(resolve, 2000));
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

async function route() {
  if (door.linkToken() !== null) return location.reload();
  const id = conversationAt();
  const before = conversation.openId();
  document.body.classList.toggle("in-conversation", id !== null);
  if (id !== before) await conversation.open(id);
  if (id !== null) alarm.look(id);
  lists.mark(id);
  if (id !== null && narrow.matches) find("headline").focus();
  if (id === null && before !== null) lists.focusOn(before);
}

async function readIn(code) {
  try {
    await ask("PUT", "/me/language", { language: code });
    await speak(code);
  } catch {
    return tell(word("desk.error"));
  }
  showLists();
  showLine();
  alarm.show();
  await conversation.refreshOrTell();
}

conversation.begin();
keys.begin();
alarm.begin();
lists.begin(() => {
  showLists();
  stale.lists = true;
  renew();
});
whenSignedOut(() => find("desk").hidden || leave(word("desk.session_ended")));
addEventListener("hashchange", () => find("desk").hidden || route());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && conversation.openId()) alarm.look(conversation.openId());
});
document.addEventListener("click", (event) => {
  if (!find("me").contains(event.target)) find("me").open = false;
});
find("my-language").addEventListener("change", (event) => readIn(event.target.value));
find("sign-out").addEventListener("click", async () => {
  await ask("POST", "/sign-out");
  location.replace(location.pathname);
});
setInterval(tick, 10000);
arrive();
