import type { Answer } from './answers.ts';
import type { Ledger } from './ledger.ts';
import type { CalcomState, Clock } from './world.ts';

/** One request after routing and the key check. */
export interface Call {
  /** The path's variable parts, decoded. */
  params: string[];
  query: URLSearchParams;
  /** Undefined when none was sent. */
  body: unknown;
  /** The request carried the right key; false when it carried none. */
  isAuthenticated: boolean;
  version: string;
}

export interface Backend {
  state: CalcomState;
  ledger: Ledger;
  clock: Clock;
}

/** Commits all or nothing, and throws a Refusal for what Cal.com refuses. */
export type Operation = (backend: Backend, call: Call) => Answer;
