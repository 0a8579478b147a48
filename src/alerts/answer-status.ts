import { readFailedSituations } from '../appointments/failures.ts';
import { readFigures } from '../appointments/figures.ts';
import { type Installation, readInstallation } from '../appointments/installation.ts';
import { readSituations, type Situation } from '../appointments/situation.ts';
import { type BreakerState, readBreaker } from '../sync/breaker.ts';
import { openAlert } from './alert.ts';
import { appointmentFacts } from './appointment-facts.ts';
import { type Ask, helpAnswer } from './ask.ts';
import { type Content, content } from './content.ts';
import { figureFacts, healthTones } from './figure-facts.ts';
import { listIds, readWords } from './read-words.ts';
import { verdictOf } from './verdict.ts';
import type { Voice } from './voice.ts';

const ROWS_MAX = 10;
const IDS_MAX = 5;

/** Answers `/sync-status`: the figures and what needs a person, or the state of the appointments named. */
export async function answerStatus(ask: Ask): Promise<Content[]> {
  const { voice } = ask;
  const { ids, others } = readWords(ask.text);
  const page = readPage(ids, others);
  if (page !== null) return [await overview(ask, page)];
  if (others.length > 0) return [help(voice, others)];
  if (ids.length > IDS_MAX) {
    return [content({ tone: 'plain', headline: voice.texts.ask.tooMany(IDS_MAX) })];
  }
  return ids.length === 0 ? [await overview(ask, 1)] : appointmentAnswers(ask, ids);
}

/** `page 2` in either language; null when no page is asked for. */
function readPage(ids: number[], others: string[]): number | null {
  const [word = '', ...more] = others;
  const [page, ...rest] = ids;
  const isPage = /^(page|seite)$/i.test(word) && more.length === 0 && rest.length === 0;
  return isPage && page !== undefined ? page : null;
}

function help(voice: Voice, others: string[]): Content {
  const isAsked = others.length === 1 && others[0]?.toLowerCase() === 'help';
  const lines = voice.texts.status.help;
  return helpAnswer({ command: '/sync-status', lines, others: isAsked ? [] : others }, voice);
}

async function overview({ db, voice, now }: Ask, page: number): Promise<Content> {
  const offset = (page - 1) * ROWS_MAX;
  const [figures, failing, installation, breaker] = await Promise.all([
    readFigures(db, now),
    readFailedSituations(db, { now, limit: ROWS_MAX, offset }),
    readInstallation(db),
    readBreaker(db),
  ]);
  const { status, figures: labels } = voice.texts;
  const rows = failing.map((situation) => failingRow(situation, voice));
  const rest = figures.failed - offset - rows.length;
  const isEmpty = figures.failed === 0 && figures.critical === 0;
  return content({
    tone: healthTones[figures.health],
    headline: status.headline(labels.health[figures.health]),
    paragraphs: [
      ...stateSentences(installation, breaker, voice),
      ...(isEmpty ? [status.allWell] : []),
      ...(figures.failed > 0 ? [status.acting(figures.failed)] : []),
    ],
    facts: figureFacts(figures, voice),
    items: rest > 0 ? [...rows, status.more(rest, page + 1)] : rows,
    notes: status.help.slice(1),
  });
}

/** Whether the bot runs and Cal.com serves it. */
export function stateSentences({ mode }: Installation, breaker: BreakerState, { texts }: Voice): string[] {
  const { running, held, fresh, incident } = texts.status;
  const sentence = { running, held, new: fresh }[mode];
  return breaker.state === 'closed' ? [sentence] : [sentence, incident];
}

function failingRow({ record, appointment }: Situation, voice: Voice): string {
  const { texts } = voice;
  const date = appointment ? voice.shortDate(appointment.startsAt) : texts.appointment.unknown;
  return texts.status.row(record.appointmentId, date, verdictOf(record, texts).headline);
}

async function appointmentAnswers({ db, voice, now }: Ask, ids: number[]): Promise<Content[]> {
  const situations = await readSituations(db, ids);
  const known = new Set(situations.map(({ record }) => record.appointmentId));
  const unknown = ids.filter((id) => !known.has(id));
  return [
    ...situations.map((situation) => appointmentAnswer(situation, voice, now)),
    ...(unknown.length > 0
      ? [content({ tone: 'plain', headline: voice.texts.status.unknown(listIds(unknown)) })]
      : []),
  ];
}

function appointmentAnswer(situation: Situation, voice: Voice, now: Date): Content {
  const { record, appointment } = situation;
  if (record.state === 'failed') return openAlert(situation, voice, now);
  const { texts } = voice;
  const ending =
    record.state === 'closed' ? texts.appointment.endings[`closed:${record.closedReason}`] : undefined;
  const retried =
    record.state === 'pending' && record.failureKind !== null ? [verdictOf(record, texts).why] : [];
  return content({
    tone: record.state === 'synced' ? 'good' : 'notice',
    headline: texts.appointment.headline(record.appointmentId, texts.appointment.states[record.state]),
    paragraphs: [...retried, ...(ending ? [ending] : [])],
    facts: appointment ? appointmentFacts(situation, voice, now) : [],
  });
}
