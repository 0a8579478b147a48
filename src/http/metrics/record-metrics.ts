import { Registry } from 'prom-client';
import { SECOND } from '../../instant.ts';
import { defineIn } from './define.ts';
import type { RecordReading } from './read-record.ts';

type Show = (reading: RecordReading) => void;

/** The gauges about what the database knows; `show` sets them all. */
export function createRecordMetrics(): { registry: Registry; show: Show } {
  const registry = new Registry();
  const parts = [showFigures(registry), showQueue(registry), showDelivery(registry), showEngine(registry)];
  return {
    registry,
    show(reading) {
      for (const show of parts) show(reading);
    },
  };
}

function showFigures(registry: Registry): Show {
  const { gauge } = defineIn(registry);
  const failed = gauge(
    'failed_appointments',
    'Open appointments that are not in Cal.com as they should be, because that failed, by kind of failure.',
    ['kind'],
  );
  const critical = gauge(
    'critical_appointments',
    'Appointments of the next 24 hours that failed, or that have waited for more than 15 minutes.',
  );
  const manual = gauge('manual_review_appointments', 'Failed appointments that nobody looks after.');
  const ancient = gauge(
    'ancient_appointments',
    'Appointments that failed more than 24 hours ago and that nobody has touched since yesterday.',
  );
  const pending = gauge(
    'pending_appointments',
    'Open appointments to come that are neither in Cal.com nor failed yet.',
  );
  const success = gauge(
    'success_ratio',
    'Of the appointments created in the last 24 hours that are decided, the share that is in Cal.com (0 to 1); absent while none is decided.',
  );
  return ({ figures, failures }) => {
    failed.reset();
    for (const [kind, count] of Object.entries(failures)) failed.set({ kind }, count);
    critical.set(figures.critical);
    manual.set(figures.manualReview);
    ancient.set(figures.ancient);
    pending.set(figures.pending);
    success.remove();
    if (figures.successRate24h !== null) success.set(figures.successRate24h / 100);
  };
}

function showQueue(registry: Registry): Show {
  const { gauge } = defineIn(registry);
  const records = gauge('upcoming_records', 'Records of appointments whose start is to come, by state.', [
    'state',
  ]);
  const due = gauge('queue_due_records', 'Records that are due and wait to be worked on.');
  const age = gauge(
    'queue_oldest_age_seconds',
    'For how long the oldest due record has been waiting; 0 when none is.',
  );
  const wait = gauge(
    'pace_wait_seconds',
    'How long a call to Cal.com that nobody waits for would wait for its permit now.',
  );
  return ({ now, backlog, paceWaitMs }) => {
    for (const [state, count] of Object.entries(backlog.upcoming)) records.set({ state }, count);
    due.set(backlog.due);
    age.set(ageOf(backlog.oldestDueAt, now));
    wait.set(paceWaitMs / SECOND);
  };
}

function showDelivery(registry: Registry): Show {
  const { gauge } = defineIn(registry);
  const due = gauge(
    'alerts_due',
    'Alerts, changes of alerts and lines in threads that Slack could show now and does not show yet.',
  );
  const age = gauge(
    'alerts_oldest_age_seconds',
    'For how long the oldest of them could have been shown; 0 when none waits.',
  );
  const last = gauge(
    'last_alert_shown_timestamp_seconds',
    'When any replica last made Slack show something; absent before the first time.',
  );
  return ({ now, delivery }) => {
    due.set(delivery.due);
    age.set(ageOf(delivery.since, now));
    last.remove();
    if (delivery.lastShownAt) last.set(delivery.lastShownAt.getTime() / SECOND);
  };
}

function showEngine(registry: Registry): Show {
  const { gauge } = defineIn(registry);
  const mode = gauge(
    'mode',
    'Whether the bot is running, held, or new (nothing is imported yet): 1 for what it is.',
    ['mode'],
  );
  const breaker = gauge(
    'breaker_state',
    'Whether Cal.com serves us (closed), does not (open), or is being tried (trial): 1 for what is.',
    ['state'],
  );
  const last = gauge(
    'last_comparison_timestamp_seconds',
    'When any replica last compared all appointments with what stands in Cal.com; absent before the first time.',
  );
  const replicas = gauge(
    'replicas',
    'Processes of the bot that have shown themselves in the last half minute.',
  );
  return (reading) => {
    for (const each of ['running', 'held', 'new']) mode.set({ mode: each }, Number(each === reading.mode));
    for (const state of ['closed', 'open', 'trial'])
      breaker.set({ state }, Number(state === reading.breaker));
    last.remove();
    if (reading.lastComparison) last.set(reading.lastComparison.at.getTime() / SECOND);
    replicas.set(reading.replicas);
  };
}

function ageOf(since: Date | null, now: Date): number {
  return since === null ? 0 : Math.max(0, now.getTime() - since.getTime()) / SECOND;
}
