// The way in: sign in with two steps, or choose a password after a one-time link.

import { ask, begun, Refused } from "./api.js";
import { find, tell } from "./dom.js";
import { codeForm, setUp } from "./second.js";
import { lasting, word } from "./words.js";

/** The token of a one-time link. It stands after "#", which no browser sends and no log keeps. */
export const linkToken = () => /^#welcome=([\w-]+)$/.exec(location.hash)?.[1] ?? null;

/** Show the way in; `enter(session)` is called once somebody is in. `notice`: why they are here, or null. */
export async function show(enter, notice = null) {
  find("desk").hidden = true;
  find("door").hidden = false;
  say(notice);
  const token = linkToken();
  if (token === null) return signIn(enter);
  try {
    return choosePassword(enter, token, await ask("POST", "/link", { token }));
  } catch (error) {
    signIn(enter);
    say(error.status === 410 ? word("desk.link_used") : word("desk.error"));
  }
}

function signIn(enter) {
  const form = find("sign-in");
  open(form);
  form.elements.name.focus();
  submits(form, async () => {
    const { name, password } = form.elements;
    const session = await ask("POST", "/sign-in", { name: name.value.trim(), password: password.value });
    await goOn(enter, session);
  });
}

function choosePassword(enter, token, owner) {
  const form = find("welcome");
  open(form);
  form.elements.name.value = owner.name;
  find("password-rule").textContent = word("desk.password_rule", { count: owner.shortest_password });
  form.elements.password.focus();
  submits(form, async () => {
    const session = await ask("POST", "/welcome", { token, password: form.elements.password.value });
    history.replaceState(null, "", location.pathname);
    await goOn(enter, session);
  });
}

// Whatever the sign-in still asks for; a second step that is not set up yet is offered, and asked for from then on.
async function goOn(enter, session) {
  begun(session);
  find("sign-in").reset();
  find("welcome").reset();
  if (session.stage === "in" && session.second_step) return arrive(enter, session);
  const place = find("steps");
  say(null);
  if (session.stage === "code") {
    place.replaceChildren(codeForm((full) => arrive(enter, full), () => again(enter)));
  } else {
    const later = session.stage === "in" ? () => arrive(enter, session) : null;
    await setUp(place, { done: (full) => arrive(enter, full ?? session), later });
  }
  open(place);
  place.querySelector("input").focus();
}

function again(enter) {
  signIn(enter);
  say(word("desk.session_ended"));
}

function arrive(enter, session) {
  say(null);
  find("steps").replaceChildren();
  find("door").hidden = true;
  enter(begun(session));
  if (session.recovery_left !== null) tell(word("desk.recovery_left", { count: session.recovery_left }));
}

function open(part) {
  for (const one of [find("sign-in"), find("welcome"), find("steps")]) one.hidden = one !== part;
}

function submits(form, act) {
  form.onsubmit = async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      say(reason(error));
    } finally {
      button.disabled = false;
    }
  };
}

function reason({ status, retryAfter }) {
  if (status === 401) return word("desk.sign_in_failed");
  if (status === 410) return word("desk.link_used");
  if (status === 422) return word("desk.password_weak");
  if (status === 429) return word("desk.locked_out", { time: lasting(Math.ceil(retryAfter / 60) * 60) });
  return word("desk.error");
}

function say(text) {
  const notice = find("door-notice");
  notice.hidden = text === null;
  notice.textContent = text ?? "";
}
