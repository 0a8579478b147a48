import { type HistoryEntry, typedActions } from '../appointments/history.ts';
import type { Situation } from '../appointments/situation.ts';
import { addMs, DAY } from '../instant.ts';
import { appointmentFacts, failureFacts, namedStaffOf, serviceOf, staffOf } from './appointment-facts.ts';
import { type Content, content } from './content.ts';
import { thereFacts } from './decide.ts';
import { noteOf } from './note-text.ts';
import { verdictOf } from './verdict.ts';
import type { Voice } from './voice.ts';

const CRITICAL_MS = DAY;

/** True from 24 hours before the start until the start. */
export function isCritical(startsAt: Date, now: Date): boolean {
  return startsAt > now && criticalFrom(startsAt) <= now;
}

export function criticalFrom(startsAt: Date): Date {
  return addMs(startsAt, -CRITICAL_MS);
}

/** When the urgency of an alert changes by itself: 24 hours before the start, and at the start; null after it. */
export function urgencyChangesAt(startsAt: Date, now: Date): Date | null {
  return [criticalFrom(startsAt), startsAt].find((at) => at > now) ?? null;
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

interface Ended {
  id: number;
  /** The word that the record ended the case with. */
  resolution: string;
  /** Null when there is no record any more. */
  situation: Situation | null;
  at: Date | null;
  /** What a person did last about it; null when it ended by itself. */
  touch: HistoryEntry | null;
}

/** What is left of an alert when its case is over: one line with what, when and who. */
export function endedAlert({ id, resolution, situation, at, touch }: Ended, voice: Voice): Content {
  const { ended, endings, endedSomehow, endedAt, endedBy } = voice.texts.appointment;
  const what = situation && whatAndWhen(situation, voice);
  return content({
    tone: 'done',
    headline: ended(id),
    paragraphs: [endings[resolution] ?? endedSomehow, ...(what ? [what] : [])],
    facts: [
      ...(at === null ? [] : [{ label: endedAt, value: voice.shortDate(at) }]),
      ...(touch ? [{ label: endedBy, value: deedOf(touch, voice), actor: touch.actor }] : []),
    ],
  });
}

/** What a person typed stands in the thread alone, where it can be taken out again. */
function deedOf(touch: HistoryEntry, voice: Voice): string {
  return typedActions.includes(touch.action) ? '' : noteOf(touch, voice).text;
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
