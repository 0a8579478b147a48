import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { playScenario } from '../../sandbox/play-scenario.ts';
import { readScenario } from '../../sandbox/scenario.ts';
import { startStage } from '../../sandbox/stage.ts';
import { type Db, openDatabase } from '../../src/database.ts';
import type { BusinessTable } from '../../src/database-map.ts';
import { withFate } from '../support/bookable.ts';
import { databases } from '../support/databases.ts';
import {
  COLUMNS_OF_APPOINTMENTS,
  COMPANY,
  type ExistingSchema,
  existingSystem,
  INDEXES_MAX,
  OTHER_NAMES,
  SAME_NAMES,
  SEVERAL_COMPANIES,
  theirName,
} from '../support/existing-schema.ts';

const seed = readScenario(path.join(import.meta.dirname, '../../sandbox/scenarios/seed.json'));

type Row = Record<string, unknown>;

interface Snapshot {
  definitions: string[];
  rows: Record<string, Row[]>;
}

/** Everything that the booking system's tables are and hold. */
async function snapshotOf(db: Db, schema: ExistingSchema): Promise<Snapshot> {
  const snapshot: Snapshot = { definitions: [], rows: {} };
  for (const [table, name] of Object.entries(schema.tables)) {
    const [[definition]] = await db.raw('SHOW CREATE TABLE ??', [name]);
    snapshot.definitions.push(definition['Create Table'].replace(/ AUTO_INCREMENT=\d+/, ''));
    const keys = table === 'calcom_event_map' ? ['service_id', 'staff_id'] : ['id'];
    snapshot.rows[table] = await db(name).orderBy(
      keys.map((key) => theirName(schema, table as BusinessTable, key)),
    );
  }
  return snapshot;
}

for (const engine of databases().filter(({ name }) => name === 'mariadb'))
  for (const schema of [SAME_NAMES, SEVERAL_COMPANIES, OTHER_NAMES])
    describe(`an existing database on mariadb: ${schema.name}`, { skip: engine.skip }, () => {
      it('plays the scenario to the same figures, and stays what it was but for our columns', async () => {
        const database = await engine.open();
        const folder = mkdtempSync(path.join(tmpdir(), 'sync-bot-map-'));
        const mapFile = path.join(folder, 'database-map.yml');
        if (schema.map !== null) writeFileSync(mapFile, schema.map);
        const theirs = openDatabase(database.url);
        let before: Snapshot | undefined;
        const system = existingSystem(schema);
        const stage = await startStage(seed, {
          frozen: true,
          settings: {
            LOG_LEVEL: 'fatal',
            DATABASE_URL: database.url,
            ...(schema.map !== null && { DATABASE_MAP: mapFile }),
          },
          bookingSystem: {
            ...system,
            async fill(db, scenario) {
              await system.fill(db, scenario);
              before = await snapshotOf(theirs, schema);
            },
          },
        });
        try {
          assert.deepEqual(await playScenario(stage, seed), seed.expect);
          assert.ok(before);
          compare(schema, before, await snapshotOf(theirs, schema));
        } finally {
          await stage.stop();
          await theirs.destroy();
          rmSync(folder, { recursive: true });
          await database.drop();
        }
      });
    });

/** What the plan closed has a new status and time of change; nothing else is different. */
function compare(schema: ExistingSchema, before: Snapshot, after: Snapshot): void {
  const their = (ours: string) => theirName(schema, 'appointments', ours);
  assert.deepEqual(after.definitions, before.definitions);
  const [definition = ''] = before.definitions;
  assert.equal(definition.match(/^ {2}`/gm)?.length, COLUMNS_OF_APPOINTMENTS);
  assert.equal(definition.match(/^ {2}(PRIMARY )?KEY /gm)?.length, INDEXES_MAX);
  const kept = keptRows(schema, before, after);
  const formerly = before.rows;
  for (const table of ['customers', 'staff', 'services', 'calcom_event_map'])
    assert.deepEqual(kept[table], formerly[table], table);
  const owned = (row: Row) => row.company_id === COMPANY && row.deleted_at === null;
  const withoutOurs = (row: Row) =>
    owned(row) ? { ...row, [their('status')]: undefined, [their('updated_at')]: undefined } : row;
  assert.deepEqual(kept.appointments?.map(withoutOurs), formerly.appointments?.map(withoutOurs));
  const changed = (kept.appointments ?? []).filter(
    (row, at) => row[their('status')] !== formerly.appointments?.[at]?.[their('status')],
  );
  const closed = withFate(seed, 'past', 'no_staff', 'duplicate', 'no_event_type').map(({ id }) => id);
  assert.deepEqual(
    changed.map((row) => [row[their('id')], row[their('status')]]),
    closed.toSorted((one, other) => one - other).map((id) => [id, schema.words.cancelled]),
  );
}

/** The rows that were there before; those that the scenario inserts are left out. */
function keptRows(schema: ExistingSchema, before: Snapshot, after: Snapshot): Record<string, Row[]> {
  const keyOf = (table: string, row: Row) =>
    table === 'calcom_event_map'
      ? `${row.service_id} ${row.staff_id}`
      : String(row[theirName(schema, table as BusinessTable, 'id')]);
  return Object.fromEntries(
    Object.entries(after.rows).map(([table, rows]) => {
      const keys = new Set(before.rows[table]?.map((row) => keyOf(table, row)));
      return [table, rows.filter((row) => keys.has(keyOf(table, row)))];
    }),
  );
}
