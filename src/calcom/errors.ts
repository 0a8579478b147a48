// What can go wrong between the bot and Cal.com, one class for each thing the bot can do about it. Thrown only
// in this folder. A message is built from operation, kind and status alone: Cal.com's own texts contain e-mail
// addresses, so they stay in `answer`, which neither JSON nor an inspection of the error shows.

/** Cal.com's answer as it came. `message` and `body` are cut to 64 kB of UTF-8 and may hold personal data. */
export interface CalcomAnswer {
  status: number;
  /** Empty when the body has none of Cal.com's error shapes. */
  message: string;
  code: string | null;
  requestId: string | null;
  body: string;
}

export interface CalcomErrorDetails {
  operation: string;
  answer?: CalcomAnswer;
  cause?: unknown;
}

export type CalcomErrorKind = 'refused' | 'busy' | 'unavailable' | 'unclear' | 'unauthorized' | 'unreadable';

export abstract class CalcomError extends Error {
  readonly kind: CalcomErrorKind;
  readonly operation: string;
  readonly #answer: CalcomAnswer | undefined;

  constructor(kind: CalcomErrorKind, { operation, answer, cause }: CalcomErrorDetails) {
    const answered = answer ? `status ${answer.status}` : 'no complete answer';
    super(`Cal.com, ${operation}: ${kind}, ${answered}`, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.kind = kind;
    this.operation = operation;
    this.#answer = answer;
  }

  get answer(): CalcomAnswer | undefined {
    return this.#answer;
  }

  get status(): number | null {
    return this.#answer?.status ?? null;
  }

  get requestId(): string | null {
    return this.#answer?.requestId ?? null;
  }
}

/** A 4xx with a reason that can be read: nothing happened. */
export class CalcomRefused extends CalcomError {
  constructor(details: CalcomErrorDetails & { answer: CalcomAnswer }) {
    super('refused', details);
  }
}

/** 429: nothing happened, and nothing will for `resetMs`. */
export class CalcomBusy extends CalcomError {
  readonly resetMs: number;

  constructor(details: CalcomErrorDetails & { resetMs: number }) {
    super('busy', details);
    this.resetMs = details.resetMs;
  }
}

/** Nothing was sent, or what was sent only reads. */
export class CalcomUnavailable extends CalcomError {
  constructor(details: CalcomErrorDetails) {
    super('unavailable', details);
  }
}

/** A write left and no answer says whether it happened. */
export class CalcomUnclear extends CalcomError {
  constructor(details: CalcomErrorDetails) {
    super('unclear', details);
  }
}

/** The key itself is refused, whatever it asks for. */
export class CalcomUnauthorized extends CalcomError {
  constructor(details: CalcomErrorDetails) {
    super('unauthorized', details);
  }
}

/** A 2xx whose body is not what it should be: a write has probably happened. */
export class CalcomUnreadable extends CalcomError {
  constructor(details: CalcomErrorDetails) {
    super('unreadable', details);
  }
}
