// Requests to the desk's API. What changes something carries the token that shows that it comes from this page.

const PATIENCE = 60000; // ms; a line can die without a word, and an answer that never comes must not hold up the page

let csrf = "";
let hidden = 0; // how often everything was taken off the page
let signedOut = () => {};
let locked = () => {};

/** The server said no. `status` 0: it was not reached. `detail`: why, a code or a sentence for developers. */
export class Refused extends Error {
  constructor(status, retryAfter = 0, detail = "") {
    super(String(status));
    this.status = status;
    this.detail = detail;
    this.retryAfter = retryAfter; // seconds
  }
}

/** Call `then` whenever the server no longer knows this session. */
export function whenSignedOut(then) {
  signedOut = then;
}

/** Call `then` whenever the server says that this session is locked. */
export function whenLocked(then) {
  locked = then;
}

/** A session was opened or looked up: its token goes with every change from now on. */
export function begun(session) {
  csrf = session.csrf;
  return session;
}

/**
 * Tells of answers to one question which is the last: `const asked = latest(); ... const isLast = asked(); await ...;
 * if (!isLast()) return;`. Answers overtake each other; and `asked()` alone says that nobody waits for any of them now.
 */
export function latest() {
  let count = 0;
  return () => {
    const mine = ++count;
    return () => mine === count;
  };
}

/** Ask the API; the answer's JSON, or null where it has none. Throws Refused. */
export async function ask(method, path, body) {
  let answer = await send(method, path, body, AbortSignal.timeout?.(PATIENCE));
  if (answer.status === 403) {
    // signed in again in another window: this page only needs the new token
    begun(await ask("GET", "/me"));
    answer = await send(method, path, body, AbortSignal.timeout?.(PATIENCE));
  }
  if (answer.status === 401 && !["/sign-in", "/sign-in/code", "/me"].includes(path)) signedOut();
  if (answer.status === 423) locked();
  if (!answer.ok) throw new Refused(answer.status, Number(answer.headers.get("Retry-After") ?? 0), await why(answer));
  if (answer.status === 204) return null;
  try {
    return await answer.json();
  } catch {
    throw new Refused(0); // the line broke half-way
  }
}

/** Everything is taken off the page. */
export function forget() {
  hidden += 1;
}

/** Ask for what the page shows by itself: an answer that comes after all was taken off it is refused as if locked. */
export async function askToShow(path) {
  const before = hidden;
  const told = await ask("GET", path);
  if (before !== hidden) throw new Refused(423);
  return told;
}

async function why(answer) {
  try {
    const { detail } = await answer.json();
    return typeof detail === "string" ? detail : "";
  } catch {
    return ""; // not ours: a proxy's page
  }
}

/** A file that a person sent, as {blob, name}. Throws Refused. */
export async function askFile(path) {
  const answer = await send("GET", path);
  if (answer.status === 401) signedOut();
  if (answer.status === 423) locked();
  if (!answer.ok) throw new Refused(answer.status);
  const [, name = "file.bin"] = /filename="([\w.-]+)"/.exec(answer.headers.get("Content-Disposition") ?? "") ?? [];
  try {
    return { blob: await answer.blob(), name };
  } catch {
    throw new Refused(0); // the line broke half-way
  }
}

async function send(method, path, body, signal) {
  const headers = { "X-CSRF": csrf };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    return await fetch(`/desk/api${path}`, { method, headers, body: body && JSON.stringify(body), signal });
  } catch {
    throw new Refused(0);
  }
}

/** Ask the API for an answer that comes line by line, each a JSON object; `signal` ends it. Throws Refused. */
export async function* lines(path, body, signal) {
  let answer = await send("POST", path, body, signal);
  if (answer.status === 403) {
    begun(await ask("GET", "/me"));
    answer = await send("POST", path, body, signal);
  }
  if (answer.status === 401) signedOut();
  if (answer.status === 423) locked();
  if (!answer.ok) throw new Refused(answer.status);
  let rest = "";
  try {
    for await (const piece of pieces(answer.body.pipeThrough(new TextDecoderStream()))) {
      const whole = (rest + piece).split("\n");
      rest = whole.pop();
      for (const line of whole) yield JSON.parse(line);
    }
  } catch (error) {
    if (error.name === "AbortError") return;
    throw new Refused(0);
  }
}

// not every browser can go through a stream by `for await`
async function* pieces(stream) {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
