import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { answerResync, answerStart } from '../../src/alerts/answer-resync.ts';
import { answerStatus } from '../../src/alerts/answer-status.ts';
import type { Content } from '../../src/alerts/content.ts';
import { createVoice } from '../../src/alerts/voice.ts';
import type { Db } from '../../src/database.ts';
import { DAY, HOUR, toSqlInstant } from '../../src/instant.ts';
import { databases } from '../support/databases.ts';
import { type AlertDatabase, insertFailed, NOW, openAlertDatabase, STAFF_ID } from './alert-fixtures.ts';

const voice = createVoice({ locale: 'en', timeZone: 'Europe/Berlin' });

for (const engine of databases()) {
  describe(`answers to people on ${engine.name}`, { skip: engine.skip }, () => {
    let opened: AlertDatabase;
    let db: Db;
    const ask = (text: string) => ({ db, actor: 'U0ANNA', voice, now: NOW, text });
    const status = (text = '') => answerStatus(ask(text));
    const resync = (text = '') => answerResync(ask(text));
    const said = ({ headline, paragraphs }: Content) => [headline, ...paragraphs].join(' ');
    const record = (id: number) => db('appointment_syncs').where({ appointment_id: id }).first();
    const mode = async () => (await db('installation').first()).mode;

    beforeEach(async () => {
      opened = await openAlertDatabase(engine);
      db = opened.db;
    });
    afterEach(() => opened.close());

    it('/sync-status shows the figures and what needs a person, the nearest start first', async () => {
      await insertFailed(db, 1, { startsInMs: -DAY });
      await insertFailed(db, 2, { startsInMs: 3 * DAY, kind: 'contact_invalid' });
      await insertFailed(db, 3, { startsInMs: 2 * HOUR });
      const [answer] = await status();
      assert.equal(answer?.tone, 'critical');
      assert.equal(answer?.facts[0]?.value, '3');
      assert.deepEqual(
        answer?.items.map((item) => item.split(' · ')[0]),
        ['#3', '#2', '#1'],
      );
      assert.match(answer?.items[1] ?? '', /Thu 27\/11, 17:00 · the contact details are wrong/);
    });

    it('/sync-status names ten and counts the others', async () => {
      for (let id = 1; id <= 13; id++) await insertFailed(db, id, { startsInMs: 2 * DAY + id * HOUR });
      const [answer] = await status();
      assert.equal(answer?.items.length, 11);
      assert.match(answer?.items.at(-1) ?? '', /3 more: \/sync-status page 2/);
    });

    it('/sync-status turns the pages of a long list', async () => {
      for (let id = 1; id <= 23; id++) await insertFailed(db, id, { startsInMs: 2 * DAY + id * HOUR });
      const ids = async (text: string) =>
        (await status(text))[0]?.items
          .map((item) => /^#(\d+)/.exec(item)?.[1])
          .filter(Boolean)
          .map(Number);
      assert.deepEqual(await ids('page 2'), [11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
      assert.deepEqual(await ids('Seite 3'), [21, 22, 23]);
      assert.deepEqual(await ids('page 9'), []);
    });

    it('/sync-status says that all is well, that the bot is held, and that Cal.com is away', async () => {
      assert.match(said((await status())[0] as Content), /nothing to do.*|running/);
      await db('installation').update({ mode: 'held' });
      await db('breaker').update({ state: 'open', kind: 'unavailable' });
      assert.match(said((await status())[0] as Content), /is held.*does not serve us/);
    });

    it('/sync-status with numbers shows these appointments and names the unknown ones', async () => {
      await insertFailed(db, 748);
      await insertFailed(db, 749, { startsInMs: 3 * DAY });
      await db('appointment_syncs')
        .where({ appointment_id: 749 })
        .update({ state: 'synced', failure_kind: null });
      const answers = await status('#748, 749 999');
      assert.deepEqual(
        answers.map(({ headline }) => headline),
        [
          'Appointment #748: the time is taken',
          'Appointment #749: stands in Cal.com',
          'Not known: #999. Is the number right?',
        ],
      );
      assert.doesNotMatch(JSON.stringify(answers), /Kranz|2345678/);
    });

    it('/sync-status says why a closed appointment is closed', async () => {
      await insertFailed(db, 748);
      await db('appointment_syncs').update({ state: 'closed', closed_reason: 'past', failure_kind: null });
      assert.match(said((await status('748'))[0] as Content), /is closed The appointment is over/);
    });

    it('explains itself for help and for what it does not understand', async () => {
      const [asked] = await status('help');
      assert.deepEqual([asked?.paragraphs, asked?.items.length], [[], 3]);
      assert.match(said((await status('everything'))[0] as Content), /did not understand this: everything/);
      assert.match(said((await status('1 2 3 4 5 6'))[0] as Content), /at most 5/);
      assert.deepEqual((await resync()).paragraphs, []);
      assert.deepEqual((await resync('HELP')).paragraphs, []);
      for (const text of ['748 please', 'stop start', 'x'.repeat(200_000), 'sto']) {
        const answer = await resync(text);
        assert.match(said(answer), /did not understand this/);
        assert.ok(JSON.stringify(answer).length < 2_000);
        assert.equal(await mode(), 'running');
      }
    });

    it('/resync with numbers wakes these, for this person, and says what became of each', async () => {
      await insertFailed(db, 748);
      await insertFailed(db, 749, { startsInMs: 3 * DAY });
      await db('appointments').where({ id: 749 }).update({ status: 'cancelled' });
      await db('appointment_syncs').where({ appointment_id: 749 }).update({ state: 'closed' });
      const answer = await resync('748 #749 999');
      assert.match(said(answer), /Next in line: #748\. Nothing to do for #749\. Not known: #999/);
      assert.equal(String((await record(748)).due_at).slice(0, 19), toSqlInstant(NOW).slice(0, 19));
      assert.equal((await db('history').where({ appointment_id: 748 }).first()).actor, 'U0ANNA');
    });

    it('/resync failed wakes all failed ones and counts them', async () => {
      await insertFailed(db, 1, { startsInMs: DAY });
      await insertFailed(db, 2, { startsInMs: 2 * DAY });
      assert.match(said(await resync('Failed')), /Next in line: 2 appointments\./);
      assert.notEqual((await record(2)).due_at, null);
      await db('appointment_syncs').update({ state: 'synced' });
      assert.match(said(await resync('failed')), /nothing that would have to be tried/);
    });

    it('/resync takes a hundred numbers, and no more', async () => {
      const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1).join(' ');
      assert.match(said(await resync(numbers(100))), /Not known: #1, .*…/);
      assert.match(said(await resync(numbers(101))), /at most 100/);
    });

    it('/resync stop and start hold and release the bot, and say so when it is so already', async () => {
      assert.match(said(await resync('stop')), /is held/);
      assert.equal(await mode(), 'held');
      assert.match(said(await resync('stop')), /held already/);
      assert.match(said(await resync('start')), /is running/);
      assert.equal(await mode(), 'running');
      assert.match(said(await answerStart(ask(''))), /already running/);
    });

    it('while the bot is held, /resync says that it begins later', async () => {
      await insertFailed(db, 748);
      await resync('stop');
      assert.match(said(await resync('748')), /only after \/resync start/);
    });

    it('before the import is complete, nothing is woken, noted or started', async () => {
      await db('installation').update({ mode: 'new' });
      await db('appointments').insert({
        id: 5,
        customer_id: 1,
        service_id: 1,
        staff_id: STAFF_ID,
        starts_at: toSqlInstant(new Date(NOW.getTime() + DAY)),
        ends_at: toSqlInstant(new Date(NOW.getTime() + DAY + HOUR)),
      });
      assert.match(said(await resync('5')), /not taken over/);
      assert.match(said(await resync('start')), /cannot start yet/);
      assert.equal(await db('appointment_syncs').first(), undefined);
    });
  });
}
