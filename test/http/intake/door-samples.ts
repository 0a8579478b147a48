import type { Decision, Refusal } from '../../../src/http/intake/decide.ts';
import { answerOf, type DoorAnswer } from '../../../src/http/intake/speak.ts';
import { ANNA, BEN, CUT, NOON } from '../../support/salon.ts';
import { TUESDAY_AT_TWO } from './open-door.ts';

const startsAt = new Date(TUESDAY_AT_TWO);
const anna = { staffId: ANNA, name: 'Anna Albers', eventTypeId: 11 };
const ben = { staffId: BEN, name: 'Ben Brandt', eventTypeId: 12 };
const appointment = {
  id: 4711,
  customerId: 1,
  serviceId: CUT,
  staffId: ANNA,
  startsAt,
  startsAtText: '2025-11-25 13:00:00.000',
  endsAt: startsAt,
  status: 'booked',
  meaning: 'booked' as const,
  createdAt: NOON,
};
const done = { appointment, service: 'Haarschnitt', staff: anna.name };
const names = ['Farbe', 'Haarschnitt'];
const others = [
  { startsAt, staff: ben },
  { startsAt: new Date('2025-11-25T13:30:00Z'), staff: anna },
  { startsAt: new Date('2025-11-26T13:00:00Z'), staff: anna },
];
const who = { service: 'Haarschnitt', names: ['Anna Albers', 'Ben Brandt'] };

/** One decision of each kind; a kind that is missing here does not compile. */
const refusals: Record<Refusal['is'], Refusal> = {
  missing_service: { is: 'missing_service', names },
  missing_date: { is: 'missing_date' },
  missing_time: { is: 'missing_time' },
  missing_name: { is: 'missing_name' },
  service_unknown: { is: 'service_unknown', names },
  service_unclear: { is: 'service_unclear', names: ['Haarschnitt Damen', 'Haarschnitt Herren'] },
  service_unavailable: { is: 'service_unavailable', service: 'Haarschnitt' },
  staff_unknown: { is: 'staff_unknown', ...who },
  staff_unclear: { is: 'staff_unclear', service: 'Haarschnitt', names: ['Anna Albers', 'Anna Berg'] },
  staff_cannot: {
    ...{ is: 'staff_cannot', service: 'Haarschnitt', staff: 'Carla Cohn', names: [] },
    ...{ others: others.slice(0, 1), startsAt },
  },
  date_unclear: { is: 'date_unclear' },
  time_unclear: { is: 'time_unclear' },
  past: { is: 'past', startsAt: new Date('2024-11-24T23:00:00Z'), isWholeDay: true },
  too_far: { is: 'too_far' },
  no_such_time: { is: 'no_such_time' },
  not_free: { is: 'not_free', staff: 'Anna Albers', others, startsAt },
  failed: { is: 'failed' },
};
const acceptances: Decision[] = [
  { is: 'accepted', ...done },
  { is: 'noted', ...done },
  { is: 'repeated', ...done },
];

export const refusalCodes = Object.keys(refusals);
export const samples: Decision[] = [...acceptances, ...Object.values(refusals)];

export function answerIn(locale: 'de' | 'en', decision: Decision): DoorAnswer {
  return answerOf(decision, { locale, timeZone: 'Europe/Berlin', now: NOON });
}
