import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Appointment } from '../../src/appointments/appointment.ts';
import type { Situation } from '../../src/appointments/situation.ts';
import { meaningOf } from '../../src/appointments/statuses.ts';
import { type Pushed, type SyncRecord, toSyncRecord } from '../../src/appointments/sync-record.ts';
import { OUR_STATUSES } from '../../src/database-map.ts';
import { addMs, HOUR, toSqlInstant } from '../../src/instant.ts';
import { type NextStep, nextStep } from '../../src/sync/next-step.ts';

const now = new Date('2025-11-24T11:00:00Z');
const later = addMs(now, HOUR);
const past = addMs(now, -HOUR);

const appointment = (changed: Partial<Appointment> = {}): Appointment => {
  const startsAt = changed.startsAt ?? later;
  const rest = { id: 1, customerId: 1, serviceId: 1, staffId: 'anna', status: 'booked', createdAt: null };
  const { status } = { ...rest, ...changed };
  return {
    ...rest,
    startsAt,
    startsAtText: toSqlInstant(startsAt),
    endsAt: addMs(startsAt, HOUR),
    meaning: meaningOf(status, OUR_STATUSES),
    ...changed,
  };
};
const pushed = (changed: Partial<Pushed> = {}): Pushed => {
  const startsAt = changed.startsAt ?? later;
  return {
    serviceId: 1,
    staffId: 'anna',
    eventTypeId: 11,
    startsAt,
    startsAtText: toSqlInstant(startsAt),
    ...changed,
  };
};
const record = (changed: Partial<SyncRecord> = {}): SyncRecord => ({
  ...toSyncRecord({ appointment_id: 1, state: 'pending', attempts: 0, revision: 0 }),
  ...changed,
});
const situation = (
  row: Appointment | null,
  own: Partial<SyncRecord> = {},
  eventTypeId: number | null = 11,
): Situation => ({
  record: record(own),
  appointment: row,
  customer: null,
  staffName: null,
  serviceName: null,
  durationMinutes: 30,
  eventTypeId,
  blocker: null,
});
const booked = { bookingUid: 'uid', pushed: pushed() };

const TABLE: [string, Situation, string][] = [
  ['new', situation(appointment()), 'book'],
  ['new, without an event type', situation(appointment(), {}, null), 'book'],
  ['as pushed', situation(appointment(), booked), 'nothing'],
  ['as pushed, with another event type since', situation(appointment(), booked, 99), 'nothing'],
  ['another start', situation(appointment({ startsAt: addMs(later, HOUR) }), booked), 'move'],
  ['another person', situation(appointment({ staffId: 'ben' }), booked, 12), 'replace'],
  [
    'another person of a shared event type',
    situation(appointment({ staffId: 'ben' }), booked, 11),
    'reassign',
  ],
  [
    'another person and start of a shared event type',
    situation(appointment({ staffId: 'ben', startsAt: addMs(later, HOUR) }), booked, 11),
    'move',
  ],
  ['another service', situation(appointment({ serviceId: 2 }), booked, 21), 'replace'],
  ['nobody any more', situation(appointment({ staffId: null }), booked, null), 'replace'],
  ['cancelled', situation(appointment({ status: 'cancelled' }), booked), 'cancel uid cancelled'],
  ['a no-show, before its time', situation(appointment({ status: 'no_show' }), booked), 'cancel uid no_show'],
  ['cancelled, never booked', situation(appointment({ status: 'cancelled' })), 'close cancelled'],
  ['deleted', situation(null, booked), 'cancel uid gone'],
  ['deleted, never booked', situation(null), 'close gone'],
  ['a status that nobody knows', situation(appointment({ status: 'on_hold' }), booked), 'nothing'],
  [
    'a status that nobody knows, never booked',
    situation(appointment({ status: 'on_hold' })),
    'close not_open',
  ],
  ['past, never booked', situation(appointment({ startsAt: past })), 'close past'],
  ['starting now, never booked', situation(appointment({ startsAt: now })), 'close past'],
  ['moved into the past', situation(appointment({ startsAt: past }), booked), 'cancel uid past'],
  [
    'took place',
    situation(appointment({ startsAt: past }), { bookingUid: 'uid', pushed: pushed({ startsAt: past }) }),
    'nothing',
  ],
  [
    'took place, then cancelled',
    situation(appointment({ startsAt: past, status: 'cancelled' }), {
      bookingUid: 'uid',
      pushed: pushed({ startsAt: past }),
    }),
    'close cancelled',
  ],
  [
    'took place, and comes again',
    situation(appointment(), { bookingUid: 'uid', pushed: pushed({ startsAt: past }) }),
    'book',
  ],
  [
    'found by the import',
    situation(appointment(), { foundUid: 'found', foundAs: 'ambiguous' }),
    'check_found found',
  ],
  [
    'found by the import, cancelled since',
    situation(appointment({ status: 'cancelled' }), { foundUid: 'found', foundAs: 'ambiguous' }),
    'close cancelled',
  ],
  ['replaced', situation(appointment(), { ...booked, replacesUid: 'old' }), 'cancel old replaced'],
  ['replaced, and deleted since', situation(null, { ...booked, replacesUid: 'old' }), 'cancel old replaced'],
];

describe('the next step for an appointment that is', () => {
  for (const [what, given, expected] of TABLE) {
    it(`${what}: ${expected}`, () => {
      assert.equal(told(nextStep(given, now)), expected);
    });
  }
});

function told(step: NextStep): string {
  switch (step.do) {
    case 'close':
      return `close ${step.reason}`;
    case 'cancel':
      return `cancel ${step.uid} ${step.reason}`;
    case 'check_found':
      return `check_found ${step.uid}`;
    default:
      return step.do;
  }
}
