import { takenUntil, takerOf } from '../appointments/attention.ts';
import { readCleanup } from '../appointments/cleanups.ts';
import { readFigures } from '../appointments/figures.ts';
import { readLastTouch } from '../appointments/history.ts';
import { readInstallation } from '../appointments/installation.ts';
import { readPlanProgress, readSkipped } from '../appointments/plan-results.ts';
import { readPlan } from '../appointments/plans.ts';
import { readLastWhole } from '../appointments/reconciliations.ts';
import { readSituations, type Situation } from '../appointments/situation.ts';
import { readSummary } from '../appointments/summaries.ts';
import { readUndo, readUndone, type UndoSubject } from '../appointments/undos.ts';
import type { Db } from '../database.ts';
import { addMs, HOUR, MINUTE, SECOND } from '../instant.ts';
import { readBreaker } from '../sync/breaker.ts';
import { endedAlert, openAlert, urgencyChangesAt } from './alert.ts';
import type { AlertRow } from './alert-row.ts';
import { caseButtons } from './cancel-there.ts';
import { cleanupContent, undoneContent } from './cleanup-content.ts';
import type { Content } from './content.ts';
import { endedHold, heldAlert } from './held-alert.ts';
import { endedIncident, incidentAlert } from './incident-alert.ts';
import { morningContent, readHeldBack } from './morning-note.ts';
import { planContent } from './plan-content.ts';
import { type QuietHours, quietPeriodAt } from './quiet-hours.ts';
import { readEarlierSummaries } from './read-earlier-summaries.ts';
import { summaryContent } from './summary-content.ts';
import { endedSurplus, surplusAlert } from './surplus-alert.ts';
import { noteContent } from './thread-notes.ts';
import { changeUndoOffer, type UndoOffer, undoOffer } from './undo-button.ts';
import type { Voice } from './voice.ts';
import { waitingContent } from './waiting-alerts.ts';

const MOVING_MS = 15 * SECOND;
// Slack looks through a picture before it can be shown, mostly for a second or two.
const PICTURE_AGAIN_MS = 15 * SECOND;
const PICTURE_AWAITED_MS = 3 * MINUTE;
const NIGHT_MS = 12 * HOUR;
const INCIDENT_AGAIN_MS = 5 * MINUTE;

/** What an alert says now, and when it will say something else although nothing has happened (null: never). */
export interface AlertContent {
  content: Content;
  againAt: Date | null;
  /** When to try again if everything but the picture could be shown (null: no more). */
  againForPicture?: Date | null;
}

export async function readAlertContent(
  db: Db,
  row: AlertRow,
  { quietHours, ...reader }: Reader & { quietHours: QuietHours | null },
): Promise<AlertContent> {
  const { voice, now } = reader;
  if (row.note !== null) {
    const { revision, isRedacted } = row;
    const note = { historyId: row.note.historyId, revision, isRedacted };
    return { content: await noteContent(db, note, voice), againAt: null };
  }
  if (row.appointmentId !== null)
    return appointmentContent(db, { ...row, id: row.appointmentId }, { voice, now });
  const [about, which = ''] = row.subject.split(':');
  switch (about) {
    case 'held':
      return { content: await heldContent(db, row, { voice, now }), againAt: null };
    case 'waiting':
      return waitingContent(db, row, { voice, now });
    case 'surplus':
      return { content: await surplusContent(db, row, voice), againAt: null };
    case 'cleanup':
      return digestContent(db, Number(which), { voice, now });
    case 'plan':
      return planAlert(db, Number(which), { voice, now });
    case 'morning':
      return { content: await noteOfMorning(db, row, quietHours, voice), againAt: null };
    case 'summary':
      return dayContent(db, which, { voice, now });
    default:
      return incidentContent(db, row, { voice, now });
  }
}

/** What the note of a morning is about, also when the quiet hours were changed since. */
function nightBefore({ raisedAt }: AlertRow, quietHours: QuietHours | null, { timeZone }: Voice) {
  const period = quietPeriodAt(quietHours, { now: raisedAt, timeZone });
  return period ?? { from: addMs(raisedAt, -NIGHT_MS), until: raisedAt };
}

async function noteOfMorning(db: Db, row: AlertRow, quietHours: QuietHours | null, voice: Voice) {
  const night = nightBefore(row, quietHours, voice);
  return morningContent({ ...night, ...(await readHeldBack(db, row.raisedAt)) }, voice);
}

async function appointmentContent(
  db: Db,
  { id, revision, raisedAt, resolvedAt, resolution, isRedacted }: Omit<AlertRow, 'note'>,
  { voice, now }: { voice: Voice; now: Date },
): Promise<AlertContent> {
  const [situation = null] = isRedacted ? [] : await readSituations(db, [id]);
  const undo = situation && (await changeUndoOffer(db, situation, { voice, now }));
  const undoButtons = undo ? [undo.button] : [];
  if (resolvedAt !== null || situation === null) {
    const touch = isRedacted ? null : await readLastTouch(db, id);
    const ending = {
      ...{ id, resolution: resolution ?? 'closed:gone', situation },
      ...{ at: resolvedAt, touch: touch !== null && touch.at >= raisedAt ? touch : null },
    };
    const content = endedAlert(ending, voice);
    return { content: { ...content, buttons: undoButtons }, againAt: undo?.until ?? null };
  }
  const startsAt = situation.appointment?.startsAt;
  const urgencyAt = startsAt ? urgencyChangesAt(startsAt, now) : null;
  return {
    content: {
      ...openAlert(situation, voice, now),
      buttons: [...caseButtons(situation, revision, { voice, now }), ...undoButtons],
    },
    againAt: [undo?.until ?? null, releasedAt(situation, now)].reduce(earliest, urgencyAt),
  };
}

/** When the alert stops saying that somebody looks after it. */
function releasedAt({ record }: Situation, now: Date): Date | null {
  return takerOf(record, now) === null ? null : takenUntil(record);
}

function earliest(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}

async function heldContent(
  db: Db,
  row: AlertRow,
  { voice, now }: { voice: Voice; now: Date },
): Promise<Content> {
  const installation = await readInstallation(db);
  if (row.resolvedAt !== null) return endedHold(installation, voice);
  return heldAlert(installation, await readFigures(db, now), voice);
}

async function surplusContent(db: Db, { resolvedAt }: AlertRow, voice: Voice): Promise<Content> {
  const found = resolvedAt === null ? await readLastWhole(db) : null;
  return found === null ? endedSurplus(voice) : surplusAlert(found, voice);
}

async function incidentContent(
  db: Db,
  { raisedAt, resolvedAt }: AlertRow,
  { voice, now }: { voice: Voice; now: Date },
): Promise<AlertContent> {
  if (resolvedAt !== null) {
    return { content: endedIncident({ since: raisedAt, until: resolvedAt }, voice), againAt: null };
  }
  const [{ kind }, { pending }] = await Promise.all([readBreaker(db), readFigures(db, now)]);
  const content = incidentAlert({ kind, since: raisedAt, waiting: pending }, voice, now);
  return { content, againAt: addMs(now, INCIDENT_AGAIN_MS) };
}

async function digestContent(db: Db, runId: number, reader: Reader): Promise<AlertContent> {
  const cleanup = await readCleanup(db, runId);
  if (cleanup === null) throw new Error(`there is no cleanup ${runId}`);
  const { notices } = reader.voice.texts.undo;
  const way = await readWayBack(db, `cleanup:${runId}`, notices.reopened, reader);
  if (way.taken !== null) return { content: way.taken, againAt: null };
  const { offer } = way;
  return { content: cleanupContent(cleanup, offer, reader.voice), againAt: offer?.until ?? null };
}

async function planAlert(db: Db, planId: number, reader: Reader): Promise<AlertContent> {
  const { voice, now } = reader;
  const plan = await readPlan(db, planId);
  if (plan === null) throw new Error(`there is no plan ${planId}`);
  const way = await readWayBack(db, `plan:${planId}`, voice.texts.undo.notices.plan, reader);
  if (way.taken !== null) return { content: way.taken, againAt: null };
  const [progress, skipped, figures, { mode }] = await Promise.all([
    readPlanProgress(db, planId),
    readSkipped(db, planId),
    readFigures(db, now),
    readInstallation(db),
  ]);
  const isHeld = mode !== 'running';
  // What it had tried again is being decided.
  const isMoving = plan.settledAt === null && !isHeld;
  return {
    content: planContent({ plan, progress, skipped, figures, isHeld }, way.offer, voice),
    againAt: earliest(way.offer?.until ?? null, isMoving ? addMs(now, MOVING_MS) : null),
  };
}

interface Reader {
  voice: Voice;
  now: Date;
}

type WayBack = { taken: Content } | { taken: null; offer: UndoOffer | null };

/** The one line that is left when it was taken back, else the button for that while it may be. */
async function readWayBack(db: Db, subject: UndoSubject, notice: string, reader: Reader): Promise<WayBack> {
  const undo = await readUndo(db, subject);
  if (undo?.asked) return { taken: undoneContent(undo.asked, await readUndone(db, undo), reader.voice) };
  return { taken: null, offer: undoOffer(undo, notice, reader) };
}

async function dayContent(db: Db, localDate: string, { voice, now }: Reader): Promise<AlertContent> {
  const summary = await readSummary(db, localDate);
  if (summary === null) throw new Error(`there is no summary of ${localDate}`);
  const told = summaryContent(summary, await readEarlierSummaries(db, localDate), voice);
  const isFresh = now < addMs(summary.takenAt, PICTURE_AWAITED_MS);
  return {
    content: { ...told, picture: summary.picture },
    againAt: null,
    againForPicture: isFresh ? addMs(now, PICTURE_AGAIN_MS) : null,
  };
}
