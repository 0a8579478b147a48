import type { OpenCase, Standing, Summary } from '../appointments/summaries.ts';
import { type Content, content } from './content.ts';
import { causeSentence, clusterLines, comparisonSentence, deedFacts, outcomeSentence } from './day-story.ts';
import { type Beside, figureFacts, healthTones, successSentence } from './figure-facts.ts';
import { dayBefore } from './read-day.ts';
import { verdictOf } from './verdict.ts';
import type { Voice } from './voice.ts';

/** The summaries that another is set beside; null when none was taken. */
export interface EarlierSummaries {
  /** The latest of an earlier day. */
  previous: Summary | null;
  /** Of the same weekday, since a salon's days differ by their weekday. */
  weekBefore: Summary | null;
}

/** The summary of a day beside earlier ones. */
export function summaryContent(summary: Summary, earlier: EarlierSummaries, voice: Voice): Content {
  const { texts } = voice;
  const health = texts.figures.health[summary.figures.health];
  const headline = texts.upkeep.summary.headline(voice.day(summary.localDate), health);
  return standingContent(summary, { headline, today: summary.localDate, earlier }, voice);
}

/** How things stand now beside earlier summaries; `today` is `YYYY-MM-DD` in the salon's zone. */
export function presentContent(
  standing: Standing,
  { today, earlier }: { today: string; earlier: EarlierSummaries },
  voice: Voice,
): Content {
  const { texts } = voice;
  const headline = texts.upkeep.summary.headlineNow(texts.figures.health[standing.figures.health]);
  return standingContent(standing, { headline, today, earlier }, voice);
}

/** Nothing failed and nothing is open, nobody had to do anything: three lines tell such a day. */
export function isQuiet({ figures, failures, deeds, comparison }: Standing): boolean {
  return (
    figures.health === 'green' &&
    figures.failed === 0 &&
    Object.keys(failures).length === 0 &&
    deeds.length === 0 &&
    (comparison === null || comparison.doubled.length + comparison.orphaned.length === 0)
  );
}

function standingContent(
  standing: Standing,
  { headline, today, earlier }: { headline: string; today: string; earlier: EarlierSummaries },
  voice: Voice,
): Content {
  const { figures, outcomes } = standing;
  const tone = healthTones[figures.health];
  const beside = besideDays(earlier, today, voice);
  const happened = outcomeSentence(outcomes, voice);
  const { status, upkeep } = voice.texts;
  if (isQuiet(standing)) {
    const success = successSentence(figures, voice, beside);
    const well = success === null ? status.allWell : `${status.allWell} ${success}`;
    const compared = comparisonSentence(standing.comparison, voice);
    return content({
      tone,
      headline,
      paragraphs: [happened, well, ...(compared === null ? [] : [compared])],
    });
  }
  const isEmpty = figures.failed === 0 && figures.critical === 0;
  const paragraphs = [
    happened,
    causeSentence(standing.failures, voice),
    clusterLines(standing.clusters, voice),
    comparisonSentence(standing.comparison, voice),
    isEmpty ? status.allWell : null,
    figures.failed > 0 ? status.acting(figures.failed) : null,
  ];
  return content({
    tone,
    headline,
    paragraphs: paragraphs.filter((paragraph) => paragraph !== null),
    items: openRows(standing, voice),
    facts: [...figureFacts(figures, voice, beside), ...deedFacts(standing.deeds, voice)],
    notes: [upkeep.summary.hint],
  });
}

function openRows({ figures, open }: Standing, voice: Voice): string[] {
  const rows = open.map((each) => openRow(each, voice));
  const rest = figures.failed - rows.length;
  return rest > 0 ? [...rows, voice.texts.status.more(rest, 2)] : rows;
}

function openRow(open: OpenCase, voice: Voice): string {
  const { texts } = voice;
  const { headline } = verdictOf(open, texts);
  return texts.status.row(open.appointmentId, voice.shortDate(open.startsAt), headline);
}

function besideDays({ previous, weekBefore }: EarlierSummaries, today: string, voice: Voice): Beside[] {
  const { yesterday, weekAgo } = voice.texts.upkeep.summary;
  const days: Beside[] = [];
  if (previous) {
    const isYesterday = previous.localDate === dayBefore(today, 1);
    const day = isYesterday ? yesterday : voice.shortDay(previous.localDate);
    days.push({ figures: previous.figures, day });
  }
  if (weekBefore && weekBefore.localDate !== previous?.localDate)
    days.push({ figures: weekBefore.figures, day: weekAgo });
  return days;
}
