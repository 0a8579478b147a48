import type { Registry } from 'prom-client';
import { SECOND } from '../../instant.ts';
import type { Measures } from '../../measures.ts';
import { defineIn } from './define.ts';

const CALL_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15];
const WORK_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const WAIT_SECONDS = [0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3_600, 14_400];
const PERMIT_SECONDS = [0.1, 0.5, 1, 2, 5, 10, 15];

/** Counts and times what this process tells of its work. */
export function countWork(registry: Registry): Measures {
  const calls = callMetrics(registry);
  const { counter, histogram } = defineIn(registry);
  const attempts = counter(
    'attempts_total',
    'Writes to Cal.com by operation, and whether they were answered or in which way they failed.',
    ['operation', 'outcome'],
  );
  const outcomes = counter(
    'outcomes_total',
    'What came of records that were worked on: the state then, deferred, unchanged or lost; and the kind of the failure, or why it was closed.',
    ['outcome', 'reason'],
  );
  const claims = histogram(
    'claim_duration_seconds',
    'Time from the claim of a due record to what was recorded, by what came of it.',
    { buckets: WORK_SECONDS, labelNames: ['outcome'] },
  );
  const bookings = histogram(
    'booking_delay_seconds',
    'Time from noticing that an appointment is not in Cal.com as it should be to its being there, unless it failed in between.',
    { buckets: WAIT_SECONDS },
  );
  const comparisons = histogram(
    'comparison_duration_seconds',
    'Time that a comparison of all appointments with what stands in Cal.com took in the database.',
    { buckets: WORK_SECONDS },
  );
  const alerts = histogram(
    'alert_delay_seconds',
    'Time from when an alert (post), a change of it (update) or a line in its thread could be shown in Slack until it was; quiet hours do not count.',
    { buckets: WAIT_SECONDS, labelNames: ['shown_as'] },
  );
  return {
    ...calls,
    attempt: (labels) => attempts.inc(labels),
    claim({ outcome, reason, tookMs, noticedMsAgo }) {
      outcomes.inc({ outcome, reason: reason ?? '' });
      claims.observe({ outcome }, seconds(tookMs));
      if (noticedMsAgo !== null) bookings.observe(seconds(noticedMsAgo));
    },
    comparison: ({ tookMs }) => comparisons.observe(seconds(tookMs)),
    alert: ({ as, delayMs }) => alerts.observe({ shown_as: as }, seconds(delayMs)),
  };
}

function callMetrics(registry: Registry): Pick<Measures, 'calcomCall' | 'slackCall' | 'permit'> {
  const { histogram } = defineIn(registry);
  const calcom = histogram(
    'calcom_request_duration_seconds',
    'Time that a call to Cal.com took, by operation and result (2xx to 5xx, 429, timeout, no_answer).',
    { buckets: CALL_SECONDS, labelNames: ['operation', 'result'] },
  );
  const slack = histogram(
    'slack_request_duration_seconds',
    'Time that a call to Slack took, by method and result (ok, refused, limited, error, timeout, no_answer).',
    { buckets: CALL_SECONDS, labelNames: ['method', 'result'] },
  );
  const permits = histogram(
    'permit_wait_seconds',
    'Time that a call to Cal.com waited for its permit of the pace, by whether a person or the bot asked.',
    { buckets: PERMIT_SECONDS, labelNames: ['asked_by'] },
  );
  return {
    calcomCall: ({ operation, result, tookMs }) => calcom.observe({ operation, result }, seconds(tookMs)),
    slackCall: ({ method, result, tookMs }) => slack.observe({ method, result }, seconds(tookMs)),
    permit: ({ asked, waitedMs }) =>
      permits.observe({ asked_by: asked ? 'person' : 'bot' }, seconds(waitedMs)),
  };
}

/** Clocks may be set back. */
function seconds(ms: number): number {
  return Math.max(0, ms) / SECOND;
}
