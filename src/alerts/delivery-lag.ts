import { readInstallation } from '../appointments/installation.ts';
import { readLeaseWork } from '../appointments/leases.ts';
import type { Db } from '../database.ts';
import { type AlertRow, readDue } from './alert-row.ts';
import { type QuietHours, quietPeriodAt } from './quiet-hours.ts';

interface Hours {
  quietHours: QuietHours | null;
  timeZone: string;
}

export interface DeliveryLag {
  /** How many alerts could be shown now. */
  due: number;
  /** Since when the oldest of them could be; null when none is due. */
  since: Date | null;
  /** When any replica last showed one. */
  lastShownAt: Date | null;
}

/** How far the channel is behind what the alerts say. What waits for its turn, a pause or the morning is not behind. */
export async function readDeliveryLag(db: Db, hours: Hours, now: Date): Promise<DeliveryLag> {
  const { mode, since: modeSince } = await readInstallation(db);
  const held = mode !== 'running';
  const period = quietPeriodAt(hours.quietHours, { now, timeZone: hours.timeZone });
  const quiet = !held && period && now < period.until ? period : null;
  const { due, oldestAt } = await readDue(db, { now, held, quiet });
  const since = oldestAt && latest([oldestAt, ...freedAt(modeSince, hours, now)]);
  return { due, since, lastShownAt: (await readLeaseWork(db, 'delivery'))?.at ?? null };
}

/** As what an alert is shown now, and how long ago it could have been. */
export function shownAs(
  row: AlertRow,
  { modeSince, now, ...hours }: Hours & { modeSince: Date | null; now: Date },
): { as: 'post' | 'update' | 'line'; delayMs: number } {
  const wantedAt = row.ts === null ? row.raisedAt : (row.deliverAt ?? now);
  return {
    as: row.note ? 'line' : row.ts === null ? 'post' : 'update',
    delayMs: now.getTime() - latest([wantedAt, ...freedAt(modeSince, hours, now)]).getTime(),
  };
}

/** When what holds delivery back was over: another mode, and the last quiet hours. */
function freedAt(modeSince: Date | null, { quietHours, timeZone }: Hours, now: Date): Date[] {
  const quietUntil = quietPeriodAt(quietHours, { now, timeZone })?.until;
  return [modeSince, quietUntil].filter((at): at is Date => at instanceof Date && at <= now);
}

function latest(instants: Date[]): Date {
  return new Date(Math.max(...instants.map((at) => at.getTime())));
}
