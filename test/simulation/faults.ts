import type { Random } from './random.ts';

/** How often what goes wrong, as probabilities of one occasion. Each run has rates of its own; many are 0. */
export interface Faults {
  /** Of each statement: the process dies before or after it. */
  crash: number;
  /** Of each statement: its answer is lost, before or after it took effect. */
  lostReply: number;
  /** Of each COMMIT, beside that. */
  lostCommit: number;
  deadlock: number;
  /** Of each answer of the database: it comes late. */
  slowDatabase: number;
  /** Of each answer of the database: the whole process stands still for up to two minutes. */
  stall: number;
  /** Of each answer of the database: the machine is suspended, and its stop watch with it. */
  suspend: number;
  /** Of each call of Cal.com. */
  calcom: Record<CalcomFault, number>;
  /** Of each call of Slack. */
  slack: Record<SlackFault, number>;
  /** Of each webhook. */
  webhook: Record<WebhookFault, number>;
}

export const calcomFaults = [
  'no_connection',
  'busy',
  'error',
  'down',
  'hang',
  'commit_then_hang',
  'commit_then_error',
  'late',
  'slow',
  'crash_before',
  'crash_after',
] as const;
export type CalcomFault = (typeof calcomFaults)[number];

export const slackFaults = [
  'later',
  'lost',
  'landed_but_lost',
  'lands_late',
  'crash_before',
  'crash_after',
] as const;
export type SlackFault = (typeof slackFaults)[number];

export const webhookFaults = ['lost', 'late', 'twice'] as const;
export type WebhookFault = (typeof webhookFaults)[number];

export const themes = [
  'late landings',
  'stalls',
  'crashes',
  'lost commits',
  'lost posts',
  'changes in Cal.com',
  'clocks set',
] as const;
/** One thing goes wrong very often, and nothing else. */
export type Theme = (typeof themes)[number];

export function faultsOf(theme: Theme): Faults {
  const none = noFaults();
  switch (theme) {
    case 'late landings':
      return { ...none, calcom: { ...none.calcom, late: 0.4 } };
    case 'stalls':
      return { ...none, stall: 0.03, slowDatabase: 0.05 };
    case 'crashes':
      return { ...none, crash: 0.006, calcom: { ...none.calcom, crash_after: 0.2 } };
    case 'lost commits':
      return { ...none, lostReply: 0.005, lostCommit: 0.3 };
    case 'lost posts':
      return { ...none, slack: { ...none.slack, landed_but_lost: 0.3, crash_after: 0.1 } };
    case 'changes in Cal.com':
      return {
        ...none,
        calcom: { ...none.calcom, commit_then_hang: 0.1 },
        webhook: { lost: 0.3, late: 0.3, twice: 0.2 },
      };
    case 'clocks set':
      return {
        ...none,
        stall: 0.005,
        suspend: 0.01,
        calcom: { ...none.calcom, late: 0.15, crash_after: 0.05 },
      };
  }
}

/** The rates of one run: every kind is left out of some runs, and one comes often in others. */
export function drawFaults(random: Random): Faults {
  const rate = (most: number) => (random.chance(0.4) ? 0 : random.next() * most);
  const each = <Kind extends string>(kinds: readonly Kind[], most: number) =>
    Object.fromEntries(kinds.map((kind) => [kind, rate(most)])) as Record<Kind, number>;
  const calcom = { ...each(calcomFaults, 0.06), crash_before: rate(0.02), crash_after: rate(0.03) };
  const slack = { ...each(slackFaults, 0.12), crash_before: rate(0.03), crash_after: rate(0.04) };
  if (random.chance(0.3)) calcom[random.pick(calcomFaults)] = 0.3;
  if (random.chance(0.3)) slack[random.pick(slackFaults)] = 0.3;
  return {
    crash: rate(0.004),
    lostReply: rate(0.004),
    lostCommit: rate(0.05),
    deadlock: rate(0.01),
    slowDatabase: rate(0.05),
    stall: rate(0.004),
    suspend: rate(0.002),
    calcom,
    slack,
    webhook: each(webhookFaults, 0.3),
  };
}

/** Nothing goes wrong. */
export function noFaults(): Faults {
  const none = <Kind extends string>(kinds: readonly Kind[]) =>
    Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<Kind, number>;
  return {
    crash: 0,
    lostReply: 0,
    lostCommit: 0,
    deadlock: 0,
    slowDatabase: 0,
    stall: 0,
    suspend: 0,
    calcom: none(calcomFaults),
    slack: none(slackFaults),
    webhook: none(webhookFaults),
  };
}

/** What goes wrong with one call, or null. */
export function drawFault<Kind extends string>(random: Random, rates: Record<Kind, number>): Kind | null {
  let left = random.next();
  for (const kind of Object.keys(rates) as Kind[]) {
    left -= rates[kind];
    if (left < 0) return kind;
  }
  return null;
}
