import { readStanding, readSummary } from '../appointments/summaries.ts';
import { type Ask, helpAnswer } from './ask.ts';
import { type Content, content } from './content.ts';
import { readDay } from './read-day.ts';
import { readEarlierSummaries } from './read-earlier-summaries.ts';
import { presentContent, summaryContent } from './summary-content.ts';

/** Answers `/sync-summary`: how things stand now, or the daily summary of the day named. */
export async function answerSummary(ask: Ask): Promise<Content> {
  const { voice, now } = ask;
  const words = ask.text.split(/\s+/).filter(Boolean);
  const today = voice.isoDate(now);
  const [word] = words;
  if (word === undefined) return presentAnswer(ask, today);
  const day = words.length === 1 ? readDay(word, today) : null;
  if (day !== null) return dayAnswer(ask, day);
  const isAsked = words.length === 1 && word.toLowerCase() === 'help';
  const { help } = voice.texts.upkeep.summary;
  return helpAnswer({ command: '/sync-summary', lines: help, others: isAsked ? [] : words }, voice);
}

async function presentAnswer({ db, voice, now }: Ask, today: string): Promise<Content> {
  const [standing, earlier] = await Promise.all([readStanding(db, now), readEarlierSummaries(db, today)]);
  return presentContent(standing, { today, earlier }, voice);
}

async function dayAnswer({ db, voice }: Ask, day: string): Promise<Content> {
  const [summary, earlier] = await Promise.all([readSummary(db, day), readEarlierSummaries(db, day)]);
  if (summary) return summaryContent(summary, earlier, voice);
  const { missing, help } = voice.texts.upkeep.summary;
  return content({ tone: 'notice', headline: missing(voice.day(day)), notes: help.slice(0, 1) });
}
