import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ClusteredFailure, clustersOf } from '../../src/appointments/clusters.ts';
import type { ConflictCause } from '../../src/appointments/evidence.ts';
import { situation } from '../alerts/alert-fixtures.ts';

interface Failed {
  kind: string;
  eventType?: number | null;
  customer?: number;
  service?: number;
  serviceName?: string | null;
  staff?: string | null;
  staffName?: string | null;
  cause?: ConflictCause;
}

function failed(id: number, given: Failed): ClusteredFailure {
  const { kind, eventType = 9, customer = id, service = id, staff = `staff ${id}`, cause } = given;
  return {
    ...situation({
      record: {
        appointmentId: id,
        failureKind: kind,
        failureEvidence: cause === undefined ? null : [{ cause }],
      },
      appointment: { id, customerId: customer, serviceId: service, staffId: staff },
      serviceName: given.serviceName,
      staffName: given.staffName,
    } as Parameters<typeof situation>[0]),
    eventTypeId: eventType,
  };
}

const told = (failures: ClusteredFailure[]) =>
  clustersOf(failures).map(({ task, name, count, appointmentIds }) =>
    [task, name, count, ...appointmentIds].join(' '),
  );
const many = (count: number, given: Failed, from = 1) =>
  Array.from({ length: count }, (_, index) => failed(from + index, given));

describe('failures that one task mends', () => {
  const cases: [name: string, failures: ClusteredFailure[], expected: string[]][] = [
    ['are none where nothing failed', [], []],
    [
      'are those of one event type, whatever Cal.com has against it',
      [
        failed(1, { kind: 'event_type_rejected', eventType: 4711 }),
        failed(2, { kind: 'event_type_missing', eventType: 4711 }),
        failed(3, { kind: 'unsupported', eventType: 4711 }),
        failed(4, { kind: 'event_type_rejected', eventType: 4712 }),
      ],
      ['event_type 4711 3 1 2 3'],
    ],
    [
      'are those of a service without an event type, with whomever',
      many(2, { kind: 'event_type_missing', eventType: null, service: 5, serviceName: 'Farbe' }),
      ['unmapped_service Farbe 2 1 2'],
    ],
    [
      'names the service by its number when it has no name',
      many(2, { kind: 'event_type_missing', eventType: null, service: 5, serviceName: null }),
      ['unmapped_service #5 2 1 2'],
    ],
    [
      'are those of one person whose calendar cannot be read',
      [
        ...many(2, { kind: 'host_conflict', cause: 'host_calendar', staff: 'a', staffName: 'Petra Vogt' }),
        failed(3, { kind: 'host_conflict', cause: 'host_calendar', staff: 'b' }),
        failed(4, { kind: 'host_conflict', cause: 'busy', staff: 'a' }),
        failed(5, { kind: 'host_conflict', staff: 'a' }),
        failed(6, { kind: 'host_conflict', cause: 'host_calendar', staff: null }),
      ],
      ['host_calendar Petra Vogt 2 1 2'],
    ],
    [
      'are those of one customer, whose name is not told',
      [
        failed(1, { kind: 'contact_invalid', customer: 7 }),
        failed(2, { kind: 'attendee_blocked', customer: 7 }),
        failed(3, { kind: 'contact_invalid', customer: 8 }),
      ],
      ['contact  2 1 2'],
    ],
    ['are those that wait for the key', many(2, { kind: 'unauthorized' }), ['key  2 1 2']],
    [
      'are not those that need a hand each',
      [
        ...many(2, { kind: 'host_conflict', cause: 'another_appointment', staff: 'a' }),
        ...many(2, { kind: 'no_staff', staff: null }, 3),
        ...many(2, { kind: 'duplicate' }, 5),
        ...many(2, { kind: 'unknown' }, 7),
      ],
      [],
    ],
    [
      'begin with the task that mends most, and name the first three of each',
      [...many(2, { kind: 'unauthorized' }), ...many(5, { kind: 'event_type_rejected', eventType: 1 }, 10)],
      ['event_type 1 5 10 11 12', 'key  2 1 2'],
    ],
  ];
  for (const [name, failures, expected] of cases)
    it(name, () => {
      assert.deepEqual(told(failures), expected);
    });

  it('do not count an appointment that is gone', () => {
    const gone = many(2, { kind: 'unauthorized' }).map((each) => ({ ...each, appointment: null }));
    assert.deepEqual(told(gone), []);
  });
});
