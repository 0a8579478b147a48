// Trigger ids, response_urls, signatures, rate limits and Slack's 3 seconds run on real time, whatever the
// injected clock says: the bot's own libraries compare them with the machine's clock.

/** Milliseconds since an arbitrary start; never jumps. */
export function elapsedMs(): number {
  return performance.now();
}

/** Seconds since 1970 on the machine's clock, as X-Slack-Request-Timestamp carries them and a bot's door compares. */
export function unixSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** Runs `task` after `ms`; does not keep the process alive. Returns what cancels it. */
export function afterMs(ms: number, task: () => void): () => void {
  const timer = setTimeout(task, ms);
  timer.unref();
  return () => clearTimeout(timer);
}
