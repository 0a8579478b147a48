import { type Appointment, isClosed, isOpen } from '../appointments/appointment.ts';
import type { Situation } from '../appointments/situation.ts';
import type { Pushed } from '../appointments/sync-record.ts';

/** What one appointment needs next so that Cal.com has it as it is. */
export type NextStep =
  | { do: 'nothing' }
  | { do: 'close'; reason: string }
  | { do: 'cancel'; uid: string; reason: string; aim: 'close' | 'replaced' }
  | { do: 'check_found'; uid: string }
  | { do: 'book'; appointment: Appointment }
  | { do: 'move'; uid: string; appointment: Appointment; pushed: Pushed }
  | { do: 'reassign'; uid: string; appointment: Appointment; pushed: Pushed }
  | { do: 'replace'; uid: string; appointment: Appointment; pushed: Pushed };

/** Pure: what the appointment is against what Cal.com has. */
export function nextStep(situation: Situation, now: Date): NextStep {
  const { record, appointment } = situation;
  // The successor stands already; only the old booking is left over.
  if (record.replacesUid !== null) {
    return { do: 'cancel', uid: record.replacesUid, reason: 'replaced', aim: 'replaced' };
  }
  if (appointment === null) return withdraw(situation, 'gone', now);
  const { meaning } = appointment;
  if (meaning !== null && isClosed(appointment)) return withdraw(situation, meaning, now);
  if (!isOpen(appointment))
    return record.bookingUid ? { do: 'nothing' } : { do: 'close', reason: 'not_open' };
  if (appointment.startsAt <= now) return stepOfPast(situation, now);
  if (record.foundUid !== null) return { do: 'check_found', uid: record.foundUid };
  return stepOfOpen(situation, appointment, now);
}

function withdraw({ record }: Situation, reason: string, now: Date): NextStep {
  const stands = record.bookingUid !== null && record.pushed !== null && record.pushed.startsAt > now;
  return stands
    ? { do: 'cancel', uid: record.bookingUid as string, reason, aim: 'close' }
    : { do: 'close', reason };
}

function stepOfPast(situation: Situation, now: Date): NextStep {
  const { bookingUid, pushed } = situation.record;
  const tookPlace = bookingUid !== null && pushed !== null && pushed.startsAt <= now;
  return tookPlace ? { do: 'nothing' } : withdraw(situation, 'past', now);
}

function stepOfOpen({ record, eventTypeId }: Situation, appointment: Appointment, now: Date): NextStep {
  const { bookingUid: uid, pushed } = record;
  // A booking whose time has passed took place: the appointment's new time is another visit.
  if (uid === null || pushed === null || pushed.startsAt <= now) return { do: 'book', appointment };
  const sameStart = pushed.startsAt.getTime() === appointment.startsAt.getTime();
  const sameService = pushed.serviceId === appointment.serviceId;
  const sameStaff = pushed.staffId === appointment.staffId;
  if (sameService && sameStaff)
    return sameStart ? { do: 'nothing' } : { do: 'move', uid, appointment, pushed };
  if (sameService && eventTypeId === pushed.eventTypeId) {
    return { do: sameStart ? 'reassign' : 'move', uid, appointment, pushed };
  }
  return { do: 'replace', uid, appointment, pushed };
}
