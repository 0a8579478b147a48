import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { raiseAlert, resolveAlert, subjectOf } from '../../src/appointments/alerts.ts';
import { takeOrGiveBack } from '../../src/appointments/attention.ts';
import { addMs, HOUR } from '../../src/instant.ts';
import { type AlertDatabase, insertFailed, NOW, openAlertDatabase } from '../alerts/alert-fixtures.ts';
import { databases } from '../support/databases.ts';

for (const engine of databases()) {
  describe(`taking a failing appointment (${engine.name})`, { skip: engine.skip }, () => {
    let opened: AlertDatabase;
    beforeEach(async () => {
      opened = await openAlertDatabase(engine);
      await insertFailed(opened.db, 748);
      await opened.db.transaction((tx) =>
        raiseAlert(tx, { subject: subjectOf(748), appointmentId: 748, now: NOW }),
      );
    });
    afterEach(() => opened.close());

    const press = (actor: string, seenHolder: string | null, now = NOW) =>
      takeOrGiveBack(opened.db, { appointmentId: 748, seenHolder }, { actor, now });
    const holder = async () => (await opened.db('appointment_syncs').first('taken_by')).taken_by;
    const told = () => opened.db('history').where({ appointment_id: 748 }).orderBy('id').pluck('action');

    it('gives it to one of two who press at once, and the other hears so', async () => {
      const pressed = await Promise.all([press('U0ANNA', null), press('U0EMIL', null)]);
      assert.deepEqual(pressed.toSorted(), ['late', 'taken']);
      assert.equal(await holder(), pressed[0] === 'taken' ? 'U0ANNA' : 'U0EMIL');
      assert.deepEqual(await told(), ['taken']);
    });

    it('is done once by a double click, to take it and to give it back', async () => {
      assert.deepEqual((await Promise.all([press('U0ANNA', null), press('U0ANNA', null)])).toSorted(), [
        'taken',
        'yours',
      ]);
      assert.deepEqual(
        (await Promise.all([press('U0ANNA', 'U0ANNA'), press('U0ANNA', 'U0ANNA')])).toSorted(),
        ['given_back', 'late'],
      );
      assert.equal(await holder(), null);
      assert.deepEqual(await told(), ['taken', 'given_back']);
    });

    it('takes it over knowingly, and needs no permission of who has done nothing for two hours', async () => {
      await press('U0ANNA', null);
      assert.equal(await press('U0EMIL', null), 'late', 'the alert that he saw said that it was free');
      assert.equal(await press('U0EMIL', 'U0ANNA'), 'taken');
      const later = addMs(NOW, 2 * HOUR);
      assert.equal(await press('U0ANNA', 'U0EMIL', later), 'late', 'he has it no longer');
      assert.equal(await press('U0ANNA', null, later), 'taken');
      const before = await opened.db('history').orderBy('id').pluck('before');
      assert.deepEqual(before, [null, '{"by":"U0ANNA"}', null]);
    });

    it('is too late once the case is over', async () => {
      await opened.db.transaction((tx) =>
        resolveAlert(tx, subjectOf(748), { resolution: 'synced', now: NOW }),
      );
      assert.equal(await press('U0ANNA', null), 'late');
      assert.equal(await holder(), null);
      assert.deepEqual(await told(), []);
    });
  });
}
