import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { databases } from '../../support/databases.ts';
import { openInstallation } from './installation.ts';

for (const engine of databases())
  describe(`the doctor on ${engine.name}`, { skip: engine.skip }, () => {
    it('has nothing to say of a sound installation', async (t) => {
      const { complaints } = await openInstallation(t, engine);
      assert.deepEqual(await complaints(), []);
    });
  });
