import { nextDeliveryAt, nextDueAlert } from '../../src/alerts/alert-row.ts';
import { answerStatus } from '../../src/alerts/answer-status.ts';
import { answerSummary } from '../../src/alerts/answer-summary.ts';
import { createHomeReads } from '../../src/alerts/home-reads.ts';
import { readHeldBack } from '../../src/alerts/morning-note.ts';
import { createVoice } from '../../src/alerts/voice.ts';
import { keepWaitingList } from '../../src/alerts/waiting-alerts.ts';
import { homeFilters } from '../../src/appointments/home-list.ts';
import { noticeDifferences } from '../../src/appointments/notice.ts';
import type { Booking, Calcom } from '../../src/calcom/client.ts';
import type { Clock } from '../../src/clock.ts';
import type { Db } from '../../src/database.ts';
import { addMs, HOUR } from '../../src/instant.ts';
import { isAnythingWaiting } from '../../src/sync/breaker.ts';
import type { Calls } from '../../src/sync/calls.ts';
import { compareChanges, compareEverything } from '../../src/sync/reconcile.ts';
import { remind } from '../../src/upkeep/remind.ts';

/** What is done again and again, or waited for by a person, and must not take longer the longer the past is. */
export function growingPaths(db: Db, now: Date) {
  const voice = createVoice({ locale: 'de', timeZone: 'Europe/Berlin' });
  const ask = { db, voice, now, actor: 'U0PERSON1' };
  const home = () => createHomeReads(db, now);
  const lists = homeFilters.map((filter) => {
    const read = () => home().list({ filter, page: 1 }, ask.actor);
    return [`App Home, ${filter}`, read] as const;
  });
  return {
    notice: () => noticeDifferences(db, now),
    '/sync-status': () => answerStatus({ ...ask, text: '' }),
    '/sync-summary': () => answerSummary({ ...ask, text: '' }),
    'App Home, figures': () => home().figures(),
    ...Object.fromEntries(lists),
    'App Home, engine': () => home().engine(),
    delivery: async () => {
      await nextDueAlert(db, { now, except: [], held: false, quiet: null });
      await nextDeliveryAt(db, { held: false, quiet: null });
      await keepWaitingList(db, now);
      await readHeldBack(db, now);
      await isAnythingWaiting(db);
    },
    reminders: () =>
      remind(
        db,
        {
          remindBeforeMs: [24 * HOUR, 2 * HOUR],
          escalationGroup: null,
          quietHours: null,
          timeZone: voice.timeZone,
        },
        now,
      ),
  } satisfies Record<string, () => Promise<unknown>>;
}

/**
 * The comparisons with a Cal.com that has these bookings, of which the first hundred were changed lately. They give way
 * to what is due, so `now` has to be before anything is.
 */
export function comparisons(db: Db, bookings: Booking[], now: Date) {
  const clock: Clock = { now: () => now, sleep: async () => {} };
  const listBookings: Calcom['listBookings'] = async ({ updatedFrom }, { take, skip }) => ({
    bookings: bookings.slice(skip, skip + take),
    hasNextPage: updatedFrom === undefined && skip + take < bookings.length,
  });
  const read: Calls['read'] = (_asked, call) => call({ listBookings } as Calcom);
  const deps = { db, calls: { read } as Calls, clock, signal: new AbortController().signal };
  return {
    changes: () => compareChanges(deps, now),
    everything: () => compareEverything(deps),
  };
}

/** What stands in Cal.com when it has what the records say. */
export async function bookingsInStep(db: Db): Promise<Booking[]> {
  const rows = await db('appointment_syncs')
    .where({ state: 'synced' })
    .whereNotNull('booking_uid')
    .orderBy('appointment_id');
  const { installation_id: installation } = await db('installation').first('installation_id');
  return rows.map((row) => {
    const start = new Date(`${String(row.pushed_start).replace(' ', 'T')}Z`);
    return {
      ...{ uid: row.booking_uid, status: 'accepted', start, end: addMs(start, HOUR / 2) },
      ...{ eventTypeId: Number(row.pushed_event_type_id), hosts: [], attendees: [] },
      metadata: { installation, appointmentId: String(row.appointment_id) },
      ...{ rescheduledToUid: null, rescheduledFromUid: null, cancellationReason: null, updatedAt: null },
    };
  });
}
