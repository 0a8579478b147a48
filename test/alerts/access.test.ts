import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import {
  type AccessLists,
  createAccess,
  type Deed,
  type Directory,
  deedOf,
  type Told,
} from '../../src/alerts/access.ts';
import { createVoice } from '../../src/alerts/voice.ts';
import { databases } from '../support/databases.ts';
import { type AlertDatabase, NOW, openAlertDatabase } from './alert-fixtures.ts';

const voices = {
  de: createVoice({ locale: 'de', timeZone: 'Europe/Berlin' }),
  en: createVoice({ locale: 'en', timeZone: 'Europe/Berlin' }),
};
const lists: AccessLists = { support: ['SUPPORT'], manager: ['MANAGER'], engineer: ['ENGINEER'] };
const unset: AccessLists = { support: null, manager: null, engineer: null };

/** Deed by deed: support, manager, engineer. */
const table: Record<Deed, [boolean, boolean, boolean]> = {
  '/sync-status': [true, true, true],
  '/sync-summary': [true, true, true],
  reschedule: [true, false, true],
  reassign: [true, false, true],
  cancel: [true, false, true],
  decide: [true, false, true],
  retry: [true, false, true],
  cancel_there: [true, false, true],
  fix_contact: [true, false, true],
  details: [true, false, true],
  take: [true, false, true],
  snooze: [true, false, true],
  log_call: [true, false, true],
  note: [true, false, true],
  '/resync': [true, false, true],
  '/resync all': [false, false, true],
  '/resync stop': [false, false, true],
  '/resync start': [false, false, true],
  start_sync: [false, false, true],
  '/sync-cleanup': [false, true, true],
  open_plan: [false, true, true],
  run_plan: [false, false, true],
  undo: [true, false, true],
  undo_plan: [false, false, true],
  app_home: [true, true, true],
  see_engine: [false, false, true],
};
const deeds = Object.keys(table) as Deed[];

describe('what is asked', () => {
  it('is what the command would do with the text', () => {
    assert.equal(deedOf('/sync-status', ''), '/sync-status');
    assert.equal(deedOf('/sync-status', '748'), '/sync-status');
    assert.equal(deedOf('/sync-cleanup', ''), '/sync-cleanup');
    assert.equal(deedOf('/resync', '748, #750'), '/resync');
    assert.equal(deedOf('/resync', 'Failed'), '/resync');
    assert.equal(deedOf('/resync', ' ALL '), '/resync all');
    assert.equal(deedOf('/resync', 'stop'), '/resync stop');
    assert.equal(deedOf('/resync', 'Start,'), '/resync start');
  });

  it('is help where only help is given', () => {
    for (const text of ['', 'help', 'nonsense', 'stop now', '748 all', 'all stop'])
      assert.equal(deedOf('/resync', text), null, text);
    for (const command of ['/sync-status', '/sync-summary', '/sync-cleanup', '/resync'] as const)
      assert.equal(deedOf(command, ' Help '), null);
  });
});

for (const engine of databases()) {
  describe(`access on ${engine.name}`, { skip: engine.skip }, () => {
    let opened: AlertDatabase;
    /** Who is in what, by the ids of groups, `channel` and `admins`; null: it cannot be told. */
    let world: Record<string, string[] | null>;

    const told = (person: string, name: string): Told => {
      const members = world[name];
      return members === null ? null : (members ?? []).includes(person);
    };
    const directory: Directory = {
      async isListed(person, ids) {
        const each = ids.map((id) => id === person || told(person, id));
        if (each.includes(true)) return true;
        return each.includes(null) ? null : false;
      },
      isInChannel: async (person) => told(person, 'channel'),
      isAdmin: async (person) => told(person, 'admins'),
    };
    const refused = async (
      deed: Deed | null,
      actor: string,
      {
        who = lists,
        locale = 'en',
        appointmentId = null as number | null,
      }: {
        who?: AccessLists;
        locale?: 'de' | 'en';
        appointmentId?: number | null;
      } = {},
    ) => {
      const access = createAccess({ db: opened.db, directory, lists: who });
      const answer = await access.refusalOf({
        deed,
        actor,
        appointmentId,
        voice: voices[locale],
        now: NOW,
      });
      return answer?.headline ?? null;
    };
    const history = () => opened.db('history').orderBy('id');

    beforeEach(async () => {
      opened = await openAlertDatabase(engine);
      world = {};
    });
    afterEach(() => opened.close());

    it('lets each role do its own, and an engineer everything', async () => {
      const seen = Object.fromEntries(
        await Promise.all(
          deeds.map(async (deed) => {
            const answers = await Promise.all(
              ['SUPPORT', 'MANAGER', 'ENGINEER'].map((actor) => refused(deed, actor)),
            );
            return [deed, answers.map((answer) => answer === null)];
          }),
        ),
      );
      assert.deepEqual(seen, table);
    });

    it('refuses a stranger everything but help', async () => {
      for (const deed of deeds) assert.notEqual(await refused(deed, 'STRANGER'), null, deed);
      assert.equal(await refused(null, 'STRANGER'), null);
      assert.equal((await history()).length, deeds.length);
    });

    it('names who may and the variables that say who that is', async () => {
      assert.equal(
        await refused('cancel', 'MANAGER'),
        'Only these may do that: support, engineers. Who they are is set in ACCESS_SUPPORT, ACCESS_ENGINEERS.',
      );
      assert.equal(
        await refused('/resync all', 'SUPPORT', { locale: 'de' }),
        'Das dürfen nur: Technik. Wer das ist, steht in ACCESS_ENGINEERS.',
      );
    });

    it('writes a refusal, and nothing else, to the history', async () => {
      await refused('cancel', 'SUPPORT', { appointmentId: 748 });
      await refused('cancel', 'MANAGER', { appointmentId: 748 });
      await refused('/resync stop', 'MANAGER');
      assert.deepEqual(
        (await history()).map(({ actor, action, reason, appointment_id }) => [
          actor,
          action,
          reason,
          appointment_id === null ? null : Number(appointment_id),
        ]),
        [
          ['MANAGER', 'refused', 'cancel', 748],
          ['MANAGER', 'refused', '/resync stop', null],
        ],
      );
    });

    it('lets nobody through when the refusal cannot be written', async () => {
      await opened.db.schema.renameTable('history', 'history_away');
      await assert.rejects(refused('cancel', 'MANAGER'));
      await opened.db.schema.renameTable('history_away', 'history');
    });

    it('goes by the groups that a person is in', async () => {
      world = { SUPPORT: ['ANNA'], ENGINEER: ['EMIL'] };
      assert.equal(await refused('cancel', 'ANNA'), null);
      assert.notEqual(await refused('/resync all', 'ANNA'), null);
      assert.equal(await refused('/resync all', 'EMIL'), null);
    });

    it('goes by the channel and the admins where nothing is set', async () => {
      world = { channel: ['ANNA', 'MONA'], admins: ['EMIL'] };
      assert.equal(await refused('cancel', 'ANNA', { who: unset }), null);
      assert.equal(await refused('/sync-status', 'MONA', { who: unset }), null);
      assert.notEqual(await refused('/resync all', 'ANNA', { who: unset }), null);
      assert.equal(await refused('/resync all', 'EMIL', { who: unset }), null);
      assert.equal(await refused('cancel', 'EMIL', { who: unset }), null);
      assert.notEqual(await refused('/sync-status', 'OTTO', { who: unset }), null);
    });

    it('asks to try again when it cannot be told, unless one sure answer is enough', async () => {
      world = { SUPPORT: null, ENGINEER: ['EMIL'] };
      assert.match((await refused('cancel', 'ANNA')) ?? '', /Please try again/);
      assert.match((await refused('cancel', 'ANNA', { locale: 'de' })) ?? '', /noch einmal versuchen/);
      assert.equal(await refused('cancel', 'EMIL'), null);
      assert.match((await refused('/resync all', 'ANNA')) ?? '', /ACCESS_ENGINEERS/);
      assert.equal((await history()).length, 3);
    });
  });
}
