import type { HomeRow } from '../appointments/home-list.ts';
import { homeFilters } from '../appointments/home-list.ts';
import type { HomeChoice } from '../appointments/opened-homes.ts';
import { type Access, type Deed, roles, variableOf } from './access.ts';
import { writeButtonValue } from './alert-buttons.ts';
import { stateSentences } from './answer-status.ts';
import { type Content, type ContentButton, content, type Fact, type Tone, type Way } from './content.ts';
import { engineFacts, engineMoment } from './engine-facts.ts';
import { figureFacts, healthTones } from './figure-facts.ts';
import type { HomeListing, HomeReads } from './home-reads.ts';
import { verdictOf } from './verdict.ts';
import type { Voice } from './voice.ts';

/** What a person sees in the App Home, in plain text and one language. */
export interface Home {
  tone: Tone;
  headline: string;
  paragraphs: string[];
  /** What the health means, in small print. */
  meaning: string;
  buttons: ContentButton[];
  figures: (Fact & { definition: string })[];
  list: {
    heading: string;
    filters: Way[];
    rows: { text: string; button: ContentButton | null }[];
    /** How many there are and which of them are shown; or that there are none. */
    note: string;
    turns: Way[];
  };
  /** For engineers only. `asOf` is true for a moment, and no reason to show everything anew. */
  engine: { heading: string; facts: Fact[]; asOf: string } | null;
}

export interface HomeReader extends HomeChoice {
  userId: string;
  voice: Voice;
  access: Access;
  callsPerMinute: number;
}

/** The App Home as this person may see it; a sentence for who has no role, or when Slack does not say who has one. */
export async function readHome(reads: HomeReads, reader: HomeReader): Promise<Home | Content> {
  const { voice, userId: actor, access } = reader;
  const told = await access.tell({ deed: 'app_home', actor });
  if (told === null) return content({ tone: 'plain', headline: voice.texts.access.unsure });
  if (!told) {
    const variables = roles.map((role) => variableOf[role]).join(', ');
    return content({ tone: 'plain', headline: voice.texts.home.stranger(variables) });
  }
  const mayDo = (deed: Deed) => access.allows({ deed, actor });
  const [figures, installation, breaker, listing, mayPlan, mayStart, mayOpen, mayLookInside] =
    await Promise.all([
      reads.figures(),
      reads.installation(),
      reads.breaker(),
      reads.list(reader, actor),
      ...(['open_plan', 'start_sync', 'details', 'see_engine'] as const).map(mayDo),
    ]);
  return {
    tone: healthTones[figures.health],
    headline: voice.texts.status.headline(voice.texts.figures.health[figures.health]),
    paragraphs: stateSentences(installation, breaker, voice),
    meaning: voice.texts.home.health,
    buttons: buttonsFor({ mayPlan, mayStart: mayStart && installation.mode === 'held' }, voice),
    figures: withDefinitions(figureFacts(figures, voice), voice),
    list: listOf(listing, { ...reader, mayOpen }),
    engine: mayLookInside ? await engineOf(reads, reader) : null,
  };
}

function buttonsFor(
  { mayPlan, mayStart }: { mayPlan: boolean | undefined; mayStart: boolean | undefined },
  { texts }: Voice,
): ContentButton[] {
  return [
    ...(mayPlan ? [{ action: 'open_plan' as const, label: texts.plan.look }] : []),
    ...(mayStart
      ? [{ action: 'start_sync' as const, label: texts.home.start, confirm: texts.held.confirm }]
      : []),
  ];
}

function withDefinitions(facts: Fact[], { texts }: Voice): Home['figures'] {
  const { failed, critical, manualReview, ancient, successRate, pending } = texts.home.definitions;
  const definitions = [failed, critical, manualReview, ancient, successRate, pending];
  return facts.map((fact, row) => ({ ...fact, definition: definitions[row] ?? '' }));
}

function listOf(
  { rows, total, page, pages }: HomeListing,
  { filter, voice, mayOpen }: HomeReader & { mayOpen: boolean | undefined },
): Home['list'] {
  const { list } = voice.texts.home;
  const turnTo = (id: string, label: string, to: number): Way[] =>
    to < 1 || to > pages ? [] : [{ id, label, value: writeChoice({ filter, page: to }) }];
  return {
    heading: list.heading,
    filters: homeFilters.map((known) => ({
      id: `home_${known}`,
      label: known === filter ? list.chosen(list.filters[known]) : list.filters[known],
      value: writeChoice({ filter: known, page: 1 }),
      isHere: known === filter,
    })),
    rows: rows.map((row) => ({
      text: rowText(row, voice),
      // Without a record there is nothing to tell yet.
      button: mayOpen && row.record !== null ? detailsButton(row.appointmentId, voice) : null,
    })),
    note: total === 0 ? list.empty[filter] : list.pages(total, page, pages),
    turns: [...turnTo('home_previous', list.previous, page - 1), ...turnTo('home_next', list.next, page + 1)],
  };
}

function rowText({ appointmentId, startsAt, record }: HomeRow, voice: Voice): string {
  const { status, appointment } = voice.texts;
  const date = startsAt ? voice.shortDate(startsAt) : appointment.unknown;
  const isInTrouble = record?.state === 'failed' || record?.state === 'pending';
  const what =
    isInTrouble && record.failureKind !== null
      ? verdictOf(record, voice.texts).headline
      : appointment.states[record?.state ?? 'pending'];
  return status.row(appointmentId, date, what);
}

function detailsButton(appointmentId: number, { texts }: Voice): ContentButton {
  const value = writeButtonValue({ appointmentId, revision: 0 });
  return { action: 'details', label: texts.dialogs.buttons.details, value };
}

async function engineOf(
  reads: HomeReads,
  { voice, callsPerMinute }: HomeReader,
): Promise<NonNullable<Home['engine']>> {
  const engine = await reads.engine();
  return {
    heading: voice.texts.home.engine.heading,
    facts: engineFacts(engine, voice),
    asOf: engineMoment(engine, { callsPerMinute, now: reads.now }, voice),
  };
}

function writeChoice({ filter, page }: HomeChoice): string {
  return `${filter} ${page}`;
}

/** Reads back what a filter or a turn of the page stands for; null for anything else. */
export function readChoice(text: string): HomeChoice | null {
  const [, word, page] = /^([a-z_]+) ([1-9]\d{0,6})$/.exec(text) ?? [];
  const filter = homeFilters.find((known) => known === word);
  return filter && page !== undefined ? { filter, page: Number(page) } : null;
}
