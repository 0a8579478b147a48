import { readFigures } from '../appointments/figures.ts';
import { readInstallation } from '../appointments/installation.ts';
import { readSituations } from '../appointments/situation.ts';
import type { Db } from '../database.ts';
import { readBreaker } from '../sync/breaker.ts';
import { criticalFrom, endedAlert, openAlert } from './alert.ts';
import type { AlertRow } from './alert-row.ts';
import type { Content } from './content.ts';
import { endedHold, heldAlert } from './held-alert.ts';
import { endedIncident, incidentAlert } from './incident-alert.ts';
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
  if (row.appointmentId !== null)
    return appointmentContent(db, { ...row, id: row.appointmentId }, { voice, now });
  const content =
    row.subject === 'held'
      ? await heldContent(db, row, { voice, now })
      : await incidentContent(db, row, { voice, now });
  return { content, againAt: null };
}

async function appointmentContent(
  db: Db,
  { id, resolvedAt, resolution }: Pick<AlertRow, 'id' | 'resolvedAt' | 'resolution'>,
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
    content: openAlert(situation, voice, now),
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
