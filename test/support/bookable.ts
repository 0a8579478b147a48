import assert from 'node:assert/strict';
import { DateTime } from 'luxon';
import type { AppointmentRow, Scenario } from '../../sandbox/scenario.ts';
import { eventTypeOf, type Fate, fateOf, humanOf, overlaps } from './expected-outcome.ts';

export function withFate(scenario: Scenario, ...fates: Fate[]): AppointmentRow[] {
  return scenario.appointments.filter((appointment) => fates.includes(fateOf(scenario, appointment)));
}

/** The appointments that the scenario's steps insert. */
export function newRows(scenario: Scenario): AppointmentRow[] {
  return scenario.steps.flatMap((step) => (step.do === 'insert' ? step.appointments : []));
}

/** What a bot must find bookable when the scenario is played. */
export function rowsToBook(scenario: Scenario): AppointmentRow[] {
  return [...withFate(scenario, 'pending', 'placeholder'), ...newRows(scenario)];
}

/** Everything that is to be booked, or that is booked, is in working hours and mapped, and nothing is in its way. */
export function assertBookable(scenario: Scenario): void {
  const { calcom } = scenario;
  const toBook = rowsToBook(scenario);
  const booked = withFate(scenario, 'synced', 'adopt');
  const open = [...toBook, ...booked];
  for (const appointment of open) {
    const eventType = calcom.eventTypes.find(({ id }) => id === eventTypeOf(scenario, appointment));
    assert.ok(eventType, `appointment ${appointment.id} has an event type`);
    const start = DateTime.fromJSDate(appointment.starts_at, { zone: 'Europe/Berlin' });
    const end = DateTime.fromJSDate(appointment.ends_at, { zone: 'Europe/Berlin' });
    assert.equal(end.diff(start, 'minutes').minutes, eventType.lengthInMinutes);
    assert.notEqual(start.weekday, 7);
    assert.ok(start.hour >= 8 && end <= start.set({ hour: 20, minute: 0 }), `hours of ${appointment.id}`);
    assert.ok(start.toJSDate() > scenario.clock);
  }
  const failing = withFate(scenario, 'no_event_type', 'contact_invalid', 'host_conflict');
  const standing = [...open, ...failing];
  for (const appointment of toBook) {
    const human = humanOf(scenario, appointment);
    const inTheWay = standing.filter(
      (other) => other !== appointment && humanOf(scenario, other) === human && overlaps(other, appointment),
    );
    assert.deepEqual(
      inTheWay.map(({ id }) => id),
      [],
      `in the way of ${appointment.id}`,
    );
  }
}
