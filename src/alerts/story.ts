import type { PastAttempt } from '../appointments/attempts.ts';
import { readSituations } from '../appointments/situation.ts';
import { readStory, type StoryEvent } from '../appointments/story.ts';
import type { Ask } from './ask.ts';
import type { Way } from './content.ts';
import { type Note, noteOf } from './note-text.ts';
import type { Voice } from './voice.ts';

/** Where somebody reads: pages and parts of a page count from 1, and part 0 is the page's last. */
export interface StoryPlace {
  appointmentId: number;
  page: number;
  part: number;
}

/** What is said at one place, and under it what Cal.com answered or a piece of that. */
export interface StoryLine extends Note {
  /** Null: it goes on with the line before. */
  when: string | null;
  raw: string | null;
}

/** One view of an appointment's story. Answers may hold personal data: only for who may see it. */
export interface Story {
  title: string;
  lines: StoryLine[];
  /** Where this is in the whole, or that there is nothing. */
  note: string;
  links: Way[];
  turns: Way[];
  close: string;
}

/** Where links lead; null and a Cal.com of one's own give none. */
export interface StoryLinks {
  /** With `{id}` for the appointment's number. */
  recordUrl: string | null;
  calcomApiUrl: string;
}

const EVENTS = 10;
// Slack gives no limit for preformatted text in a view; messages with more than this in a piece are cut.
const PIECE_LENGTH_MAX = 2_500;
const PART_LENGTH_MAX = 10_000;

/** Everything that was done about an appointment, the latest first: the part at this place. */
export async function readStoryAt(
  { db, voice }: Pick<Ask, 'db' | 'voice'>,
  place: StoryPlace,
  links: StoryLinks,
): Promise<Story> {
  const { appointmentId } = place;
  const { story: texts } = voice.texts.home;
  const [situation] = await readSituations(db, [appointmentId]);
  const { events, page, pages } = await readStory(db, appointmentId, { page: place.page, size: EVENTS });
  const parts = partsOf(events.flatMap((event) => linesOf(event, voice)));
  const part = place.part === 0 ? parts.length : Math.min(place.part, parts.length);
  const note = parts.length > 1 ? texts.part(page, pages, part, parts.length) : texts.place(page, pages);
  const newer = part > 1 ? { page, part: part - 1 } : { page: page - 1, part: 0 };
  const older = part < parts.length ? { page, part: part + 1 } : { page: page + 1, part: 1 };
  const turn = (id: string, label: string, to: { page: number; part: number }): Way[] =>
    to.page < 1 || to.page > pages ? [] : [{ id, label, value: writeStoryPlace({ appointmentId, ...to }) }];
  return {
    title: voice.texts.dialogs.details.title(appointmentId),
    lines: parts[part - 1] ?? [],
    note: events.length === 0 ? texts.empty : note,
    links: linksOf(appointmentId, situation?.record.bookingUid ?? null, { links, voice }),
    turns: [...turn('story_newer', texts.newer, newer), ...turn('story_older', texts.older, older)],
    close: voice.texts.dialogs.close,
  };
}

/** Leads from an appointment to the beginning of its story. */
export function storyWay(appointmentId: number, { texts }: Voice): Way {
  const value = writeStoryPlace({ appointmentId, page: 1, part: 1 });
  return { id: 'story', label: texts.home.story.button, value };
}

function writeStoryPlace({ appointmentId, page, part }: StoryPlace): string {
  return `${appointmentId} ${page} ${part}`;
}

/** Reads back what a button of the story stands for; null for anything else. */
export function readStoryPlace(text: string): StoryPlace | null {
  const match = /^([1-9]\d{0,14}) ([1-9]\d{0,6}) (\d{1,7})$/.exec(text);
  if (!match) return null;
  return { appointmentId: Number(match[1]), page: Number(match[2]), part: Number(match[3]) };
}

const HOSTED_API = 'https://api.cal.com';
const HOSTED_BOOKING = 'https://app.cal.com/booking/';

/** Where a Cal.com of one's own shows bookings cannot be told from its API's address. */
function linksOf(
  appointmentId: number,
  bookingUid: string | null,
  { links, voice }: { links: StoryLinks; voice: Voice },
): Way[] {
  const { record: label, booking } = voice.texts.home.story;
  const { recordUrl, calcomApiUrl } = links;
  const isHosted = calcomApiUrl === HOSTED_API;
  return [
    ...(recordUrl === null
      ? []
      : [{ id: 'open_record', label, url: recordUrl.replaceAll('{id}', String(appointmentId)) }]),
    ...(bookingUid === null || !isHosted
      ? []
      : [{ id: 'open_booking', label: booking, url: HOSTED_BOOKING + encodeURIComponent(bookingUid) }]),
  ];
}

function linesOf(event: StoryEvent, voice: Voice): StoryLine[] {
  if (event.is === 'attempt') return attemptLines(event.attempt, voice);
  return [{ when: voice.shortDate(event.entry.at), ...noteOf(event.entry, voice), raw: null }];
}

function attemptLines(attempt: PastAttempt, voice: Voice): StoryLine[] {
  const { story: texts } = voice.texts.home;
  const [first = null, ...others] = piecesOf(attempt.rawAnswer ?? '');
  const text = `${attemptText(attempt, voice)} ${first === null ? texts.noAnswer : texts.answer}`;
  return [
    { when: voice.shortDate(attempt.intentAt), actor: null, text, raw: first },
    ...others.map((raw) => ({ when: null, actor: null, text: texts.answerGoesOn, raw })),
  ];
}

function attemptText({ operation, outcome, status, requestId }: PastAttempt, voice: Voice): string {
  const { story: texts } = voice.texts.home;
  const said = [
    outcome === null ? texts.open : (texts.outcomes[outcome] ?? outcome),
    ...(status === null ? [] : [texts.status(status)]),
    ...(requestId === null ? [] : [texts.request(requestId)]),
  ];
  return `${texts.operations[operation] ?? operation}: ${said.join(' · ')}.`;
}

/** In pieces that are shown whole, cut between whole characters; nothing is left out. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length; ) {
    const isSplit = /[\uD800-\uDBFF]/.test(text.charAt(from + PIECE_LENGTH_MAX - 1));
    const to = from + PIECE_LENGTH_MAX - (isSplit ? 1 : 0);
    pieces.push(text.slice(from, to));
    from = to;
  }
  return pieces;
}

/** As many lines in a part as a view takes. At least one part. */
function partsOf(lines: StoryLine[]): StoryLine[][] {
  const parts: StoryLine[][] = [[]];
  let length = 0;
  for (const line of lines) {
    const lineLength = line.text.length + (line.raw?.length ?? 0);
    const current = parts.at(-1) as StoryLine[];
    if (length + lineLength > PART_LENGTH_MAX && current.length > 0) {
      parts.push([line]);
      length = lineLength;
    } else {
      current.push(line);
      length += lineLength;
    }
  }
  return parts;
}
