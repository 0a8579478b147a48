import type { Measures } from '../../src/measures.ts';

type Told = { [Name in keyof Measures]: Parameters<Measures[Name]>[0][] };

/** Keeps what is told. */
export function collectMeasures(): { measures: Measures; told: Told } {
  const told: Told = {
    calcomCall: [],
    slackCall: [],
    permit: [],
    attempt: [],
    claim: [],
    comparison: [],
    alert: [],
  };
  const measures: Measures = {
    calcomCall: (call) => told.calcomCall.push(call),
    slackCall: (call) => told.slackCall.push(call),
    permit: (given) => told.permit.push(given),
    attempt: (ended) => told.attempt.push(ended),
    claim: (ended) => told.claim.push(ended),
    comparison: (ended) => told.comparison.push(ended),
    alert: (shown) => told.alert.push(shown),
  };
  return { measures, told };
}
