import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkNode, checkSettings, checkVariables } from '../../../src/upkeep/doctor/settings.ts';
import { databases } from '../../support/databases.ts';
import { kindsOf, openInstallation } from './installation.ts';

const [engine] = databases();
assert.ok(engine);

describe('the doctor finds of the settings', () => {
  it('every variable that is wrong, and still checks what the others allow', async (t) => {
    const { environment, db, complaints } = await openInstallation(t, engine);
    await db('services').insert({ id: 3, name: 'Dauerwelle', duration_minutes: 120 });
    const found = await complaints({
      SLACK_BOT_TOKEN: 'geheim-4711',
      SLACK_ALERT_CHANNEL: '',
      TIME_ZONE: 'Mars/Olympus',
      CALCOM_API_KEY: '',
    });
    assert.deepEqual(kindsOf(found), [
      'failed config.CALCOM_API_KEY',
      'failed config.SLACK_ALERT_CHANNEL',
      'failed config.SLACK_BOT_TOKEN',
      'failed config.TIME_ZONE',
      'skipped calcom.key',
      'skipped slack.token',
      'warning map.services',
    ]);
    const text = JSON.stringify(found);
    assert.doesNotMatch(text, /geheim-4711/);
    assert.ok(!text.includes(String(environment.SLACK_APP_TOKEN)));
  });

  it('a database address that cannot be read, and still asks Cal.com and Slack', async (t) => {
    const { complaints } = await openInstallation(t, engine);
    assert.deepEqual(kindsOf(await complaints({ DATABASE_URL: 'postgres://elsewhere' })), [
      'failed config.DATABASE_URL',
      'skipped calcom.event_types',
      'skipped database',
    ]);
  });

  it('a domain for placeholders that somebody may own', () => {
    const levelOf = (placeholderEmailDomain: string) => checkSettings({ placeholderEmailDomain })[0]?.level;
    assert.deepEqual(
      ['placeholder.invalid', 'salon.example', 'example.com', 'a.test'].map(levelOf),
      Array(4).fill('ok'),
    );
    assert.deepEqual(['salon.de', 'notexample.com', 'invalid.org'].map(levelOf), Array(3).fill('warning'));
  });

  it('a Node that is too old', () => {
    assert.equal(checkNode('24.0.0').level, 'ok');
    assert.equal(checkNode('22.18.0').level, 'failed');
  });

  it('what is wrong and what to do, apart', () => {
    const [finding] = checkVariables(['PORT is not usable; give a whole number from 0 to 65535']);
    assert.equal(finding?.what, 'PORT is not usable.');
    assert.equal(finding?.remedy, 'Give a whole number from 0 to 65535.');
  });
});
