import type { AlertRow } from '../../src/alerts/alert-row.ts';
import type { Content } from '../../src/alerts/content.ts';
import { readAlertContent } from '../../src/alerts/read-alert-content.ts';
import type { Voice } from '../../src/alerts/voice.ts';
import type { Db } from '../../src/database.ts';
import { fromSqlInstant, fromSqlInstantOrNull } from '../../src/instant.ts';
import type { SimulatedSlack } from './simulated-slack.ts';
import type { Sqlite } from './sqlite.ts';

type AlertColumns = Record<'id' | 'revision', number> &
  Record<'appointment_id' | 'thread_of' | 'history_id', number | null> &
  Record<'subject' | 'raised_at', string> &
  Record<'channel' | 'ts' | 'deliver_at' | 'resolved_at' | 'resolution', string | null>;

/** Where the channel does not show what the record says; empty when it does. */
export async function wronglyShown(
  { raw, db, slack }: { raw: Sqlite; db: Db; slack: SimulatedSlack },
  { voice, now }: { voice: Voice; now: Date },
): Promise<string[]> {
  const alerts = raw.prepare('SELECT * FROM alerts ORDER BY id').all() as AlertColumns[];
  const wrong: string[] = [];
  for (const alert of alerts) {
    const messages = slack.messages.filter(({ alertId }) => alertId === alert.id);
    const [message] = messages;
    if (messages.length > 1) wrong.push(`alert ${alert.id} is shown ${messages.length} times`);
    // What lands late below a message that was deleted meanwhile is nobody's.
    else if (message && message.ts !== alert.ts && slack.deleted.has(Number(alert.thread_of))) continue;
    else if (message && message.ts !== alert.ts) wrong.push(`alert ${alert.id} does not know its message`);
    else if (message) {
      const { content } = await readAlertContent(db, toRow(alert, alerts), { voice, now, quietHours: null });
      const what = alert.resolved_at === null ? essence : headlineOf;
      if (what(content) !== what(message.content)) {
        wrong.push(
          `alert ${alert.id} is not shown as it is: ${difference(what(message.content), what(content))}`,
        );
      }
    } else if (alert.thread_of === null && alert.resolved_at === null && !slack.deleted.has(alert.id)) {
      wrong.push(`alert ${alert.id} (${alert.subject}) is not shown`);
    }
  }
  return wrong;
}

function toRow(alert: AlertColumns, alerts: AlertColumns[]): AlertRow {
  const parent = alerts.find(({ id }) => id === alert.thread_of);
  return {
    id: alert.id,
    subject: alert.subject,
    appointmentId: alert.appointment_id,
    revision: alert.revision,
    postIntentAt: null,
    deliverAt: null,
    channel: alert.channel,
    ts: alert.ts,
    raisedAt: fromSqlInstant(alert.raised_at),
    resolvedAt: fromSqlInstantOrNull(alert.resolved_at),
    resolution: alert.resolution,
    isRedacted: false,
    note:
      parent === undefined
        ? null
        : {
            historyId: Number(alert.history_id),
            parent: { alertId: parent.id, channel: parent.channel ?? '', ts: parent.ts ?? '' },
          },
  };
}

/** A case that is over is not told anew when its appointment goes on. */
const headlineOf = ({ headline }: Content) => headline;

/** What does not depend on when it was written. */
function essence({ headline, facts, paragraphs, buttons }: Content): string {
  const plain = facts.map(({ label, value, actor }) => [label, value, actor]);
  return JSON.stringify([headline, plain, paragraphs, buttons.map(({ action, value }) => [action, value])]);
}

function difference(shown: string, right: string): string {
  const at = Math.max(0, [...shown].findIndex((letter, index) => letter !== right[index]) - 30);
  return `${shown.slice(at, at + 90)} | ${right.slice(at, at + 90)}`;
}
