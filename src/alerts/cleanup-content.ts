import type { Cleanup } from '../appointments/cleanups.ts';
import type { Undo } from '../appointments/undos.ts';
import { type Content, content } from './content.ts';
import { listIds } from './read-words.ts';
import type { UndoOffer } from './undo-button.ts';
import type { Voice } from './voice.ts';

/** What a cleanup closed, and while it may be the button that opens again what it cancelled. */
export function cleanupContent(
  { cancelled, done }: Cleanup,
  offer: UndoOffer | null,
  { texts, date }: Voice,
): Content {
  const { cleanup } = texts.upkeep;
  return content({
    tone: 'notice',
    headline: cleanup.headline(cancelled.length + done),
    paragraphs: [cleanup.cancelled(listIds(cancelled)), ...(done > 0 ? [cleanup.done(done)] : [])],
    notes: offer ? [texts.undo.until(date(offer.until))] : [],
    buttons: offer ? [offer.button] : [],
  });
}

/** What is left of a cleanup or a plan that was taken back: one line. */
export function undoneContent(
  asked: NonNullable<Undo['asked']>,
  { undone, changed }: { undone: number[]; changed: number[] },
  { texts, date }: Voice,
): Content {
  const { undo } = texts;
  return content({
    tone: 'done',
    headline: undo.undone(undone.length, undone.length + changed.length),
    paragraphs: changed.length > 0 ? [undo.changed(listIds(changed))] : [],
    facts: [
      { label: undo.undoneBy, value: '', actor: asked.by },
      { label: undo.undoneAt, value: date(asked.at) },
    ],
  });
}
