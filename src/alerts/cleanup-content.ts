import { type Cleanup, undoUntil } from '../appointments/undo-close.ts';
import { type Content, content } from './content.ts';
import { listIds } from './read-words.ts';
import type { Voice } from './voice.ts';

/** What a cleanup closed, and for a day the button that opens again what it cancelled. */
export function cleanupContent(cleanup: Cleanup, voice: Voice, now: Date): Content {
  if (cleanup.undone) return undoneContent(cleanup, cleanup.undone, voice);
  const { cleanup: texts } = voice.texts.upkeep;
  const { runId, cancelled, done } = cleanup;
  const until = undoUntil(cleanup);
  const mayUndo = now < until;
  const button = { action: 'undo_cleanup', value: String(runId), label: texts.undo } as const;
  return content({
    tone: 'notice',
    headline: texts.headline(cancelled.length + done),
    paragraphs: [texts.cancelled(listIds(cancelled)), ...(done > 0 ? [texts.done(done)] : [])],
    notes: mayUndo ? [texts.until(voice.date(until))] : [],
    buttons: mayUndo ? [{ ...button, confirm: texts.confirm }] : [],
  });
}

function undoneContent(
  { cancelled }: Cleanup,
  { by, at, reopened }: NonNullable<Cleanup['undone']>,
  voice: Voice,
): Content {
  const { cleanup: texts } = voice.texts.upkeep;
  const changed = cancelled.filter((id) => !reopened.includes(id));
  return content({
    tone: 'done',
    headline: texts.undone(reopened.length, cancelled.length),
    paragraphs: changed.length > 0 ? [texts.changed(listIds(changed))] : [],
    facts: [
      { label: texts.undoneBy, value: '', actor: by },
      { label: texts.undoneAt, value: voice.date(at) },
    ],
  });
}
