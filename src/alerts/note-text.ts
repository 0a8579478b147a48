import { callResults } from '../appointments/attention.ts';
import type { HistoryEntry } from '../appointments/history.ts';
import { fromSqlInstant } from '../instant.ts';
import type { Voice } from './voice.ts';

/** One line of an appointment's story: who (null: the bot itself) and what. Holds no personal data of a customer. */
export interface Note {
  actor: string | null;
  text: string;
}

/** `times`: how many such entries in a row this line stands for. */
export function noteOf(entry: HistoryEntry, voice: Voice, times = 1): Note {
  const isBot = entry.actor === 'bot';
  const text = isBot ? botText(entry, voice, times) : personText(entry, voice);
  // Who is called for is named first; whoever did it in Cal.com is not known here.
  const called = entry.action === 'escalated' ? (entry.reason ?? null) : null;
  return { actor: isBot || entry.actor === 'calcom' ? called : entry.actor, text };
}

function personText(entry: HistoryEntry, voice: Voice): string {
  const { notes } = voice.texts.dialogs;
  const { action, before, after, reason } = entry;
  if (entry.actor === 'calcom' && action === 'moved')
    return notes.movedThere(startOf(before, 'start', voice), startOf(after, 'start', voice));
  if (entry.actor === 'calcom' && action === 'reassigned') return notes.reassignedThere;
  switch (action) {
    case 'rescheduled':
      return notes.rescheduled(startOf(before, 'start', voice), startOf(after, 'starts_at', voice));
    case 'reassigned':
      return notes.reassigned(
        wordOf(before, 'staffName') ?? notes.nobody,
        wordOf(after, 'staffName') ?? UNKNOWN,
      );
    case 'cancelled':
      return notes.cancelled(reason ?? UNKNOWN);
    case 'refused':
      return notes.refused(reason ?? UNKNOWN);
    case 'taken':
      return before === undefined || before === null ? notes.taken : notes.taken_over;
    case 'snoozed':
      return notes.snoozed(startOf(after, 'until', voice));
    case 'noted':
      return notes.noted(reason ?? UNKNOWN);
    case 'called':
      return notes.called(resultText(after, voice), reason ?? null);
    case 'given_back':
    case 'contact_fixed':
    case 'kept_ours':
    case 'took_theirs':
    case 'undone':
    case 'reopened':
    case 'orphan_cancelled':
    case 'asked_again':
      return notes[action];
    default:
      return botText(entry, voice, 1);
  }
}

function botText({ action, reason, at, after }: HistoryEntry, voice: Voice, times: number): string {
  const { texts } = voice;
  const { notes } = texts.dialogs;
  switch (action) {
    case 'failed':
      return notes.failed(kindText(reason, texts.failures.kinds), times);
    case 'closed':
      return texts.appointment.endings[`closed:${reason}`] ?? notes.closed;
    case 'reminded':
    case 'escalated':
      return notes[action](relativeStart(after, at, voice));
    case 'reassigned':
      return notes.movedToColleague;
    case 'linked':
      return notes.adopted;
    case 'booked':
    case 'moved':
    case 'adopted':
    case 'unbooked':
    case 'imported':
    case 'snooze_over':
    case 'message_replaced':
      return notes[action];
    default:
      return reason === undefined ? action : `${action}: ${reason}`;
  }
}

const UNKNOWN = '…';

function kindText(kind: string | undefined, kinds: Record<string, { headline: string }>): string {
  return (kind === undefined ? undefined : kinds[kind]?.headline) ?? kind ?? UNKNOWN;
}

function relativeStart(after: unknown, at: Date, voice: Voice): string {
  const text = wordOf(after, 'starts_at');
  return text === undefined ? UNKNOWN : voice.relative(fromSqlInstant(text), at);
}

function resultText(after: unknown, { texts }: Voice): string {
  const word = wordOf(after, 'result');
  const result = callResults.find((known) => known === word);
  return result === undefined ? UNKNOWN : texts.dialogs.call.results[result];
}

function startOf(value: unknown, key: string, voice: Voice): string {
  const text = wordOf(value, key);
  return text === undefined ? UNKNOWN : voice.shortDate(fromSqlInstant(text));
}

function wordOf(value: unknown, key: string): string | undefined {
  const word = (value as Record<string, unknown> | null | undefined)?.[key];
  return typeof word === 'string' ? word : undefined;
}
