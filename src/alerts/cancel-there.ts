import type { Finding } from '../appointments/evidence.ts';
import { retryFailed } from '../appointments/retry-failed.ts';
import type { Situation } from '../appointments/situation.ts';
import type { Clock } from '../clock.ts';
import { type Calls, readQuietly } from '../sync/calls.ts';
import { cancelLeftOver, type LeftOver } from '../sync/plan/cancel-orphan.ts';
import { alertButtons, readButtonValue, writeButtonValue } from './alert-buttons.ts';
import type { Ask } from './ask.ts';
import { type Content, type ContentButton, content } from './content.ts';
import { isHeld, lateAnswer, readOpenCase } from './dialog-case.ts';
import type { Voice } from './voice.ts';

export interface CancelThereDeps {
  calls: Calls;
  clock: Clock;
  /** The language of what customers read in Cal.com's e-mails. */
  locale: string;
}

/** The buttons of an alert, before them the one that takes a booking out of the way that nothing of ours wants. */
export function caseButtons(
  situation: Situation,
  revision: number,
  { voice, now }: { voice: Voice; now: Date },
): ContentButton[] {
  const { record } = situation;
  const buttons = alertButtons(record, revision, { voice, now });
  const left = leftOvers(situation);
  if (left.length === 0) return buttons;
  const { buttons: labels, cancelThere: texts } = voice.texts.dialogs;
  const bookings = left.map(({ appointmentId, from }) =>
    texts.booking(appointmentId, from === undefined ? '…' : voice.shortDate(new Date(from))),
  );
  const list = new Intl.ListFormat(voice.texts.language, { type: 'conjunction' }).format(bookings);
  const text = texts.confirm.text(list);
  return [
    {
      action: 'cancel_there',
      label: labels.cancel_there,
      isPrimary: true,
      value: writeButtonValue({ appointmentId: record.appointmentId, revision }),
      confirm: { ...texts.confirm, text },
    },
    ...buttons.map((button) => ({ ...button, isPrimary: false })),
  ];
}

type Left = Finding & { bookingUid: string; appointmentId: number; cause: LeftOver['as'] };

function leftOvers({ record }: Situation): Left[] {
  const isLeft = ({ cause, bookingUid, appointmentId }: Finding) =>
    (cause === 'orphan' || cause === 'own_booking') &&
    bookingUid !== undefined &&
    appointmentId !== undefined;
  return record.failureKind === 'host_conflict'
    ? (record.failureEvidence ?? []).filter((finding): finding is Left => isLeft(finding))
    : [];
}

/**
 * Cancels at Cal.com what nothing of ours wants there and stands in the way, then tries the appointment again. Looks
 * first whether that is still so; who comes late hears so.
 */
export async function answerCancelThere(
  ask: Ask,
  { calls, clock, locale }: CancelThereDeps,
): Promise<Content> {
  const { db, actor, now, voice, text } = ask;
  const { cancelThere: texts } = voice.texts.dialogs;
  const alert = readButtonValue(text);
  if (alert === null) throw new Error('the button has no value of ours');
  const { appointmentId } = alert;
  if (await isHeld(ask)) return lateAnswer(ask, appointmentId, 'held');
  const situation = await readOpenCase(ask, appointmentId);
  if (!situation) return lateAnswer(ask, appointmentId, 'settled');
  for (const { bookingUid, cause } of leftOvers(situation)) {
    const deps = { db, calls, clock, actor, locale };
    const cancelled = await readQuietly(() => cancelLeftOver(deps, { bookingUid, appointmentId, as: cause }));
    if (cancelled === null) return content({ tone: 'plain', headline: texts.unreadable });
    if (cancelled === 'wanted') return content({ tone: 'plain', headline: texts.wanted });
  }
  const asked = await retryFailed(db, alert, { actor, now });
  if (asked === 'stale') return lateAnswer(ask, appointmentId, 'notAgain');
  return content({ tone: 'plain', headline: texts.done(appointmentId) });
}
