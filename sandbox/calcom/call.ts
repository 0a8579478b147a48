import type { Answer } from './answers.ts';
import type { Deliveries } from './deliveries.ts';
import type { Ledger } from './ledger.ts';
import type { CalcomState, Clock } from './world.ts';

/** One request after routing and the key check. */
export interface Call {
  /** The path's variable parts, decoded. */
  params: string[];
  query: URLSearchParams;
  /** Undefined when none was sent. */
  body: unknown;
  /** Whose key the request carried; undefined when it carried none. */
  caller: Caller | undefined;
  version: string;
}

/** The owner of a key. An admin may act for every host, and hosts nothing. */
export interface Caller {
  id: number;
  name: string;
  username: string;
  email: string;
  timeZone: string;
  isAdmin: boolean;
}

export interface Backend {
  state: CalcomState;
  ledger: Ledger;
  deliveries: Deliveries;
  clock: Clock;
}

/** Commits all or nothing, and throws a Refusal for what Cal.com refuses. Subscribers are told before it answers. */
export type Operation = (backend: Backend, call: Call) => Answer | Promise<Answer>;
