// The web chat. Nothing is kept on the device but the cookie, which no script can read; what was not sent yet lives in
// this page alone. A message carries an id made here, so sending it again after a lost line changes nothing.

const find = (id) => document.getElementById(id);
const log = find("log");
const field = find("text");
const choices = find("choices");

let words = JSON.parse(find("words").textContent);
let language = document.documentElement.lang;
let chosenByHand = false;
let after = 0; // the last message that this page shows from the server
let left = false;
const waiting = new Map(); // id -> {text, payload, element, state}: written here, not yet in the server's list

const word = (key, values = {}) =>
  Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), words[key] ?? key);

// --- showing ---------------------------------------------------------------------------------------------------------

// A phone number in a reply can be tapped: digits with the usual marks between them, or a short code on its own line end.
const NUMBER = /\+?\d(?:[\d\s().-]{1,18}\d)/g;

function withNumbers(paragraph, text) {
  let from = 0;
  for (const match of text.matchAll(NUMBER)) {
    const digits = match[0].replace(/[^\d+]/g, "");
    const alone = !/[\p{L}\d]/u.test(text[match.index - 1] ?? " ") && !/[\d%]/.test(text[match.index + match[0].length] ?? " ");
    if (!alone || digits.length < 3 || /^(19|20)\d\d$/.test(digits) || /^\d{4}-\d\d-\d\d$/.test(match[0]) || (/\./.test(match[0]) && digits.length < 7)) continue;
    paragraph.append(text.slice(from, match.index));
    const link = document.createElement("a");
    link.href = `tel:${digits}`;
    link.textContent = match[0];
    paragraph.append(link);
    from = match.index + match[0].length;
  }
  paragraph.append(text.slice(from));
}

function bubble(from, text, lang) {
  const item = document.createElement("div");
  item.className = `message ${from}`;
  const who = document.createElement("span");
  who.className = from === "operator" ? "who" : "who only-read-aloud";
  who.dataset.word = { me: "chat.you", bot: "chat.helper", operator: "chat.person" }[from];
  who.textContent = word(who.dataset.word);
  const paragraph = document.createElement("p");
  if (from === "me") paragraph.textContent = text;
  else {
    paragraph.lang = lang;
    withNumbers(paragraph, text);
  }
  item.append(who, paragraph);
  const near = log.scrollHeight - log.scrollTop - log.clientHeight < 160;
  log.append(item);
  if (near || from === "me") log.scrollTop = log.scrollHeight;
  return item;
}

function offer(buttons) {
  choices.replaceChildren(
    ...buttons.map(({ title, payload }) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = title;
      button.addEventListener("click", () => say(title, payload));
      return button;
    }),
  );
  choices.hidden = buttons.length === 0;
}

function state(message, key) {
  message.state = key;
  let shown = message.element.querySelector(".state");
  if (!shown) {
    shown = document.createElement("span");
    shown.className = "state";
    message.element.append(shown);
  }
  shown.textContent = word(key);
  if (key === "chat.not_sent" || key === "chat.too_long") {
    const again = document.createElement("button");
    again.type = "button";
    again.textContent = word("chat.retry");
    again.addEventListener("click", () => {
      state(message, "chat.sending");
      flush();
    });
    if (key === "chat.not_sent") shown.append(again);
  }
}

function tell(key) {
  const line = find("line");
  line.hidden = key === null;
  line.textContent = key === null ? "" : word(key);
}

// --- sending ---------------------------------------------------------------------------------------------------------

function say(text, payload) {
  const id = crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random().toString(36).slice(2)}`;
  const message = { id, text, payload, element: bubble("me", text, language) };
  waiting.set(id, message);
  state(message, "chat.sending");
  offer([]);
  flush();
}

let flushing = false;

async function flush() {
  if (flushing) return; // one at a time, so that they arrive in the order in which they were written
  flushing = true;
  try {
    for (const message of [...waiting.values()]) {
      if (message.accepted || message.state === "chat.too_long") continue;
      const body = { id: message.id, text: message.text };
      if (message.payload) body.payload = message.payload;
      if (chosenByHand) body.language = language;
      let answer;
      try {
        answer = await fetch("/chat/messages", {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(body),
        });
      } catch {
        state(message, "chat.not_sent");
        tell("chat.offline");
        setTimeout(flush, 3000);
        return;
      }
      if (answer.status === 202) {
        message.accepted = true;
        state(message, "chat.sent");
        tell(null);
        wake();
      } else if (answer.status === 413) {
        state(message, "chat.too_long");
      } else {
        state(message, "chat.not_sent");
        tell(answer.status === 429 ? "chat.busy" : "chat.error");
        setTimeout(flush, 1000 * Number(answer.headers.get("Retry-After") ?? 5));
        return;
      }
    }
  } finally {
    flushing = false;
  }
}

// --- listening -------------------------------------------------------------------------------------------------------

let asking = null; // aborts the question that waits at the server
let listening = false;

function wake() {
  if (!listening) listen();
}

async function listen() {
  listening = true;
  let pause = 500;
  try {
    while (!left) {
      let news;
      asking = new AbortController();
      try {
        const answer = await fetch(`/chat/messages?after=${after}&wait=25`, { signal: asking.signal });
        if (!answer.ok) throw new Error(String(answer.status));
        news = await answer.json();
      } catch {
        if (left) return;
        tell("chat.reconnecting");
        await new Promise((resolve) => setTimeout(resolve, pause + Math.random() * 500));
        pause = Math.min(pause * 2, 15000);
        continue;
      }
      if (pause > 500) {
        tell(null);
        flush();
      }
      pause = 500;
      if (!news.started) {
        if (after > 0) forgotten();
        if (![...waiting.values()].some((message) => message.accepted)) return; // nothing to wait for yet
        await new Promise((resolve) => setTimeout(resolve, 500));
        continue;
      }
      if (news.language !== language && !chosenByHand) await speak(news.language);
      news.messages.forEach(show);
    }
  } finally {
    listening = false;
  }
}

function show(message) {
  after = Math.max(after, message.id);
  if (message.from === "me") {
    const mine = waiting.get(message.mine);
    waiting.delete(message.mine);
    if (mine) {
      mine.accepted = true;
      state(mine, "chat.read");
    } else bubble("me", message.text, language);
    return;
  }
  bubble(message.from, message.text, language);
  offer(message.buttons ?? []);
}

function forgotten() {
  // the conversation was erased: this page keeps nothing of it either
  after = 0;
  waiting.clear();
  for (const shown of log.querySelectorAll(".message")) shown.remove();
  offer([]);
  tell("chat.erased");
}

// --- language --------------------------------------------------------------------------------------------------------

async function speak(code) {
  let fresh;
  try {
    const answer = await fetch(`/chat/words?language=${encodeURIComponent(code)}`);
    if (!answer.ok) return;
    fresh = await answer.json();
  } catch {
    return;
  }
  words = fresh;
  language = code;
  document.documentElement.lang = code;
  document.title = word("chat.title");
  find("language").value = code;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", word(element.dataset.label));
  for (const element of document.querySelectorAll("[data-placeholder]")) element.placeholder = word(element.dataset.placeholder);
}

// --- leaving and erasing ---------------------------------------------------------------------------------------------

function leave() {
  left = true;
  asking?.abort();
  document.title = "";
  document.body.replaceChildren();
  // the browser forgets the token; the address replaces this page, so "back" does not lead here
  navigator.sendBeacon("/chat/leave");
  location.replace(words["chat.exit_address"]);
}

let escapes = [];
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const now = Date.now();
  escapes = [...escapes.filter((time) => now - time < 2000), now];
  if (escapes.length >= 3) leave();
});

async function erase() {
  try {
    const answer = await fetch("/chat", { method: "DELETE" });
    if (!answer.ok) throw new Error(String(answer.status));
  } catch {
    tell("chat.error");
    return;
  }
  asking?.abort();
  forgotten();
}

// --- the page --------------------------------------------------------------------------------------------------------

find("compose").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value.trim();
  field.focus();
  if (!text) return;
  field.value = "";
  say(text);
});
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    find("compose").requestSubmit();
  }
});
find("language").addEventListener("change", async (event) => {
  const code = event.target.value;
  chosenByHand = true;
  await speak(code);
  say(event.target.selectedOptions[0].textContent, `/change_language{"language": "${code}"}`);
});
find("exit").addEventListener("click", leave);
find("human").addEventListener("click", () => say(word("chat.human"), "/ask_human"));
find("privacy").addEventListener("click", () => say(word("chat.privacy"), "/ask_privacy"));
find("erase").addEventListener("click", () => find("erase-dialog").showModal());
find("erase-no").addEventListener("click", () => find("erase-dialog").close());
find("erase-yes").addEventListener("click", () => {
  find("erase-dialog").close();
  erase();
});
addEventListener("offline", () => tell("chat.offline"));
addEventListener("online", () => {
  tell(null);
  flush();
  wake();
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload(); // a page from the back-forward cache shows what was left, not what is
});

listen();
