// The lock: a desk that nobody touches for a while covers itself. Nothing of anybody is left in the page under it.

import * as alarm from "./alarm.js";
import { ask, begun, Refused } from "./api.js";
import { find, make } from "./dom.js";
import { refusal, say, submits, trouble } from "./second.js";
import { word } from "./words.js";

const LOOK = 5000; // ms between looks at the clock
const CALLS = 10000; // ms between questions who waits
const TOUCHED = "desk.touched"; // in the browser's store: a hand on one page is a hand on all

let after = 10 * 60000; // ms without a touch
let told = 0; // when the server was last told of a touch
let uncovered = null; // what to do after unlocking; null while nothing is covered
let cover = () => {};
let calling = 0;
const others = new BroadcastChannel("desk.lock");

/** Begin to watch. `hide()` takes everything off the page and stops the live line, `show(session)` puts it back. */
export function begin(hide, show) {
  cover = () => {
    if (uncovered !== null) return;
    uncovered = show;
    hide();
    dialog();
    call();
    calling = setInterval(call, CALLS);
  };
  for (const touch of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"]) {
    addEventListener(touch, touched, { passive: true, capture: true });
  }
  setInterval(look, LOOK);
  // a lid that was closed opens long after: look before anything else is shown
  document.addEventListener("visibilitychange", look);
  others.onmessage = async ({ data }) => {
    if (data === "locked" && !find("desk").hidden) cover();
    if (data !== "unlocked" || uncovered === null) return;
    try {
      await open(await ask("GET", "/me"));
    } catch (error) {
      if (!(error instanceof Refused)) throw error; // it stays covered, and can be unlocked here too
    }
  };
}

/** How many minutes without a touch. */
export function watch(minutes) {
  after = minutes * 60000;
  localStorage.setItem(TOUCHED, String(Date.now()));
}

/** The server says that this session is locked, or it was found so at the start. */
export const locked = () => cover();

/** Lock now. */
export async function now() {
  if (find("desk").hidden) return;
  cover();
  others.postMessage("locked");
  try {
    await ask("POST", "/me/lock");
  } catch (error) {
    if (!(error instanceof Refused)) throw error; // without a line the server locks by itself
  }
}

/** Somebody signed out, or the session ended: there is nothing to unlock any more. */
export function end() {
  clearInterval(calling);
  alarm.counted(null); // it does not ring for somebody who is not there
  uncovered = null;
  find("lock").hidden = true;
  find("lock").replaceChildren();
}

function touched() {
  if (find("desk").hidden) return;
  const at = Date.now();
  if (at - Number(localStorage.getItem(TOUCHED)) > after) return look(); // too late: the clock had not been looked at
  localStorage.setItem(TOUCHED, String(at));
  if (at - told < Math.min(60000, after / 3)) return;
  told = at;
  ask("POST", "/me/touch").catch(() => (told = 0));
}

function look() {
  if (find("desk").hidden || Date.now() - Number(localStorage.getItem(TOUCHED)) <= after) return;
  now();
}

function dialog() {
  const line = trouble();
  const field = make("input", { name: "proof", type: "password", autocomplete: "current-password", maxlength: "1000", required: "" });
  const leave = make("button", { type: "button" }, word("desk.sign_out"));
  leave.addEventListener("click", () => find("sign-out").click());
  const form = make(
    "form",
    {},
    make("h2", { "data-word": "desk.locked" }, word("desk.locked")),
    make("p", { id: "lock-calling", role: "status" }),
    line,
    make("label", {}, make("span", {}, word("desk.proof")), field),
    make("div", { class: "row" }, make("button", { class: "primary" }, word("desk.unlock")), leave),
  );
  submits(
    form,
    line,
    async ({ proof }) => {
      const session = await ask("POST", "/me/unlock", { proof: proof.value });
      others.postMessage("unlocked");
      await open(session);
    },
    refusal("desk.proof_wrong"),
  );
  say(line, null);
  find("lock").replaceChildren(make("h1", {}, word("desk.title")), form);
  find("lock").hidden = false;
  field.focus();
}

async function open(session) {
  const show = uncovered;
  if (show === null) return; // another page was quicker
  end();
  localStorage.setItem(TOUCHED, String(Date.now()));
  await show(begun(session));
}

// Who waits is counted while the page is covered: somebody in danger still rings.
async function call() {
  try {
    const { waiting, urgent } = await ask("GET", "/calling");
    if (uncovered === null) return;
    find("lock-calling").textContent = word("desk.locked_waiting", { waiting, urgent });
    alarm.counted(urgent);
  } catch (error) {
    if (!(error instanceof Refused)) throw error; // the line is down, or this is somebody without conversations
  }
}

/** Take every word out of `root` that a script put there; what the page itself says stays. */
export function wipe(root) {
  for (const one of root.querySelectorAll("[data-key]")) one.remove();
  for (const one of root.querySelectorAll("input:not([type=radio], [type=checkbox]), textarea")) one.value = "";
  for (const one of root.querySelectorAll("img, audio, video, source")) one.remove();
  for (const one of root.querySelectorAll("[title]")) one.removeAttribute("title");
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const words = [];
  while (walker.nextNode()) words.push(walker.currentNode);
  for (const text of words) if (!text.parentElement.closest("[data-word], [data-tab], option")) text.remove();
}
