/**
 * What a process tells of its work, for whoever counts and times it. Every word is one of a short list: no number of an
 * appointment, no text from outside, nothing about a person.
 */
export interface Measures {
  /** A call to Cal.com ended. `result`: `2xx` to `5xx`, `429`, `timeout`, or `no_answer`. */
  calcomCall(call: { operation: string; result: string; tookMs: number }): void;
  /** A call to Slack ended. `result`: `ok`, `refused`, `limited`, `error`, `timeout`, or `no_answer`. */
  slackCall(call: { method: string; result: string; tookMs: number }): void;
  /** A permit of the shared pace was given, to somebody who waited for it or to the bot itself. */
  permit(given: { asked: boolean; waitedMs: number }): void;
  /** A write to Cal.com ended: `answered`, or in which way not. */
  attempt(ended: { operation: string; outcome: string }): void;
  /** `noticedMsAgo`: of what is booked now without a failure before, how long ago it was noticed. */
  claim(ended: { outcome: string; reason: string | null; tookMs: number; noticedMsAgo: number | null }): void;
  /** All appointments were compared with what was pushed. */
  comparison(ended: { tookMs: number }): void;
  /** The channel shows an alert as it is; `delayMs` since it could have. */
  alert(shown: { as: 'post' | 'update' | 'line'; delayMs: number }): void;
}
