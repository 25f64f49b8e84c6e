// The line to the server: sends what was written, in order, and asks for what is new. A message carries an id made here,
// so that sending it again after a lost line changes nothing. What is not sent yet lives in this page alone.

import { hush, listen } from "./listen.js";
import { atEnd, bubble, empty, offer, reveal, state, tell } from "./show.js";

const POST_TIME = 30000; // ms until an answer is no longer expected
const ASK_TIME = 40000; // the server holds a question for 25 s
const LONGEST_PAUSE = 15000;

let token = random(); // proposed with the first message; then it is in the cookie
let turn = 0; // grows when the conversation is erased: what was asked before no longer counts
const outbox = new Map(); // id -> message of mine that the server has not shown back yet
let last = 0; // the last message that came from the server
let ended = false;
let choice = null; // the language chosen by hand
let heard = () => {}; // called with the conversation's language

/** Begin: show what there is. `on.language(code)`: the conversation is in this language. */
export function begin(on) {
  heard = on.language;
  addEventListener("offline", () => {
    tell("chat.offline");
    asking?.abort();
  });
  addEventListener("online", hurry);
  ask();
}

export const isStarted = () => last > 0 || outbox.size > 0;

/** The language for all that follows, whatever a message is written in. */
export function choose(code) {
  choice = code;
}

/** Write a message; `payload` is what a tapped answer means. */
export function say(text, payload) {
  const id = random();
  const message = { id, body: { id, text }, element: bubble("me", text), done: false };
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
let later = 0;

async function send() {
  clearTimeout(later);
  if (sending || ended) return; // one at a time: they arrive in the order in which they were written
  sending = true;
  try {
    for (const message of outbox.values()) {
      if (message.done) continue;
      state(message.element, "chat.sending");
      const wait = await post(message);
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
  const mine = turn;
  try {
    while (!ended) {
      const news = await question();
      if (ended || mine !== turn) return;
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
      if (lost) {
        tell(null);
        send();
      }
      lost = false;
      if (!news.started) return forgotten();
      await heard(news.language);
      showAll(news.messages);
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

// The conversation was erased: this page keeps nothing of it either.
function forgotten() {
  last = 0;
  turn += 1;
  token = random();
  outbox.clear();
  hush();
  empty();
  tell("chat.erased");
}

/** Erase the conversation. False when the server could not be asked. */
export async function erase() {
  try {
    const answer = await fetch("/chat", { method: "DELETE" });
    if (!answer.ok) return false;
  } catch {
    return false;
  }
  forgotten();
  asking?.abort();
  return true;
}

/** Stop everything that is under way: nothing comes back after this. */
export function end() {
  ended = true;
  hush();
  posting?.abort();
  asking?.abort();
}
