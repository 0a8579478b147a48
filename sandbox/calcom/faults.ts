// What can go wrong between a client and Cal.com, chosen by rules that tests and the sandbox's page set.

import type { RefusalName } from './named-refusals.ts';
import type { PlannedRefusal } from './world.ts';

export type Fault =
  /** The application itself says no, in words that no data leads to; nothing committed. */
  | { kind: 'refuse'; name: RefusalName }
  /** Answered so by something before the application; nothing is committed. */
  | { kind: 'answer'; status: number; body: object | string; headers?: Record<string, string> }
  /** Nothing committed, never answered. */
  | { kind: 'hang' }
  /** The connection is destroyed; nothing committed. */
  | { kind: 'reset' }
  /** 200 with HTML; nothing committed. */
  | { kind: 'garbage' }
  /** 200, half of a JSON body, then the end of the connection; nothing committed. */
  | { kind: 'half_body' }
  /** 200 without a body; nothing committed. */
  | { kind: 'empty' }
  /** 503 with HTML from an edge; nothing committed. */
  | { kind: 'down' }
  | { kind: 'commit_then_hang' }
  | { kind: 'commit_then_reset' }
  | { kind: 'commit_then_answer'; status: number; body: object | string }
  /** Executed at once, and truly answered `ms` later by the look-alike's clock. */
  | { kind: 'commit_then_slow'; ms: number }
  /** Never answered; executed `afterMs` later by the look-alike's clock, on the state of then. */
  | { kind: 'late_commit'; afterMs: number }
  /** Executed and answered `ms` later by the look-alike's clock, whether the client still waits or not. */
  | { kind: 'slow'; ms: number };

export interface FaultRule {
  method?: string;
  /** Tested against the path with its query. */
  path?: RegExp;
  /** How many requests it meets; default all. */
  times?: number;
  fault: Fault;
}

/** The named refusal, for requests with that method and a path that contains `path`. */
export function refusalRule({ name, method, path, times }: PlannedRefusal): FaultRule {
  return {
    ...(method !== undefined && { method }),
    ...(path !== undefined && { path: new RegExp(path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) }),
    ...(times !== undefined && { times }),
    fault: { kind: 'refuse', name },
  };
}

export interface FaultHandle {
  remove(): void;
}

export interface FaultPlan {
  add(rule: FaultRule): FaultHandle;
  clear(): void;
  /** The first rule that matches; counts it down. */
  take(method: string, url: string): Fault | undefined;
}

export function createFaultPlan(): FaultPlan {
  let rules: { rule: FaultRule; left: number }[] = [];

  return {
    add(rule) {
      const entry = { rule, left: rule.times ?? Number.POSITIVE_INFINITY };
      rules.push(entry);
      return {
        remove() {
          rules = rules.filter((candidate) => candidate !== entry);
        },
      };
    },

    clear() {
      rules = [];
    },

    take(method, url) {
      const entry = rules.find(
        ({ rule, left }) =>
          left > 0 &&
          (rule.method === undefined || rule.method === method) &&
          (rule.path === undefined || url.search(rule.path) >= 0),
      );
      if (!entry) return undefined;
      entry.left -= 1;
      return entry.rule.fault;
    },
  };
}
