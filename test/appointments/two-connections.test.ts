import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openDatabase, transaction } from '../../src/database.ts';
import { databases } from '../support/databases.ts';

const sqlite = databases().find(({ name }) => name === 'sqlite');

describe('two processes on one SQLite file', () => {
  it('a transaction whose reading is out of date when it writes is run again', async () => {
    const database = await sqlite?.open();
    assert.ok(database);
    const [bot, shell] = [openDatabase(database.url), openDatabase(database.url)];
    try {
      await bot.raw('CREATE TABLE counter (n INTEGER)');
      await bot('counter').insert({ n: 0 });
      let runs = 0;
      const seen = await transaction(bot, async (tx) => {
        runs += 1;
        const { n } = await tx('counter').first('n');
        if (runs === 1) await shell('counter').update({ n: 10 });
        await tx('counter').update({ n: n + 1 });
        return n;
      });
      assert.deepEqual([runs, seen, (await bot('counter').first('n')).n], [2, 10, 11]);
    } finally {
      await bot.destroy();
      await shell.destroy();
      await database.drop();
    }
  });
});
