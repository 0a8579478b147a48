import { readInstallation } from '../appointments/installation.ts';
import { takeBack } from '../appointments/take-back.ts';
import {
  readUndo,
  readUndone,
  recordUndoAsked,
  type Undo,
  type UndoSubject,
  undoUntil,
} from '../appointments/undos.ts';
import { needsPerson } from '../sync/failure-kinds.ts';
import type { Ask } from './ask.ts';
import { type Content, content } from './content.ts';
import { listIds } from './read-words.ts';

/** Takes back what the button names; who comes second or too late hears so, and nothing happens. */
export async function answerUndo(ask: Ask): Promise<Content> {
  const { db, actor, now, voice, text } = ask;
  const { undo: texts } = voice.texts;
  const subject = readSubject(text);
  const undo = subject && (await readUndo(db, subject));
  if (!undo || undo.doneAt === null) return say(texts.unknown);
  // A plan is what may change things while the bot is held, and so is taking it back.
  const isHeld = (await readInstallation(db)).mode !== 'running';
  if (isHeld && !undo.subject.startsWith('plan:')) return say(texts.whileHeld);
  if (undo.asked) return say(texts.already(voice.date(undo.asked.at)));
  if (now >= undoUntil({ ...undo, doneAt: undo.doneAt })) return say(texts.late);
  if (!(await recordUndoAsked(db, undo, { actor, now }))) {
    const after = await readUndo(db, undo.subject);
    return say(texts.already(voice.date(after?.asked?.at ?? now)));
  }
  const asked = { ...undo, asked: { by: actor, at: now } };
  await takeBack(db, asked, { now, needsPerson });
  return describe(ask, asked);
}

// The button brings it back.
const SUBJECT = /^(cleanup|plan|change):[1-9]\d{0,14}$/;

function readSubject(text: string): UndoSubject | null {
  return SUBJECT.test(text) ? (text as UndoSubject) : null;
}

async function describe({ db, voice }: Ask, undo: Undo): Promise<Content> {
  const { undo: texts } = voice.texts;
  const { undone, changed } = await readUndone(db, undo);
  const [only] = undone;
  if (undo.subject.startsWith('change:') && only !== undefined) return say(texts.changedOne(only));
  return content({
    tone: 'plain',
    headline: texts.undone(undone.length, undone.length + changed.length),
    paragraphs: [
      ...(undone.length > 0 ? [texts.reopened(listIds(undone))] : []),
      ...(changed.length > 0 ? [texts.changed(listIds(changed))] : []),
    ],
  });
}

function say(headline: string): Content {
  return content({ tone: 'plain', headline });
}
