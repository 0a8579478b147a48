import { countAttemptsSince } from '../appointments/attempts.ts';
import { readLastRun } from '../appointments/cron-runs.ts';
import { readFigures } from '../appointments/figures.ts';
import { countHomeRows, type HomeRow, readHomeRows } from '../appointments/home-list.ts';
import { readInstallation } from '../appointments/installation.ts';
import type { HomeChoice } from '../appointments/opened-homes.ts';
import { readLastPlan } from '../appointments/plans.ts';
import { readReplicas } from '../appointments/replicas.ts';
import type { Db } from '../database.ts';
import { addMs, MINUTE } from '../instant.ts';
import { readBreaker } from '../sync/breaker.ts';
import { readBusyUntil } from '../sync/pace.ts';

const ROWS = 15;

/** A page of the list; `page` is the last there is when a later one was asked for. */
export interface HomeListing {
  rows: HomeRow[];
  total: number;
  page: number;
  pages: number;
}

export type HomeReads = ReturnType<typeof createHomeReads>;
export type Engine = Awaited<ReturnType<typeof readEngine>>;

/** What App Homes show, as of `now` and read at most once: many people look at the same. */
export function createHomeReads(db: Db, now: Date) {
  const read = new Map<string, Promise<unknown>>();
  function once<T>(name: string, readNow: () => Promise<T>): Promise<T> {
    const known = (read.get(name) as Promise<T> | undefined) ?? readNow();
    read.set(name, known);
    return known;
  }
  return {
    now,
    figures: () => once('figures', () => readFigures(db, now)),
    installation: () => once('installation', () => readInstallation(db)),
    breaker: () => once('breaker', () => readBreaker(db)),
    engine: () => once('engine', () => readEngine(db, now)),
    list(choice: HomeChoice, reader: string): Promise<HomeListing> {
      const { filter, page } = choice;
      const whose = filter === 'mine' ? reader : '';
      return once(`${filter} ${page} ${whose}`, () => readListing(db, { ...choice, reader, now }));
    },
  };
}

async function readListing(
  db: Db,
  { page: wanted, ...list }: HomeChoice & { reader: string; now: Date },
): Promise<HomeListing> {
  const total = await countHomeRows(db, list);
  const pages = Math.max(1, Math.ceil(total / ROWS));
  const page = Math.min(Math.max(1, wanted), pages);
  const rows = await readHomeRows(db, { ...list, limit: ROWS, offset: (page - 1) * ROWS });
  return { rows, total, page, pages };
}

async function readEngine(db: Db, now: Date) {
  const [breaker, replicas, cleanup, summary, plan, attempts, busyUntil] = await Promise.all([
    readBreaker(db),
    readReplicas(db, now),
    readLastRun(db, 'cleanup'),
    readLastRun(db, 'summary'),
    readLastPlan(db),
    countAttemptsSince(db, addMs(now, -MINUTE)),
    readBusyUntil(db, now),
  ]);
  return { breaker, replicas, runs: { cleanup, summary }, plan, attempts, busyUntil };
}
