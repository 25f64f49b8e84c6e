// The line to the server: sends what was written, in order, and asks for what is new. A message carries an id made here,
// so that sending it again after a lost line changes nothing. What is not sent yet lives in this page alone.

import { hush, listen } from "./listen.js";
import { atEnd, bubble, empty, offer, reveal, state, tell } from "./show.js";
import * as unseen from "./unseen.js";

const POST_TIME = 30000; // ms until an answer is no longer expected
const ASK_TIME = 40000; // the server holds a question for 25 s
const LONGEST_PAUSE = 15000;

let token = random(); // proposed with the first message; then it is in the cookie
let turn = 0; // grows when the conversation is erased: what was asked before no longer counts
const outbox = new Map(); // id -> message of mine that the server has not shown back yet
let last = 0; // the last message that came from the server
let known = false; // has the server said whether there is a conversation?
let ended = false;
let choice = null; // the language chosen by hand
let untold = null; // tells the bot of that language, if there turns out to be a conversation
let heard = () => {}; // called with the conversation's language

/** Begin: show what there is. `on.language(code)`: the conversation is in this language. */
export function begin(on) {
  heard = on.language;
  addEventListener("offline", () => {
    tell("chat.offline");
    asking?.abort();
  });
  addEventListener("online", hurry);
  addEventListener("pagehide", () => ended || sendUnconfirmed({}));
  ask();
}

/** The language for all that follows, whatever a message is written in; the bot is told of it by its `name`. */
export function choose(code, name) {
  choice = code;
  const told = () => say(name, `/change_language{"language": "${code}"}`);
  // before the first message there is nobody to tell
  if (last > 0 || outbox.size > 0) told();
  else if (!known) untold = told;
}

/** Write a message; `payload` is what a tapped answer means. */
export function say(text, payload) {
  const id = random();
  const message = { id, body: { id, text }, element: bubble("me", text), done: false, wishes };
  if (payload) message.body.payload = payload;
  if (choice) message.body.language = choice;
  outbox.set(id, message);
  state(message.element, "chat.sending");
  offer([]);
  send();
}

// 256 bits, in hexadecimal
function random() {
  return Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// --- sending ---------------------------------------------------------------------------------------------------------

let sending = false;
let posting = null; // aborts the message that is on its way
let underWay = Promise.resolve(); // until that is answered
let later = 0;

async function send() {
  clearTimeout(later);
  if (sending || ended) return; // one at a time: they arrive in the order in which they were written
  sending = true;
  try {
    for (const message of outbox.values()) {
      if (message.done) continue;
      if (ended || erasing !== null) return;
      state(message.element, "chat.sending");
      underWay = post(message);
      const wait = await underWay;
      if (wait === null) continue;
      state(message.element, "chat.not_sent", send);
      later = setTimeout(send, wait);
      return;
    }
  } finally {
    sending = false;
  }
}

/** Send one message. Returns null when it needs no further try, else how long to wait before one, in ms. */
async function post(message) {
  let answer;
  posting = new AbortController();
  const tooLong = setTimeout(() => posting.abort(), POST_TIME);
  try {
    answer = await fetch("/chat/messages", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...message.body, token }),
      signal: posting.signal,
    });
  } catch {
    tell("chat.offline");
    return 3000;
  } finally {
    clearTimeout(tooLong);
  }
  if (answer.status === 202) {
    message.done = true;
    state(message.element, "chat.sent");
    tell(null);
    hurry();
    return null;
  }
  if (answer.status === 413) {
    message.done = true;
    state(message.element, "chat.too_long");
    return null;
  }
  tell(answer.status === 429 ? "chat.busy" : "chat.error");
  return 1000 * Number(answer.headers.get("Retry-After") ?? 10);
}

// The page goes away: the browser sends, without it, what the server has not confirmed. What arrived already is known by
// its id. `more`: said with each.
function sendUnconfirmed(more) {
  for (const { body, done, wishes: before } of outbox.values()) {
    if (done || (erasing !== null && before < wishes)) continue;
    const message = JSON.stringify({ ...body, ...more, token });
    navigator.sendBeacon("/chat/messages", new Blob([message], { type: "application/json" }));
  }
}

// --- asking ----------------------------------------------------------------------------------------------------------

let asking = null; // aborts the question that waits at the server
let running = false;
let wake = () => {};

/** Ask at once: the line is back, or an answer is expected. */
function hurry() {
  wake();
  send();
  ask();
}

const rest = (time) =>
  new Promise((resolve) => {
    wake = resolve;
    setTimeout(resolve, time);
  });

async function ask() {
  if (running || ended) return;
  running = true;
  let pause = 500;
  let lost = false;
  try {
    while (!ended) {
      const mine = turn;
      const news = await question();
      if (ended) return;
      if (mine !== turn) continue;
      if (news !== null) {
        known = true;
        if (!news.started) untold = null;
        if (lost) {
          tell(null);
          send();
        }
        lost = false;
      }
      if (news === null || (!news.started && last === 0)) {
        if (news === null) {
          lost = true;
          tell(navigator.onLine ? "chat.reconnecting" : "chat.offline");
        } else if (![...outbox.values()].some((message) => message.done)) return; // nothing to wait for yet
        await rest(pause + Math.random() * 500);
        pause = Math.min(pause * 2, LONGEST_PAUSE);
        continue;
      }
      pause = 500;
      if (!news.started) {
        forgotten();
        continue;
      }
      await heard(news.language);
      if (ended) return;
      if (mine !== turn) continue; // erased while the words came: it is not shown again
      showAll(news.messages);
      untold?.();
      untold = null;
    }
  } finally {
    running = false;
  }
}

async function question() {
  asking = new AbortController();
  const tooLong = setTimeout(() => asking.abort(), ASK_TIME);
  try {
    const answer = await fetch(`/chat/messages?after=${last}&wait=25`, { signal: asking.signal });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  } finally {
    clearTimeout(tooLong);
  }
}

function showAll(messages) {
  const opened = last === 0; // all that there is, after a reload
  const followed = opened || atEnd();
  const fresh = messages.map(show).filter((element) => element !== null);
  if (followed && fresh.length) reveal(fresh.at(opened ? -1 : 0));
  unseen.arrived(opened ? [] : fresh);
}

/** Show one message; returns its element when it is from the other side. */
function show(message) {
  last = Math.max(last, message.id);
  const mine = outbox.get(message.mine);
  if (mine) {
    mine.done = true; // it arrived, whether its answer did or not
    outbox.delete(message.mine);
    state(mine.element, "chat.sent");
  }
  const element = mine ? mine.element : bubble(message.from, message.text);
  if (message.sound) element.querySelector("p").before(listen(message.sound));
  offer(message.buttons ?? [], (one) => say(one.title, one.payload));
  return message.from === "me" ? null : element;
}

// --- ending ----------------------------------------------------------------------------------------------------------

let erasing = null; // until a wish to erase is answered
let wishes = 0; // how often that was wished

// The conversation was erased: this page keeps nothing of it either, but for what was written after the wish to erase.
function forgotten() {
  const after = [...outbox.values()].filter((message) => !message.done && message.wishes === wishes);
  last = 0;
  turn += 1;
  token = random();
  outbox.clear();
  for (const message of after) outbox.set(message.id, message);
  hush();
  empty(after.map((message) => message.element));
  unseen.look();
  tell("chat.erased");
}

/** Erase the conversation; what is written meanwhile begins another. False when the server could not be asked. */
export function erase() {
  erasing ??= eraseAll().finally(() => {
    erasing = null;
    send();
  });
  return erasing;
}

async function eraseAll() {
  wishes += 1;
  await underWay; // what arrived after the rest was erased would stay
  const waiting = new AbortController();
  const tooLong = setTimeout(() => waiting.abort(), POST_TIME);
  try {
    const answer = await fetch("/chat", { method: "DELETE", keepalive: true, signal: waiting.signal });
    if (!answer.ok) return false;
  } catch {
    return false;
  } finally {
    clearTimeout(tooLong);
  }
  if (ended) return true;
  forgotten();
  asking?.abort();
  return true;
}

/** Stop everything that is under way: nothing comes back after this, but what was said still goes out. */
export function end() {
  ended = true;
  hush();
  posting?.abort(); // its answer would bring back what the browser forgets
  asking?.abort();
  sendUnconfirmed({ leaves: true });
}
