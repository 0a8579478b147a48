import type { DayOutcomes } from '../appointments/outcomes.ts';
import type { OpenCase, Standing, Summary } from '../appointments/summaries.ts';
import { type Content, content } from './content.ts';
import { figureFacts, healthTones } from './figure-facts.ts';
import { isDayBefore } from './read-day.ts';
import { verdictOf } from './verdict.ts';
import type { Voice } from './voice.ts';

/** The summary of a day beside the one before it. */
export function summaryContent(summary: Summary, previous: Summary | null, voice: Voice): Content {
  const { texts } = voice;
  const health = texts.figures.health[summary.figures.health];
  const headline = texts.upkeep.summary.headline(voice.day(summary.localDate), health);
  return standingContent(summary, { headline, today: summary.localDate, previous }, voice);
}

/** How things stand now beside the latest summary of an earlier day; `today` is `YYYY-MM-DD` in the salon's zone. */
export function presentContent(
  standing: Standing,
  { today, previous }: { today: string; previous: Summary | null },
  voice: Voice,
): Content {
  const { texts } = voice;
  const headline = texts.upkeep.summary.headlineNow(texts.figures.health[standing.figures.health]);
  return standingContent(standing, { headline, today, previous }, voice);
}

function standingContent(
  { figures, outcomes, open }: Standing,
  { headline, today, previous }: { headline: string; today: string; previous: Summary | null },
  voice: Voice,
): Content {
  const { status, upkeep } = voice.texts;
  const rows = open.map((each) => openRow(each, voice));
  const rest = figures.failed - rows.length;
  const isEmpty = figures.failed === 0 && figures.critical === 0;
  return content({
    tone: healthTones[figures.health],
    headline,
    paragraphs: [
      happened(outcomes, voice),
      ...(isEmpty ? [status.allWell] : []),
      ...(figures.failed > 0 ? [status.acting(figures.failed)] : []),
    ],
    items: rest > 0 ? [...rows, status.more(rest, 2)] : rows,
    facts: figureFacts(figures, voice, previous && besideDay(previous, today, voice)),
    notes: [upkeep.summary.hint],
  });
}

/** What did not happen is not told. */
function happened(outcomes: DayOutcomes, { texts }: Voice): string {
  const { happened: told, nothingHappened, outcomes: words } = texts.upkeep.summary;
  const kinds = Object.keys(words) as (keyof DayOutcomes)[];
  const parts = kinds.filter((kind) => outcomes[kind] > 0).map((kind) => words[kind](outcomes[kind]));
  return parts.length === 0 ? nothingHappened : told(parts.join(', '));
}

function openRow(open: OpenCase, voice: Voice): string {
  const { texts } = voice;
  const { headline } = verdictOf(open, texts);
  return texts.status.row(open.appointmentId, voice.shortDate(open.startsAt), headline);
}

function besideDay({ figures, localDate }: Summary, today: string, voice: Voice) {
  const { yesterday } = voice.texts.upkeep.summary;
  return { figures, day: isDayBefore(localDate, today) ? yesterday : voice.shortDay(localDate) };
}
