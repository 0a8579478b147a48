import type { Situation } from '../appointments/situation.ts';
import { addMs, DAY } from '../instant.ts';
import { appointmentFacts, failureFacts, namedStaffOf, serviceOf, staffOf } from './appointment-facts.ts';
import { type Content, content } from './content.ts';
import { thereFacts } from './decide.ts';
import { verdictOf } from './verdict.ts';
import type { Voice } from './voice.ts';

const CRITICAL_MS = DAY;

/** True from 24 hours before the start until the start. */
export function isCritical(startsAt: Date, now: Date): boolean {
  return startsAt >= now && criticalFrom(startsAt) <= now;
}

export function criticalFrom(startsAt: Date): Date {
  return addMs(startsAt, -CRITICAL_MS);
}

/** The alert of an appointment that is not in Cal.com as it should be. */
export function openAlert(situation: Situation, voice: Voice, now: Date): Content {
  const { texts } = voice;
  const { record, appointment } = situation;
  const verdict = verdictOf(record, texts, namedStaffOf(situation, texts));
  const critical = appointment !== null && isCritical(appointment.startsAt, now);
  const headline = texts.appointment.headline(record.appointmentId, verdict.headline);
  const there = thereFacts(situation, voice);
  const advice = there.length > 0 ? texts.dialogs.decide.advice : verdict.advice;
  const why = [verdict.why, verdict.actor === 'nobody' ? texts.appointment.retriesSoonStart : advice];
  const paragraphs = critical ? [`${texts.appointment.urgent}.`, ...why] : why;
  return content({
    tone: critical ? 'critical' : 'warning',
    headline,
    paragraphs,
    facts: [
      ...appointmentFacts(situation, voice, now),
      ...there,
      ...failureFacts(situation, verdict.actor, voice, now),
    ],
    spoken: [`${headline}.`, whatAndWhen(situation, voice), ...paragraphs].join(' '),
  });
}

/**
 * What is left of an alert when its case is over: one line. `resolution` is the word that the record ended the case
 * with; `situation` is null when there is no record any more.
 */
export function endedAlert(
  { id, resolution, situation }: { id: number; resolution: string; situation: Situation | null },
  voice: Voice,
): Content {
  const { ended, endings, endedSomehow } = voice.texts.appointment;
  const ending = endings[resolution] ?? endedSomehow;
  const what = situation && whatAndWhen(situation, voice);
  return content({ tone: 'done', headline: ended(id), paragraphs: [ending, ...(what ? [what] : [])] });
}

function whatAndWhen(situation: Situation, voice: Voice): string {
  const { texts } = voice;
  if (situation.appointment === null) return texts.appointment.endings['closed:gone'] ?? '';
  const { at, atUnassigned } = texts.appointment;
  const { startsAt, staffId } = situation.appointment;
  const service = serviceOf(situation, texts);
  const date = voice.date(startsAt);
  return `${staffId === null ? atUnassigned(service, date) : at(service, staffOf(situation, texts), date)}.`;
}
