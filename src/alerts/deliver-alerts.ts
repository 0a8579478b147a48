import { readInstallation } from '../appointments/installation.ts';
import { recordLeaseWork, releaseLease, takeLease } from '../appointments/leases.ts';
import { type Clock, startTimer } from '../clock.ts';
import type { Db } from '../database.ts';
import { addMs, HOUR, MINUTE, SECOND } from '../instant.ts';
import type { Log } from '../log.ts';
import { logWith } from '../log-context.ts';
import type { Measures } from '../measures.ts';
import { tellPosted, tellUpdated } from './alert-lines.ts';
import {
  type AlertRow,
  nextDeliveryAt,
  nextDueAlert,
  postponeDelivery,
  recordMessageGone,
  recordNotPosted,
  recordPosted,
  recordPostIntent,
  recordPostUnclear,
  recordThreadGone,
  recordUpdated,
} from './alert-row.ts';
import { shownAs } from './delivery-lag.ts';
import { raiseMorningNote } from './morning-note.ts';
import type { Later, Mark, Place, Poster, Shown } from './poster.ts';
import { type QuietHours, type QuietPeriod, quietPeriodAt } from './quiet-hours.ts';
import { type AlertContent, readAlertContent } from './read-alert-content.ts';
import { type AlertRoute, besideRoute, routeOf } from './routes.ts';
import type { Locale } from './texts.ts';
import { queueNotes } from './thread-notes.ts';
import { createVoice, type Voice } from './voice.ts';

export interface Delivery {
  db: Db;
  clock: Clock;
  log: Log;
  measures?: Measures;
  poster: Poster;
  /** Names this process among the replicas. */
  holder: string;
  /** Once it aborts no further alert is begun. */
  stopping?: AbortSignal;
  settings: {
    /** Where everything goes that no route leads elsewhere. */
    channel: string;
    routes: readonly AlertRoute[];
    quietHours: QuietHours | null;
    timeZone: string;
    locale: Locale;
    alertLookupMs: number;
  };
}

interface Work extends Delivery {
  installationId: string;
  voice: Voice;
  /**
   * Then nothing is sent any more: it might arrive after the lease, when another has looked for the post in vain and sent
   * it, or has shown what came after.
   */
  isLate: () => boolean;
}

// Longer than the calls that one alert may take, each bounded by the poster.
const LEASE_MS = MINUTE;
const OTHERS_TURN_MS = 15 * SECOND;
const ALERTS_AT_ONCE_MAX = 10;
const REFUSED_RETRY_MS = HOUR;
const UNREADABLE_RETRY_MS = 10 * MINUTE;
// Slack names a message by its own clock, which may differ from ours.
const CLOCKS_DIFFER_MS = 5 * MINUTE;

/**
 * Makes the channel show what the due alerts say, at most ten at once, the most urgent first. Only one replica does so
 * at a time. Returns how many are shown now and when to come again (null: when something is raised). Throws when the
 * database fails; then everything is as it was, and comes again.
 */
export async function deliverAlerts(delivery: Delivery): Promise<{ delivered: number; nextAt: Date | null }> {
  const { db, clock, holder, settings } = delivery;
  const startedMs = performance.now();
  const { mode, installationId, since } = await readInstallation(db);
  const held = mode !== 'running';
  let voice: Voice | undefined;
  const quiet = held ? null : await startOrEndQuiet(delivery);
  const seen: number[] = [];
  let delivered = 0;
  const mayGoOn = () => !delivery.stopping?.aborted && clock.isSure?.() !== false;
  while (seen.length < ALERTS_AT_ONCE_MAX && mayGoOn()) {
    const now = clock.now();
    const isLate = startTimer(clock, LEASE_MS / 2);
    const row = await nextDueAlert(db, { now, held, quiet, except: seen });
    if (!row) break;
    if (!(await takeLease(db, { name: 'delivery', holder, ms: LEASE_MS, now })))
      return { delivered, nextAt: addMs(clock.now(), OTHERS_TURN_MS) };
    seen.push(row.id);
    // Not before it is needed: a voice is costly, and mostly there is nothing to say.
    voice ??= createVoice(settings);
    const work = { ...delivery, installationId, voice, isLate };
    if (!(await logWith({ appointmentId: row.appointmentId }, () => deliverAlert(work, row)))) continue;
    delivered++;
    delivery.measures?.alert(shownAs(row, { ...settings, modeSince: since, now: clock.now() }));
  }
  const lease = { name: 'delivery', holder } as const;
  if (delivered > 0) {
    await recordLeaseWork(db, lease, { at: clock.now(), tookMs: performance.now() - startedMs });
  }
  if (seen.length > 0) await releaseLease(db, lease);
  return { delivered, nextAt: await nextDeliveryAt(db, { held, quiet }) };
}

const MORNING_MS = 12 * HOUR;

/** The quiet hours that hold delivery back now; after them it is first told what they held back. */
async function startOrEndQuiet({ db, clock, settings }: Delivery): Promise<QuietPeriod | null> {
  const { quietHours, timeZone } = settings;
  const now = clock.now();
  const period = quietPeriodAt(quietHours, { now, timeZone });
  if (period === null) return null;
  if (now < period.until) return period;
  if (now < addMs(period.until, MORNING_MS)) await raiseMorningNote(db, { period, timeZone, now });
  return null;
}

/** True when the channel shows the alert as it was read. */
async function deliverAlert(work: Work, row: AlertRow): Promise<boolean> {
  if (row.channel !== null && row.ts !== null) {
    return updateMessage(work, row, { channel: row.channel, ts: row.ts });
  }
  if (row.channel !== null && row.postIntentAt !== null) {
    return lookUpPost(work, { ...row, channel: row.channel, postIntentAt: row.postIntentAt }, null);
  }
  if (row.resolvedAt !== null) {
    await recordNotPosted(work.db, row, work.clock.now());
    return false;
  }
  return postMessage(work, row);
}

async function postMessage(work: Work, row: AlertRow): Promise<boolean> {
  const { db, settings } = work;
  const routed = row.note ? row.note.parent.channel : await routeOf(db, settings.routes, row.appointmentId);
  return postInto(work, row, routed ?? settings.channel);
}

async function postInto(work: Work, row: AlertRow, channel: string): Promise<boolean> {
  const { db, clock, log, poster, settings } = work;
  const shown = await readContent(work, { ...row, channel });
  if (!shown) return false;
  const now = clock.now();
  if (!(await recordPostIntent(db, row, { channel, now }))) return false;
  if (work.isLate()) return false;
  const begun = { ...row, channel, postIntentAt: now };
  const mark = markOf(work, row);
  const posted = row.note
    ? await poster.reply(row.note.parent, shown.content, mark)
    : await poster.post(channel, shown.content, mark);
  switch (posted.is) {
    case 'shown':
      return recordShown(work, begun, {
        ts: posted.ts,
        revision: row.revision,
        againAt: againAfter(shown, posted),
      });
    case 'unclear':
      return lookUpPost(work, begun, shown);
    case 'later':
      if (!(await recordNotPosted(db, begun, posted.retryAt))) return false;
      if (row.note || !isForsaken(work, channel, posted)) return false;
      log.warn({ alertId: row.id, channel }, 'route.closed');
      return postInto(work, row, settings.channel);
    case 'gone':
      if (row.note) await recordThreadGone(db, begun, row.note, clock.now());
      return false;
    case 'refused':
      await recordNotPosted(db, begun, addMs(clock.now(), REFUSED_RETRY_MS));
      return false;
  }
}

type BegunRow = AlertRow & { channel: string; postIntentAt: Date };

/**
 * Looks for a post whose end is not known, before anything is sent again: it may land for a while after its answer was
 * lost. `shown` is what it showed; null when another process sent it, and nobody knows how it looked.
 */
async function lookUpPost(work: Work, begun: BegunRow, shown: AlertContent | null): Promise<boolean> {
  const { db, clock, poster, settings } = work;
  const { channel, postIntentAt } = begun;
  const oldest = addMs(postIntentAt, -CLOCKS_DIFFER_MS);
  const mark = markOf(work, begun);
  const found = begun.note
    ? await poster.findReply(begun.note.parent, mark, oldest)
    : await poster.find(channel, mark, oldest);
  if (found.is === 'found') {
    const revision = shown ? begun.revision : 0;
    const recorded = await recordShown(work, begun, {
      ts: found.ts,
      revision,
      againAt: shown?.againAt ?? null,
    });
    return shown !== null && recorded;
  }
  if (found.is === 'later' && !isForsaken(work, channel, found)) {
    await recordPostUnclear(db, begun, found.retryAt);
    return false;
  }
  const landsUntil = addMs(postIntentAt, settings.alertLookupMs);
  if (clock.now() < landsUntil) {
    await recordPostUnclear(db, begun, landsUntil);
    return false;
  }
  if (!(await recordNotPosted(db, begun, clock.now())) || begun.resolvedAt !== null) return false;
  return postMessage(work, { ...begun, channel: null, postIntentAt: null });
}

async function updateMessage(work: Work, row: AlertRow, place: Place): Promise<boolean> {
  const { db, clock, poster } = work;
  const shown = await readContent(work, row);
  if (!shown || work.isLate()) return false;
  const updated = await poster.update(place, shown.content);
  switch (updated.is) {
    case 'shown':
      return recordChanged(work, row, againAfter(shown, updated));
    case 'gone':
      // A line that was deleted has been read.
      if (row.note)
        return recordUpdated(db, row, { revision: row.revision, againAt: null, now: clock.now() });
      return replaceMessage(work, row);
    case 'later':
      if (isForsaken(work, place.channel, updated)) return replaceMessage(work, row);
      await postponeDelivery(db, row, updated.retryAt);
      return false;
    case 'refused':
      await postponeDelivery(db, row, addMs(clock.now(), REFUSED_RETRY_MS));
      return false;
  }
}

async function replaceMessage(work: Work, row: AlertRow): Promise<boolean> {
  if (!(await recordMessageGone(work.db, row, work.clock.now())) || row.resolvedAt !== null) return false;
  return postMessage(work, { ...row, ts: null, channel: null });
}

async function recordShown(
  { db, log, clock }: Work,
  begun: BegunRow,
  shown: { ts: string; revision: number; againAt: Date | null },
): Promise<boolean> {
  const recorded = await recordPosted(db, begun, { ...shown, now: clock.now() });
  const place = { channel: begun.channel, ts: shown.ts };
  if (recorded) tellPosted(log, begun, place);
  else log.warn({ alertId: begun.id, ...place }, 'alert.overtaken');
  return recorded;
}

async function recordChanged(
  { db, log, clock }: Work,
  row: AlertRow,
  againAt: Date | null,
): Promise<boolean> {
  const recorded = await recordUpdated(db, row, { revision: row.revision, againAt, now: clock.now() });
  if (recorded) tellUpdated(log, row);
  return recorded;
}

function againAfter({ againAt, againForPicture = null }: AlertContent, { isBare }: Shown): Date | null {
  return isBare ? againForPicture : againAt;
}

/** Queues what happened for the alert's thread, too. One alert that cannot be described must not keep others back. */
async function readContent(work: Work, row: AlertRow): Promise<AlertContent | null> {
  const { db, clock, log, settings, voice } = work;
  const now = clock.now();
  try {
    if (row.note === null) await queueNotes(db, row, now);
    const read = await readAlertContent(db, row, { voice, now, quietHours: settings.quietHours });
    return row.note || row.resolvedAt ? read : await withLostRoute(work, row, read);
  } catch (error) {
    const { id: alertId, appointmentId } = row;
    log.error({ err: error, alertId, appointmentId }, 'alert.not_described');
    await postponeDelivery(db, row, addMs(now, UNREADABLE_RETRY_MS));
    return null;
  }
}

/** Says so when an open alert does not stand where its route leads. */
async function withLostRoute({ db, settings, voice }: Work, row: AlertRow, read: AlertContent) {
  const route = await routeOf(db, settings.routes, row.appointmentId);
  if (route === null || row.channel === null || row.channel === route) return read;
  return { ...read, content: besideRoute(read.content, route, voice) };
}

/** A routed channel, or one of former settings, that is closed to us now; the default one takes over. */
function isForsaken({ settings }: Work, channel: string, later: Later): boolean {
  return later.because === 'channel' && channel !== settings.channel;
}

function markOf({ installationId }: Work, row: AlertRow): Mark {
  return { installationId, alertId: row.id };
}
