import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { textsFor } from '../../src/alerts/texts.ts';
import { verdictOf } from '../../src/alerts/verdict.ts';
import { groupStaffIntoPersons } from '../../src/appointments/adoption.ts';
import { type ConflictCause, conflictCauses } from '../../src/appointments/evidence.ts';
import { readSituations, type Situation } from '../../src/appointments/situation.ts';
import type { Db } from '../../src/database.ts';
import { toSqlInstant } from '../../src/instant.ts';
import { databases } from '../support/databases.ts';
import { createHarness, type Harness } from '../support/engine-harness.ts';
import {
  type Expected,
  INSTALLATION,
  type MixedConflicts,
  makeMixedConflicts,
  services,
  type Truth,
} from '../support/mixed-conflicts.ts';
import { insertAppointment, NOON } from '../support/salon.ts';

// SQLite only: what is told apart is told apart in the engine, and no statement is new here.
const [sqlite] = databases();
assert.ok(sqlite);
const SEEDS = [1, 2, 3, 4];
const CONFLICTS = 500;
const DIAGNOSIS_CALLS_MAX = 6;
// No machine is so slow that Cal.com would seem silent.
const ANSWER_MS_MAX = 60_000;
const STAGES = 8;

describe('conflicts of mixed causes', () => {
  let judged = 0;
  for (const seed of SEEDS) {
    it(`get the right verdict, and nothing is adopted that was not ours (seed ${seed})`, async () => {
      const mixed = makeMixedConflicts(seed);
      const bot = await createHarness({ engine: sqlite, world: mixed.world, timeoutMs: ANSWER_MS_MAX });
      try {
        // One transaction: the disk is what takes time.
        await bot.db.transaction((tx) => fill(tx, mixed));
        bot.start();
        for (let stage = 1; stage <= STAGES; stage++) {
          const left = mixed.appointments.length * (1 - stage / STAGES);
          const what = `seed ${seed} has at most ${left} undecided`;
          await bot.until(what, async () => (await countUndecided(bot)) <= left);
        }
        for (const truth of mixed.truths) await judge(bot, truth, `seed ${seed}, ${truth.cause}`);
        checkCalcom(bot, mixed);
        judged += mixed.truths.length;
      } finally {
        await bot.close();
      }
    });
  }

  it(`are ${CONFLICTS} and more`, () => {
    assert.ok(judged >= CONFLICTS, `${judged}`);
  });
});

async function fill(db: Db, { staff, eventMap, appointments, booked }: MixedConflicts): Promise<void> {
  for (const table of ['calcom_event_map', 'staff_persons', 'staff', 'services']) await db(table).delete();
  // Past the import, which links by the customer's address too.
  const running = { mode: 'running', adopted_at: toSqlInstant(NOON) };
  await db('installation').update({ installation_id: INSTALLATION, ...running });
  await db('staff').insert(staff);
  await groupStaffIntoPersons(db);
  await db('services').insert(
    services.map(({ id, name, minutes }) => ({ id, name, duration_minutes: minutes })),
  );
  for (let from = 0; from < eventMap.length; from += 100)
    await db('calcom_event_map').insert(eventMap.slice(from, from + 100));
  for (const appointment of appointments) await insertAppointment(db, appointment);
  for (const { appointmentId, uid, serviceId, staffId, eventTypeId } of booked) {
    const { starts_at, created_at } = await db('appointments').where({ id: appointmentId }).first();
    await db('appointment_syncs').insert({
      ...{ appointment_id: appointmentId, state: 'synced', booking_uid: uid, starts_at, created_at },
      ...{ pushed_service_id: serviceId, pushed_staff_id: staffId, pushed_start: starts_at },
      pushed_event_type_id: eventTypeId,
    });
  }
}

async function countUndecided({ db, clock }: Harness): Promise<number> {
  const undecided = await db('appointments as a')
    .leftJoin('appointment_syncs as s', 's.appointment_id', 'a.id')
    .where('a.status', 'booked')
    .where((open) =>
      open
        .whereNull('s.appointment_id')
        .orWhereNotNull('s.claim_token')
        .orWhere('s.due_at', '<=', toSqlInstant(clock.now())),
    )
    .pluck('a.id');
  return undecided.length;
}

async function judge(bot: Harness, truth: Truth, about: string): Promise<void> {
  const { appointmentId: id, cause, adopted, expected } = truth;
  const [situation] = await readSituations(bot.db, [id]);
  const record = situation?.record;
  assert.equal(record?.bookingUid, adopted, `${about}: the booking of #${id}`);
  if (adopted !== null) return;
  assert.equal(
    record?.failureKind,
    cause === 'window' ? 'outside_window' : 'host_conflict',
    `${about}: #${id}`,
  );
  const found = (record?.failureEvidence ?? []).map(({ from, to, ...finding }) => ({
    ...finding,
    ...(from && { from: new Date(from) }),
    ...(to && { to: new Date(to) }),
  }));
  assert.deepEqual(wordsOf(found, expected), wordsOf(expected, expected), `${about}: #${id}`);
  if (situation && cause !== 'window') checkSentence(situation, expected, `${about}: #${id}`);
}

const sentences: Partial<Record<ConflictCause, RegExp>> = {
  another_appointment: /is also planned for appointment #\d+ at that time \(\d/,
  same_person: /is also planned for appointment #\d+ at that time \(one human with two calendars\)/,
  own_booking: /still has a former booking of this very appointment in Cal\.com \(/,
  orphan: /still has our booking for appointment #\d+ in Cal\.com \(.*\), which is cancelled or gone/,
  other_installation: /has a booking in Cal\.com that another system like this bot made \(/,
  other_booking: /has a booking in Cal\.com that is not ours \(/,
  external: /has an entry in their own calendar at that time \(/,
  host_calendar: /the calendar is probably not connected any more/,
  outside_hours: /works only part of the day on that weekday according to Cal\.com \(08:00 to 20:00\)/,
  notice: /takes no more appointments in Cal\.com at such short notice \(at least 144 hours before; from /,
  no_slots: /has no free time all day according to Cal\.com/,
};

/** The sentence names every cause, and no other. */
function checkSentence({ record }: Situation, expected: Expected[], about: string): void {
  const { why } = verdictOf(record, textsFor('en'), 'Anna');
  const named = conflictCauses.filter((cause) => sentences[cause]?.test(why));
  assert.deepEqual(
    named,
    conflictCauses.filter((cause) => expected.some((each) => each.cause === cause)),
    about,
  );
}

/** What is expected without a time may have any. */
function wordsOf(findings: Expected[], expected: Expected[]): string[] {
  const timed = new Set(expected.filter(({ from }) => from).map(({ cause }) => cause));
  return findings
    .map(({ cause, appointmentId, bookingUid, from, to }) =>
      [
        cause,
        appointmentId,
        bookingUid,
        ...(timed.has(cause) ? [from?.toISOString(), to?.toISOString()] : []),
      ].join(' '),
    )
    .toSorted();
}

/** Whatever stood there stands still, and asking why took as few calls as promised. */
function checkCalcom({ calcom }: Harness, { world, truths }: MixedConflicts): void {
  assert.ok(truths.length > 100);
  const live = new Set(calcom.liveBookings().map(({ uid }) => uid));
  for (const { uid } of world.bookings) assert.ok(live.has(uid), `${uid} is gone`);
  const isLookUp = (path: string) => /status=upcoming.*afterStart/.test(path) && !path.includes('beforeEnd');
  const diagnoses = calcom.calls.filter(({ method, path }) => method === 'GET' && !isLookUp(path));
  assert.ok(diagnoses.length <= DIAGNOSIS_CALLS_MAX * truths.length, `${diagnoses.length} calls`);
}
