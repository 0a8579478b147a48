import { type DeliveryLag, readDeliveryLag } from '../../alerts/delivery-lag.ts';
import type { QuietHours } from '../../alerts/quiet-hours.ts';
import { type Backlog, readBacklog } from '../../appointments/backlog.ts';
import { type Figures, readFigures } from '../../appointments/figures.ts';
import { type Mode, readInstallation } from '../../appointments/installation.ts';
import { type LeaseWork, readLeaseWork } from '../../appointments/leases.ts';
import { readOpenFailures } from '../../appointments/outcomes.ts';
import { readReplicas } from '../../appointments/replicas.ts';
import type { Db } from '../../database.ts';
import { type BreakerState, readBreaker } from '../../sync/breaker.ts';
import type { Pace } from '../../sync/pace.ts';

/** What the database knows of the work of all replicas, as of `now`. */
export interface RecordReading {
  now: Date;
  mode: Mode;
  figures: Figures;
  failures: Record<string, number>;
  backlog: Backlog;
  delivery: DeliveryLag;
  breaker: BreakerState['state'];
  paceWaitMs: number;
  lastComparison: LeaseWork | null;
  replicas: number;
}

export interface RecordSource {
  db: Db;
  pace: Pace;
  settings: { quietHours: QuietHours | null; timeZone: string };
}

/** One question after the other, so that it never takes more than a few connections. */
export async function readRecord({ db, pace, settings }: RecordSource, now: Date): Promise<RecordReading> {
  return {
    now,
    mode: (await readInstallation(db)).mode,
    figures: await readFigures(db, now),
    failures: await readOpenFailures(db),
    backlog: await readBacklog(db, now),
    delivery: await readDeliveryLag(db, settings, now),
    breaker: (await readBreaker(db)).state,
    paceWaitMs: await pace.readyInMs(now, false),
    lastComparison: await readLeaseWork(db, 'notice'),
    replicas: (await readReplicas(db, now)).length,
  };
}
