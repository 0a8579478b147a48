import { content } from '../../src/alerts/content.ts';
import { noteOf } from '../../src/alerts/note-text.ts';
import type { Voice } from '../../src/alerts/voice.ts';
import { addMs, HOUR, toSqlInstant } from '../../src/instant.ts';
import { contentMessage } from '../../src/slack/content-message.ts';
import { NOW } from '../alerts/alert-fixtures.ts';
import { drawBlocks } from './draw-message.ts';

/** The lines of a thread, one of each kind. */
export function threadLines(voice: Voice): string {
  const starts = {
    before: { start: '2025-11-26 14:00:00.000' },
    after: { starts_at: '2025-11-28 09:30:00.000' },
  };
  const starting = { starts_at: toSqlInstant(addMs(NOW, 4 * HOUR)) };
  const names = { before: { staffName: 'Petra Vogt' }, after: { staffName: 'Lea Brandt' } };
  const moved = { before: starts.before, after: { start: '2025-11-28 09:30:00.000' } };
  const entry = { appointmentId: 748, at: NOW };
  const told = [
    noteOf({ ...entry, actor: 'U0SABINE', action: 'rescheduled', ...starts }, voice),
    noteOf({ ...entry, actor: 'U0SABINE', action: 'reassigned', ...names }, voice),
    noteOf({ ...entry, actor: 'U0SABINE', action: 'cancelled', reason: 'x y z' }, voice),
    noteOf({ ...entry, actor: 'U0SABINE', action: 'contact_fixed' }, voice),
    noteOf(
      { ...entry, actor: 'U0SABINE', action: 'snoozed', after: { until: '2025-11-25 07:00:00.000' } },
      voice,
    ),
    noteOf({ ...entry, actor: 'U0SABINE', action: 'noted', reason: 'x y z' }, voice),
    noteOf({ ...entry, actor: 'U0SABINE', action: 'called', after: { result: 'no_answer' } }, voice),
    noteOf(
      { ...entry, actor: 'U0SABINE', action: 'called', after: { result: 'agreed' }, reason: 'x y z' },
      voice,
    ),
    noteOf({ ...entry, actor: 'U0SABINE', action: 'taken', before: { by: 'U0EMIL' } }, voice),
    ...(
      [
        ...([
          'taken',
          'given_back',
          'asked_again',
          'kept_ours',
          'took_theirs',
          'undone',
          'reopened',
        ] as const),
        'orphan_cancelled',
      ] as const
    ).map((action) => noteOf({ ...entry, actor: 'U0SABINE', action }, voice)),
    noteOf({ ...entry, actor: 'bot', action: 'failed', reason: 'host_conflict' }, voice, 2),
    noteOf({ ...entry, actor: 'calcom', action: 'moved', ...moved }, voice),
    noteOf({ ...entry, actor: 'calcom', action: 'reassigned', ...moved }, voice),
    noteOf({ ...entry, actor: 'bot', action: 'reminded', after: starting }, voice),
    noteOf({ ...entry, actor: 'bot', action: 'escalated', after: starting, reason: 'S0LEADS' }, voice),
    ...(
      [
        'snooze_over',
        ...(['booked', 'moved', 'reassigned', 'adopted', 'unbooked', 'closed', 'message_replaced'] as const),
      ] as const
    ).map((action) => noteOf({ ...entry, actor: 'bot', action }, voice)),
    { actor: null, text: voice.texts.dialogs.notes.redacted },
  ];
  const drawn = told.map(({ actor, text }) =>
    drawBlocks(contentMessage(content({ tone: 'plain', actor, headline: text })).blocks),
  );
  return drawn.join('\n');
}
