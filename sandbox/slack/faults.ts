import type { Fault, FaultRule } from './slack-look-alike.ts';

export interface Faults {
  add(rule: FaultRule): { remove(): void };
  clear(): void;
  /** The fault that meets this call, the rule added first winning; counts down its `times`. */
  take(method: string): Fault | undefined;
}

export function createFaults(): Faults {
  let rules: { rule: FaultRule; left: number }[] = [];
  return {
    add(rule) {
      const entry = { rule, left: rule.times ?? Number.POSITIVE_INFINITY };
      rules.push(entry);
      return {
        remove() {
          rules = rules.filter((each) => each !== entry);
        },
      };
    },
    clear() {
      rules = [];
    },
    take(method) {
      const entry = rules.find(({ rule }) => rule.method === undefined || rule.method === method);
      if (!entry) return undefined;
      entry.left -= 1;
      if (entry.left <= 0) rules = rules.filter((each) => each !== entry);
      return entry.rule.fault;
    },
  };
}
