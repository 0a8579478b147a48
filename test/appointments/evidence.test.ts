import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { down, up } from '../../migrations/0015-failure-evidence.ts';
import { conflictCauses, evidenceText, readEvidence } from '../../src/appointments/evidence.ts';
import { systemClock } from '../../src/clock.ts';
import { openDatabase } from '../../src/database.ts';
import { migrateDatabase } from '../../src/migrate-database.ts';
import { databases } from '../support/databases.ts';

describe('evidence as the database holds it', () => {
  const finding = fc.record(
    {
      cause: fc.constantFrom(...conflictCauses),
      appointmentId: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      from: fc.constantFrom('2025-12-06T13:00:00+01:00', '2026-06-06T13:00:00+02:00', '2025-12-06T12:00:00Z'),
      to: fc.constantFrom('2025-12-06T17:00:00+01:00', '2025-12-06T17:00:00.250+01:00'),
    },
    { requiredKeys: ['cause'], noNullPrototype: true },
  );

  it('comes back as it was written, and nothing is nothing', () => {
    fc.assert(
      fc.property(fc.array(finding, { minLength: 1 }), (found) => {
        assert.deepEqual(readEvidence(evidenceText(found)), found);
      }),
    );
    assert.equal(evidenceText([]), null);
    assert.equal(readEvidence(null), null);
  });

  it('is nothing when it cannot be read, whoever wrote it', () => {
    const odd = [
      '',
      '{',
      'null',
      '[]',
      '{}',
      '[1]',
      '[{"cause":"made_up"}]',
      '[{"cause":"busy","from":"soon"}]',
    ];
    for (const text of [...odd, '[{"cause":"busy","appointmentId":"7"}]']) {
      assert.equal(readEvidence(text), null, text);
    }
  });
});

for (const engine of databases()) {
  describe(`the column for evidence (${engine.name})`, { skip: engine.skip }, () => {
    it('is added and removed, however often', async () => {
      const { url, drop } = await engine.open();
      const db = openDatabase(url);
      try {
        await migrateDatabase(db, systemClock);
        const isThere = () => db.schema.hasColumn('appointment_syncs', 'failure_evidence');
        await up(db);
        assert.equal(await isThere(), true);
        await down(db);
        await down(db);
        assert.equal(await isThere(), false);
        await up(db);
        assert.equal(await isThere(), true);
      } finally {
        await db.destroy();
        await drop();
      }
    });
  });
}
