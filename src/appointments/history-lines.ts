import { type Db, logOf, type Tx } from '../database.ts';
import type { Log } from '../log.ts';
import type { HistoryEntry } from './history.ts';

/** What entries keep of before and after, as far as the log may tell it: no contact, no name, nothing typed. */
interface Values {
  uid?: string;
  staff?: string;
  staff_id?: string;
  start?: string;
  starts_at?: string;
  state?: string;
  until?: string;
  result?: string;
  fields?: string[];
  plan?: number;
}

interface Told {
  entry: HistoryEntry;
  by: { appointmentId: number; actor: string };
  before: Values;
  after: Values;
}

type Tell = (log: Log, told: Told) => void;

const visitOf = ({ by, after }: Told) => ({
  ...by,
  uid: after.uid ?? '',
  staffId: after.staff ?? '',
  startsAt: after.start ?? '',
});
const followed = ({ by }: Told) => by.actor === 'calcom';

/** The line for each action; null: whoever appends the entry has more to tell, and does. */
const lines = {
  imported: (log, { by, entry, after }) =>
    log.info(
      { appointmentId: by.appointmentId, state: after.state ?? '', kind: entry.reason, uid: after.uid },
      'appointment.imported',
    ),
  linked: (log, { by: { appointmentId }, after }) =>
    log.info({ appointmentId, state: after.state ?? '', uid: after.uid ?? '' }, 'appointment.linked'),
  import_complete: null,
  booked: (log, told) =>
    log.info(visitOf(told), told.entry.hadFailed ? 'appointment.repaired' : 'appointment.booked'),
  moved: (log, told) =>
    log.info(
      { ...visitOf(told), was: told.before.start },
      followed(told) ? 'appointment.followed' : 'appointment.moved',
    ),
  reassigned: (log, told) => {
    // A person's wish has no booking yet.
    if (told.after.staff_id !== undefined)
      log.info({ ...told.by, staffId: told.after.staff_id }, 'appointment.handed_over');
    else log.info(visitOf(told), followed(told) ? 'appointment.followed' : 'appointment.reassigned');
  },
  adopted: (log, told) => log.info(visitOf(told), 'appointment.adopted'),
  unbooked: (log, { by, before }) => log.info({ ...by, uid: before.uid }, 'appointment.unbooked'),
  failed: null,
  closed: (log, { by, entry, before }) =>
    log.info({ ...by, reason: entry.reason ?? '', uid: before.uid }, 'appointment.closed'),
  orphan_cancelled: (log, { by, before }) => log.info({ ...by, uid: before.uid ?? '' }, 'orphan.cancelled'),
  rescheduled: (log, { by, before, after }) =>
    log.info({ ...by, startsAt: after.starts_at ?? '', was: before.start ?? '' }, 'appointment.rescheduled'),
  cancelled: (log, { by }) => log.info(by, 'appointment.cancelled'),
  contact_fixed: (log, { by, after }) => log.info({ ...by, fields: after.fields ?? [] }, 'contact.fixed'),
  asked_again: (log, { by }) => log.info(by, 'retry.asked'),
  kept_ours: (log, { by, entry }) => log.info({ ...by, outcome: entry.action }, 'truth.chosen'),
  took_theirs: (log, { by, entry }) => log.info({ ...by, outcome: entry.action }, 'truth.chosen'),
  taken: (log, { by }) => log.info(by, 'appointment.taken'),
  given_back: (log, { by }) => log.info(by, 'appointment.given_back'),
  snoozed: (log, { by, after }) => log.info({ ...by, until: after.until ?? '' }, 'alert.snoozed'),
  snooze_over: (log, { by: { appointmentId } }) => log.info({ appointmentId }, 'snooze.ended'),
  called: (log, { by, after }) => log.info({ ...by, result: after.result ?? '' }, 'customer.called'),
  noted: (log, { by }) => log.info(by, 'note.written'),
  reopened: (log, { by }) => log.info(by, 'appointment.reopened'),
  undone: (log, { by }) => log.info(by, 'change.undone'),
  refused: (log, { by, entry }) =>
    log.info(
      { actor: by.actor, action: entry.reason ?? '', appointmentId: entry.appointmentId },
      'action.refused',
    ),
  reminded: (log, { by: { appointmentId }, after }) =>
    log.info({ appointmentId, startsAt: after.starts_at ?? '' }, 'reminder.raised'),
  escalated: (log, { by: { appointmentId }, entry, after }) =>
    log.info(
      { appointmentId, startsAt: after.starts_at ?? '', group: entry.reason ?? '' },
      'reminder.escalated',
    ),
  message_replaced: (log, { by: { appointmentId } }) => log.info({ appointmentId }, 'message.replaced'),
  held: (log, { by: { actor } }) => log.info({ actor }, 'sync.held'),
  started: (log, { by: { actor } }) => log.info({ actor }, 'sync.started'),
  restored: (log, { by: { actor } }) => log.info({ actor }, 'record.restored'),
  plan_started: (log, { by: { actor }, after }) =>
    log.info({ actor, planId: after.plan ?? 0 }, 'plan.started'),
} as const satisfies Record<string, Tell | null>;

/** What can be done, in one past participle each. */
export type HistoryAction = keyof typeof lines;

/** Tells the entries to the log once they are committed: at once outside of a transaction. */
export function tellWhenCommitted(db: Db, entries: HistoryEntry[]): void {
  const log = logOf(db);
  const tellAll = () => {
    for (const entry of entries) tell(log, entry);
  };
  if (db.isTransaction) void (db as Tx).executionPromise.then(tellAll, () => {});
  else tellAll();
}

function tell(log: Log, entry: HistoryEntry): void {
  const line: Tell | null = lines[entry.action];
  const { appointmentId, actor, before = {}, after = {} } = entry;
  line?.(log, {
    entry,
    // Who is refused may be anything: it is read from what was sent.
    by: { appointmentId: appointmentId ?? 0, actor: String(actor) || 'nobody' },
    before: before as Values,
    after: after as Values,
  });
}
