// A worker that only counts seconds: the timers of a page that is not in front are held back, a worker's are not.
setInterval(() => postMessage(null), 1000);
