import type { Content } from '../../src/alerts/content.ts';
import { summaryContent } from '../../src/alerts/summary-content.ts';
import type { Voice } from '../../src/alerts/voice.ts';
import type { Figures } from '../../src/appointments/figures.ts';
import type { Summary } from '../../src/appointments/summaries.ts';
import { chartText } from '../../src/upkeep/summary-chart.ts';
import { NOW } from '../alerts/alert-fixtures.ts';

const outcomes = {
  ...{ booked: 25, repaired: 2, adopted: 1, moved: 2, reassigned: 1, contactFixed: 1 },
  ...{ cancelled: 1, closedByPlan: 4, cleaned: 3 },
};
const nothing = {
  ...{ booked: 0, repaired: 0, adopted: 0, moved: 0, reassigned: 0, contactFixed: 0 },
  ...{ cancelled: 0, closedByPlan: 0, cleaned: 0 },
};
const failure = { failureCause: null, failureEvidence: null, blockedBy: null };

/** A summary of a day on which much happened, without a picture. */
export function summaryOf(localDate: string, figures: Figures, change: Partial<Summary> = {}): Summary {
  return {
    localDate,
    takenAt: NOW,
    figures,
    outcomes,
    failures: { host_conflict: 6, contact_invalid: 2, event_type_rejected: 3 },
    clusters: [
      { task: 'event_type', name: '4711', count: 7, appointmentIds: [750, 751, 752] },
      { task: 'contact', name: null, count: 2, appointmentIds: [749, 753] },
    ],
    deeds: [
      { actor: 'U0SABINE', counts: { rescheduled: 2, cancelled: 1 } },
      { actor: 'U0EMIL', counts: { closed: 4, plan_started: 1 } },
    ],
    open: [
      {
        ...{ appointmentId: 749, startsAt: new Date('2025-11-27T13:00:00.000Z') },
        ...{ failureKind: 'contact_invalid', ...failure },
      },
      {
        ...{ appointmentId: 750, startsAt: new Date('2025-11-28T08:30:00.000Z') },
        ...{ failureKind: 'event_type_rejected', ...failure },
      },
    ],
    comparison: { read: 214, changed: 2, missing: 1, doubled: [751], orphaned: [733, 735] },
    picture: null,
    ...change,
  };
}

/** The summary of a day on which much happened, and that of a quiet one. */
export function summaryMessages(figures: Figures, voice: Voice): Content[] {
  const quiet: Figures = {
    ...{ failed: 0, critical: 0, manualReview: 0, ancient: 0, pending: 2 },
    ...{ successRate24h: 100, health: 'green' as const },
  };
  const earlier = {
    previous: summaryOf('2025-11-24', { ...figures, failed: 4, successRate24h: 98.2 }),
    weekBefore: summaryOf('2025-11-18', { ...figures, failed: 9, successRate24h: 95 }),
  };
  const days = [
    { localDate: '2025-11-23', counts: null },
    { localDate: '2025-11-24', counts: { booked: 24, repaired: 0, failed: 4 } },
    { localDate: '2025-11-25', counts: { booked: 25, repaired: 2, failed: figures.failed } },
  ];
  const picture = { fileId: 'F0PICTURE1', altText: chartText(days, voice) };
  const still = {
    outcomes: { ...nothing, booked: 12, cleaned: 9 },
    failures: {},
    clusters: [],
    deeds: [],
    open: [],
    comparison: { read: 214, changed: 0, missing: 0, doubled: [], orphaned: [] },
  };
  return [
    { ...summaryContent(summaryOf('2025-11-25', figures), earlier, voice), picture },
    summaryContent(summaryOf('2025-11-25', quiet, still), earlier, voice),
  ];
}
