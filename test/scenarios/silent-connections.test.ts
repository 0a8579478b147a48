import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { systemClock } from '../../src/clock.ts';
import { type Db, isPassing, openDatabase, withPatience } from '../../src/database.ts';
import { addMs, DAY, HOUR, MINUTE, SECOND } from '../../src/instant.ts';
import { silentLog } from '../../src/log.ts';
import { migrateDatabase } from '../../src/migrate-database.ts';
import { databases, type TestDatabase } from '../support/databases.ts';
import { createHarness, type Harness } from '../support/engine-harness.ts';
import { insertAppointment } from '../support/salon.ts';
import { layWire, type Wire } from '../support/wire.ts';

const engine = databases().find(({ name }) => name === 'mariadb');
/** Instead of 20 s. */
const SILENCE_MS = 1_500;
const POOL_SIZE = 10;

describe('a database connection that hangs half-open for ever', { skip: engine?.skip ?? 'no server' }, () => {
  let bot: Harness;
  let wire: Wire;
  let own: Db;
  let id = 0;
  before(async () => {
    assert.ok(engine);
    bot = await createHarness({ engine });
    wire = await layWire(bot.databaseUrl);
    own = openDatabase(wire.url, null, silentLog, SILENCE_MS);
    bot.allowErrors();
  });
  afterEach(() => bot.clock.advance(MINUTE));
  after(async () => {
    await bot.close();
    await own.destroy();
    await wire.stop();
  });

  const live = () => bot.calcom.liveBookings({ appointmentId: String(id) });
  const startOf = () => addMs(new Date('2025-11-25T07:00:00Z'), (id % 10) * HOUR + Math.floor(id / 10) * DAY);

  async function followed(): Promise<void> {
    for (let minutes = 0; minutes < 3; minutes++) {
      await bot.lookedAround();
      bot.clock.advance(3 * MINUTE);
    }
    await bot.until('it is as the row says', () => bot.isFollowed(id));
    assert.equal(live().length, 1);
    assert.equal((await bot.record(id)).booking_uid, live()[0]?.uid);
    assert.equal(bot.calcom.state.bookings.length, id, 'none was made twice');
  }

  for (const when of ['before', 'after'] as const) {
    for (const nth of [1, 2]) {
      it(`${when} COMMIT number ${nth} of a booking holds a lone bot up for its silence, no longer`, async () => {
        id += 1;
        const process = bot.start({ db: own });
        await bot.looked();
        wire.muteAtCommit(nth, when);
        await insertAppointment(bot.db, { id, startsAt: startOf() });
        await bot.until('the connection is mute', wire.wasCut);
        await followed();
        await process.stop();
      });
    }
  }

  it('is got over when it meets all connections at once', async () => {
    id += 1;
    const process = bot.start({ db: own });
    await bot.looked();
    await Promise.all(Array.from({ length: POOL_SIZE }, () => own.raw('SELECT SLEEP(0.2)')));
    wire.muteAll();
    await insertAppointment(bot.db, { id, startsAt: startOf() });
    await followed();
    await process.stop();
  });

  it('is got over when for a while new connections hang too', async () => {
    id += 1;
    const process = bot.start({ db: own });
    await bot.looked();
    wire.hold();
    await insertAppointment(bot.db, { id, startsAt: startOf() });
    await assert.rejects(own.raw('SELECT 1'), isPassing);
    await assert.rejects(own.raw('SELECT 1'), isPassing);
    wire.release();
    await followed();
    await process.stop();
  });
});

describe('the pool of connections to a server', { skip: engine?.skip ?? 'no server' }, () => {
  let database: TestDatabase;
  let wire: Wire;
  let db: Db;
  beforeEach(async () => {
    assert.ok(engine);
    database = await engine.open();
    wire = await layWire(database.url);
    db = openDatabase(wire.url, null, silentLog, SILENCE_MS);
  });
  afterEach(async () => {
    await db.destroy();
    await wire.stop();
    await database.drop();
  });
  const idOf = async () => (await db.raw('SELECT CONNECTION_ID() AS id'))[0][0].id;

  it('has all its places again when every connection has fallen silent', async () => {
    const busy = Array.from({ length: POOL_SIZE }, () => db.transaction());
    const transactions = await Promise.all(busy);
    wire.muteAll();
    const ends = await Promise.allSettled(transactions.map((tx) => tx.raw('SELECT 1')));
    for (const end of ends) assert.ok(end.status === 'rejected' && isPassing(end.reason));
    await Promise.allSettled(transactions.map((tx) => tx.rollback()));
    const again = await Promise.all(Array.from({ length: POOL_SIZE }, () => db.raw('SELECT 1 AS one')));
    for (const [rows] of again) assert.deepEqual(rows, [{ one: 1 }]);
  });

  it('takes what fails in a transaction on a lost connection for passing, its ROLLBACK included', async () => {
    const lost = db.transaction(async (tx) => {
      await tx.raw('SELECT 1');
      wire.cutAll();
      await tx.raw('SELECT 1');
    });
    await assert.rejects(lost, isPassing);
  });

  it('closes in good order what nobody uses, before its silence counts', async () => {
    const first = await idOf();
    const own = openDatabase(database.url);
    const isOpen = async () =>
      (await own('information_schema.processlist').where({ id: first }).first('id')) !== undefined;
    for (const deadline = AbortSignal.timeout(20_000); await isOpen(); ) assert.ok(!deadline.aborted);
    assert.equal(wire.farewells(), 1);
    await own.destroy();
    assert.notEqual(await idOf(), first);
  });

  it('lets a migration take longer than anything else may', async () => {
    const long = `SELECT SLEEP(${(2 * SILENCE_MS) / SECOND}) AS slept`;
    await assert.rejects(db.raw(long), isPassing);
    const [[row]] = await withPatience(db, (patient) => patient.raw(long));
    assert.deepEqual(row, { slept: 0 });
  });

  it('is not used for migrations, which may wait for a table too', async () => {
    await migrateDatabase(db, systemClock);
    const other = openDatabase(database.url);
    await other.transaction(async (holder) => {
      await holder.raw('LOCK TABLES sync_bot_migrations_lock WRITE');
      const migrated = migrateDatabase(db, systemClock);
      const waits = () =>
        holder('information_schema.processlist')
          .whereRaw('db = DATABASE()')
          .where('state', 'like', 'Waiting for table metadata lock')
          .where('time', '>=', (2 * SILENCE_MS) / SECOND)
          .first('id');
      for (const deadline = AbortSignal.timeout(20_000); !(await waits()); ) assert.ok(!deadline.aborted);
      await holder.raw('UNLOCK TABLES');
      assert.deepEqual(await migrated, []);
    });
    await other.destroy();
  });

  it('has the server give up waiting for a table that is being changed, before its silence counts', async () => {
    await db.raw('CREATE TABLE visits (id INT PRIMARY KEY)');
    const other = openDatabase(database.url);
    const held = await other.transaction();
    await held.raw('SELECT * FROM visits');
    const waited = db.raw('ALTER TABLE visits ADD COLUMN note INT');
    await assert.rejects(waited, { errno: 1205 });
    await held.rollback();
    await other.destroy();
  });
});
