import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { type Db, openDatabase } from '../../src/database.ts';
import { addMs, DAY, HOUR, MINUTE, toSqlInstant } from '../../src/instant.ts';
import { databases } from '../support/databases.ts';
import { createHarness, type Harness } from '../support/engine-harness.ts';
import { insertAppointment } from '../support/salon.ts';
import { layWire, type Wire } from '../support/wire.ts';

const engine = databases().find(({ name }) => name === 'mariadb');

describe('a database connection that breaks', { skip: engine?.skip ?? 'no server' }, () => {
  let bot: Harness;
  let wire: Wire;
  let own: Db;
  let id = 0;
  before(async () => {
    assert.ok(engine);
    bot = await createHarness({ engine });
    wire = await layWire(bot.databaseUrl);
    own = openDatabase(wire.url);
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
    // Its claim runs out, or what it sent could have landed by now.
    for (let minutes = 0; minutes < 3; minutes++) {
      await bot.lookedAround();
      bot.clock.advance(3 * MINUTE);
    }
    await bot.until('it is as the row says', () => bot.isFollowed(id));
    assert.equal(live().length, 1);
    assert.equal((await bot.record(id)).booking_uid, live()[0]?.uid);
  }

  for (const when of ['before', 'after'] as const) {
    for (const nth of [1, 2]) {
      it(`${when} COMMIT number ${nth} of a booking leaves one booking and a record that knows it`, async () => {
        id += 1;
        const process = bot.start({ db: own });
        await bot.looked();
        wire.cutAtCommit(nth, when);
        await insertAppointment(bot.db, { id, startsAt: startOf() });
        await bot.until('the wire is cut', wire.wasCut);
        await followed();
        await process.stop();
      });

      it(`${when} COMMIT number ${nth} of a move leaves one booking and a record that knows it`, async () => {
        id += 1;
        await insertAppointment(bot.db, { id, startsAt: startOf() });
        const process = bot.start({ db: own });
        await bot.until('it is booked', () => bot.isFollowed(id));
        wire.cutAtCommit(nth, when);
        const later = addMs(startOf(), HOUR / 2);
        await bot
          .db('appointments')
          .where({ id })
          .update({ starts_at: toSqlInstant(later), ends_at: toSqlInstant(addMs(later, HOUR / 2)) });
        await bot.until('the wire is cut', wire.wasCut);
        await followed();
        await process.stop();
      });
    }
  }

  it('between two passes is survived', async () => {
    id += 1;
    const process = bot.start({ db: own });
    await bot.looked();
    await bot.quiet();
    bot.allowErrors();
    wire.cutAll();
    await insertAppointment(bot.db, { id, startsAt: startOf() });
    await followed();
    await process.stop();
  });
});
