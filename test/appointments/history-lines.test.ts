import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { appendHistory, appendHistoryEntry } from '../../src/appointments/history.ts';
import { transaction } from '../../src/database.ts';
import { databases } from '../support/databases.ts';
import { openSalon } from '../support/open-salon.ts';
import { NOON } from '../support/salon.ts';

const by = { appointmentId: 748, at: NOON, actor: 'U0ANNA' };

for (const engine of databases()) {
  describe(`what the history tells the log (${engine.name})`, { skip: engine.skip }, () => {
    let salon: Awaited<ReturnType<typeof openSalon>>;
    beforeEach(async () => {
      salon = await openSalon(engine);
    });
    afterEach(() => salon.close());
    const told = () => salon.lines.map(({ msg }) => msg);

    it('is what was committed, once, before the caller goes on', async () => {
      await transaction(salon.db, async (tx) => {
        await appendHistory(tx, { ...by, action: 'taken' }, { ...by, action: 'given_back' });
        assert.deepEqual(told(), []);
      });
      assert.deepEqual(told(), ['appointment.taken', 'appointment.given_back']);
    });

    it('is nothing of what was taken back, and of what was tried again only the last', async () => {
      const failing = transaction(salon.db, async (tx) => {
        await appendHistory(tx, { ...by, action: 'taken' });
        throw new Error('changed meanwhile');
      });
      await assert.rejects(failing, /changed meanwhile/);
      let tries = 0;
      await transaction(salon.db, async (tx) => {
        await appendHistoryEntry(tx, { ...by, action: 'reopened' });
        tries += 1;
        if (tries < 3) throw Object.assign(new Error('deadlock'), { errno: 1213 });
      });
      assert.deepEqual(told(), ['appointment.reopened']);
    });

    it('has neither what people typed, nor names, nor contacts', async () => {
      const start = { start: '2025-11-24 15:00:00.000', staff: 'staff-1', staffName: 'Petra Vogt' };
      const contact = { fields: ['email'], email: 'anna@example.com', phone: '0171 234567' };
      await transaction(salon.db, (tx) =>
        appendHistory(
          tx,
          {
            ...by,
            action: 'cancelled',
            before: start,
            after: { status: 'cancelled' },
            reason: 'Anna Muster is ill',
          },
          { ...by, action: 'noted', reason: 'Anna Muster is ill' },
          { ...by, action: 'called', after: { result: 'agreed' }, reason: 'Anna Muster is ill' },
          { ...by, action: 'contact_fixed', before: contact, after: contact },
          {
            ...by,
            action: 'reassigned',
            before: start,
            after: { staff_id: 'staff-2', staffName: 'Lea Brandt' },
          },
        ),
      );
      assert.equal(salon.lines.length, 5);
      assert.doesNotMatch(JSON.stringify(salon.lines), /Muster|ill|anna|0171|Vogt|Brandt/);
    });
  });
}
