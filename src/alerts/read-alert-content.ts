import { readFigures } from '../appointments/figures.ts';
import { readInstallation } from '../appointments/installation.ts';
import { readSituations } from '../appointments/situation.ts';
import { readSummary, readSummaryBefore } from '../appointments/summaries.ts';
import { readCleanup, undoUntil } from '../appointments/undo-close.ts';
import type { Db } from '../database.ts';
import { readBreaker } from '../sync/breaker.ts';
import { criticalFrom, endedAlert, openAlert } from './alert.ts';
import { alertButtons } from './alert-buttons.ts';
import type { AlertRow } from './alert-row.ts';
import { cleanupContent } from './cleanup-content.ts';
import type { Content } from './content.ts';
import { endedHold, heldAlert } from './held-alert.ts';
import { endedIncident, incidentAlert } from './incident-alert.ts';
import { summaryContent } from './summary-content.ts';
import { noteContent } from './thread-notes.ts';
import type { Voice } from './voice.ts';

/** What an alert says now, and when it will say something else although nothing has happened (null: never). */
export interface AlertContent {
  content: Content;
  againAt: Date | null;
}

export async function readAlertContent(
  db: Db,
  row: AlertRow,
  { voice, now }: { voice: Voice; now: Date },
): Promise<AlertContent> {
  if (row.note !== null) {
    const { revision, note } = row;
    const { historyId } = note;
    return { content: await noteContent(db, { historyId, revision }, voice), againAt: null };
  }
  if (row.appointmentId !== null)
    return appointmentContent(db, { ...row, id: row.appointmentId }, { voice, now });
  const [about, which = ''] = row.subject.split(':');
  switch (about) {
    case 'held':
      return { content: await heldContent(db, row, { voice, now }), againAt: null };
    case 'cleanup':
      return digestContent(db, Number(which), { voice, now });
    case 'summary':
      return { content: await dayContent(db, which, voice), againAt: null };
    default:
      return { content: await incidentContent(db, row, { voice, now }), againAt: null };
  }
}

async function appointmentContent(
  db: Db,
  { id, revision, resolvedAt, resolution }: Pick<AlertRow, 'id' | 'revision' | 'resolvedAt' | 'resolution'>,
  { voice, now }: { voice: Voice; now: Date },
): Promise<AlertContent> {
  const [situation = null] = await readSituations(db, [id]);
  if (resolvedAt !== null || situation === null) {
    const content = endedAlert({ id, resolution: resolution ?? 'closed:gone', situation }, voice);
    return { content, againAt: null };
  }
  const startsAt = situation.appointment?.startsAt;
  const turnsCritical = startsAt && criticalFrom(startsAt) > now;
  return {
    content: {
      ...openAlert(situation, voice, now),
      buttons: alertButtons(situation.record, revision, voice),
    },
    againAt: turnsCritical ? criticalFrom(startsAt) : null,
  };
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

async function incidentContent(
  db: Db,
  { raisedAt, resolvedAt }: AlertRow,
  { voice, now }: { voice: Voice; now: Date },
): Promise<Content> {
  if (resolvedAt !== null) return endedIncident({ since: raisedAt, until: resolvedAt }, voice);
  const [{ kind }, { pending }] = await Promise.all([readBreaker(db), readFigures(db, now)]);
  return incidentAlert({ kind, since: raisedAt, waiting: pending }, voice, now);
}

async function digestContent(
  db: Db,
  runId: number,
  { voice, now }: { voice: Voice; now: Date },
): Promise<AlertContent> {
  const cleanup = await readCleanup(db, runId);
  if (cleanup === null) throw new Error(`there is no cleanup ${runId}`);
  const until = undoUntil(cleanup);
  const losesButton = cleanup.undone === null && now < until;
  return { content: cleanupContent(cleanup, voice, now), againAt: losesButton ? until : null };
}

async function dayContent(db: Db, localDate: string, voice: Voice): Promise<Content> {
  const summary = await readSummary(db, localDate);
  if (summary === null) throw new Error(`there is no summary of ${localDate}`);
  return summaryContent(summary, await readSummaryBefore(db, localDate), voice);
}
