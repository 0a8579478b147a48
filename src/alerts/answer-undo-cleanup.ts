import { readInstallation } from '../appointments/installation.ts';
import { type Undone, undoCleanup } from '../appointments/undo-close.ts';
import type { Ask } from './ask.ts';
import { type Content, content } from './content.ts';
import { listIds } from './read-words.ts';
import type { Voice } from './voice.ts';

// The button brings the run's number back.
const RUN = /^[1-9]\d{0,14}$/;

/** Opens again what a cleanup cancelled; who comes second or too late hears so, and nothing happens. */
export async function answerUndoCleanup({ db, actor, now, voice, text }: Ask): Promise<Content> {
  const { whileHeld, unknown } = voice.texts.upkeep.cleanup;
  if ((await readInstallation(db)).mode !== 'running') return say(whileHeld);
  if (!RUN.test(text)) return say(unknown);
  return describe(await undoCleanup(db, Number(text), { actor, now }), voice);
}

function describe(undone: Undone, voice: Voice): Content {
  const { cleanup: texts } = voice.texts.upkeep;
  switch (undone.is) {
    case 'unknown':
      return say(texts.unknown);
    case 'late':
      return say(texts.late);
    case 'already':
      return say(texts.already(voice.date(undone.at)));
    case 'undone': {
      const { reopened, changed } = undone;
      return content({
        tone: 'plain',
        headline: texts.undone(reopened.length, reopened.length + changed.length),
        paragraphs: [
          ...(reopened.length > 0 ? [texts.reopened(listIds(reopened))] : []),
          ...(changed.length > 0 ? [texts.changed(listIds(changed))] : []),
        ],
      });
    }
  }
}

function say(headline: string): Content {
  return content({ tone: 'plain', headline });
}
