import type { Situation } from '../appointments/situation.ts';
import { askAgain } from '../sync/ask.ts';
import type { Fact } from './content.ts';
import type { Choice, Shown, Submission } from './dialog.ts';
import { type DialogAsk, isAsShown, readOpenCase } from './dialog-case.ts';

// Of two appointments of ours that want the same person at one time, either can be moved: one dialog offers both.

const OURS = ['another_appointment', 'same_person'];

/** The open appointment of ours that stands in the way of this one; null when there is none, or it is over. */
export async function readColliding(ask: DialogAsk, { record }: Situation): Promise<Situation | null> {
  if (record.failureKind !== 'host_conflict') return null;
  const found = (record.failureEvidence ?? []).find(
    ({ cause, appointmentId }) => OURS.includes(cause) && appointmentId !== undefined,
  );
  const id = record.blockedBy ?? found?.appointmentId ?? null;
  return id === null ? null : readOpenCase(ask, id);
}

/** What it would mean that the other one makes way, in one line. */
export function otherFact({ record }: Situation, facts: Fact[]): Fact {
  const value = facts.map((fact) => `${fact.label}: ${fact.value}`).join(' · ');
  return { label: `#${record.appointmentId}`, value };
}

/** A choice that is about the other appointment; the appointment's own are plain. */
export function choiceForOther({ record }: Situation, choice: Choice): Choice {
  const { appointmentId: id } = record;
  return { ...choice, value: `${id}@${choice.value}`, label: `#${id}: ${choice.label}` };
}

/** What the value of a choice is about. */
export function readChoice(text: string): { otherId: number | null; value: string } {
  const match = /^([1-9]\d{0,14})@(.*)$/.exec(text);
  return match ? { otherId: Number(match[1]), value: match[2] ?? '' } : { otherId: null, value: text };
}

/** The appointment that a choice is about, with what was shown of it; null when it is not as it was shown any more. */
export async function chosenCase(
  ask: DialogAsk,
  {
    situation,
    submission,
    otherId,
  }: { situation: Situation; submission: Submission; otherId: number | null },
): Promise<{ situation: Situation; shown: Shown } | null> {
  const { action, shown } = submission;
  if (otherId === null) return { situation, shown };
  const { other } = shown;
  if (other?.appointmentId !== otherId) return null;
  const otherSituation = await readOpenCase(ask, otherId);
  return otherSituation && isAsShown(otherSituation, { action, shown: other })
    ? { situation: otherSituation, shown: other }
    : null;
}

/** After the other one has made way: the appointment that it stood in the way of is tried again. */
export async function retryAfterOther(
  { db, actor, now }: DialogAsk,
  shown: Submission['shown'],
  otherId: number | null,
): Promise<void> {
  if (otherId !== null) await askAgain(db, { which: [shown.appointmentId], actor, now });
}
