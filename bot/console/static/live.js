// The live line: server-sent events from the last one seen, so that after a lost line nothing is missed.

const SILENCE = 40000; // ms; the server says at least every 15 s that it is there

/**
 * Listen to what changes after event `last`. `on.changed({id, kind, conversation, line?, totals?})` for each event, `on.line(up)` when the
 * line is lost or back. Returns a function that ends it.
 */
export function listen(last, on) {
  let source = null;
  let silence = 0;
  let again = 0;

  function heard() {
    clearTimeout(silence);
    silence = setTimeout(open, SILENCE); // a line can die without a word
  }

  function open() {
    clearTimeout(again);
    source?.close();
    source = new EventSource(`/desk/api/events?after=${last}`);
    source.onopen = () => {
      heard();
      on.line(true);
    };
    source.addEventListener("here", heard);
    source.onmessage = (event) => {
      heard();
      last = Number(event.lastEventId);
      on.changed({ id: last, ...JSON.parse(event.data) });
    };
    source.onerror = () => {
      on.line(false);
      // a refusal ends an EventSource for good, a broken line does not
      if (source.readyState === EventSource.CLOSED) again = setTimeout(open, 3000);
    };
    heard();
  }

  const lost = () => {
    source?.close();
    on.line(false);
  };
  addEventListener("offline", lost);
  addEventListener("online", open);
  open();
  return () => {
    removeEventListener("offline", lost);
    removeEventListener("online", open);
    clearTimeout(silence);
    clearTimeout(again);
    source?.close();
  };
}
