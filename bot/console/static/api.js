// Requests to the desk's API. What changes something carries the token that shows that it comes from this page.

let csrf = "";
let signedOut = () => {};

/** The server said no. `status` 0: it was not reached. */
export class Refused extends Error {
  constructor(status, retryAfter = 0) {
    super(String(status));
    this.status = status;
    this.retryAfter = retryAfter; // seconds
  }
}

/** Call `then` whenever the server no longer knows this session. */
export function whenSignedOut(then) {
  signedOut = then;
}

/** A session was opened or looked up: its token goes with every change from now on. */
export function begun(session) {
  csrf = session.csrf;
  return session;
}

/** Ask the API; the answer's JSON, or null where it has none. Throws Refused. */
export async function ask(method, path, body) {
  let answer = await send(method, path, body);
  if (answer.status === 403) {
    // signed in again in another window: this page only needs the new token
    begun(await ask("GET", "/me"));
    answer = await send(method, path, body);
  }
  if (answer.status === 401 && !["/sign-in", "/me"].includes(path)) signedOut();
  if (!answer.ok) throw new Refused(answer.status, Number(answer.headers.get("Retry-After") ?? 0));
  return answer.status === 204 ? null : answer.json();
}

async function send(method, path, body) {
  const headers = { "X-CSRF": csrf };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    return await fetch(`/desk/api${path}`, { method, headers, body: body && JSON.stringify(body) });
  } catch {
    throw new Refused(0);
  }
}
