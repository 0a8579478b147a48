import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { playScenario } from '../../../sandbox/play-scenario.ts';
import { readScenario } from '../../../sandbox/scenario.ts';
import { startStage } from '../../../sandbox/stage.ts';
import { readFigures } from '../../../src/appointments/figures.ts';
import { failureKinds } from '../../../src/sync/failure-kinds.ts';
import { databases } from '../../support/databases.ts';
import { missingPromtool, promtool } from '../../support/promtool.ts';
import { readTotal, samplesOf } from './read-scrape.ts';

const SEED = path.join(import.meta.dirname, '../../../sandbox/scenarios/seed.json');

/** The whole bot after a working day: imported, cleaned up, started, and left with a few failures. */
async function scrapeAfterSeed(databaseUrl: string) {
  const scenario = readScenario(SEED);
  const settings = { LOG_LEVEL: 'fatal', DATABASE_URL: databaseUrl };
  const stage = await startStage(scenario, { frozen: true, settings });
  try {
    const { ended } = await playScenario(stage, scenario);
    const response = await fetch(`${stage.bot.address}/metrics`);
    const text = await response.text();
    return { response, text, ended, figures: await readFigures(stage.db, stage.clock.now()) };
  } finally {
    await stage.stop();
  }
}

const WORD = /^(?!.*\d{4})(?![CU]0)[a-zA-Z0-9_.]{0,40}$/;

for (const engine of databases()) {
  describe(`the metrics of a bot on ${engine.name}`, { skip: engine.skip }, () => {
    it('say what the record says and what was done, and pass Prometheus’ own check', async (t) => {
      const database = await engine.open();
      t.after(database.drop);
      const { response, text, ended, figures } = await scrapeAfterSeed(database.url);
      assert.equal(response.status, 200);
      assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);

      assert.equal(readTotal(text, 'database_up'), 1);
      assert.equal(readTotal(text, 'mode', { mode: 'running' }), 1);
      assert.equal(readTotal(text, 'breaker_state', { state: 'closed' }), 1);
      assert.ok(figures.failed > 0);
      const booked = ended.booked + ended.repaired;
      assert.ok(booked > 20);
      assert.equal(readTotal(text, 'failed_appointments'), figures.failed);
      for (const [kind, count] of Object.entries(ended.open))
        assert.equal(readTotal(text, 'failed_appointments', { kind }), count);
      assert.equal(readTotal(text, 'manual_review_appointments'), figures.manualReview);
      assert.equal(readTotal(text, 'success_ratio'), Number(figures.successRate24h) / 100);
      assert.equal(readTotal(text, 'upcoming_records', { state: 'failed' }), figures.failed);

      const created = { operation: 'createBooking', result: '2xx' };
      assert.equal(readTotal(text, 'calcom_request_duration_seconds_count', created), booked);
      assert.equal(readTotal(text, 'attempts_total', { operation: 'book', outcome: 'answered' }), booked);
      assert.equal(readTotal(text, 'outcomes_total', { outcome: 'synced' }), booked);
      for (const [reason, count] of Object.entries(ended.open))
        assert.equal(readTotal(text, 'outcomes_total', { outcome: 'failed', reason }), count);
      assert.equal(readTotal(text, 'booking_delay_seconds_count'), ended.booked);
      const longWaits = { le: '3600' };
      assert.equal(readTotal(text, 'booking_delay_seconds_bucket', longWaits), ended.booked);
      assert.ok(Number(readTotal(text, 'permit_wait_seconds_count')) > 0);
      assert.ok(Number(readTotal(text, 'comparison_duration_seconds_count')) > 0);
      assert.ok(Number(readTotal(text, 'last_comparison_timestamp_seconds')) > 0);
      assert.ok(Number(readTotal(text, 'last_alert_shown_timestamp_seconds')) > 0);
      assert.ok(Number(readTotal(text, 'alert_delay_seconds_count', { shown_as: 'post' })) > 0);
      const posts = { method: 'chat.postMessage', result: 'ok' };
      assert.ok(Number(readTotal(text, 'slack_request_duration_seconds_count', posts)) > 0);

      assertHoldsOnlyWords(text);
      const missing = missingPromtool();
      if (missing) return t.diagnostic(`not checked by promtool: ${missing}`);
      assert.deepEqual(await promtool(['check', 'metrics'], { input: text }), { code: 0, said: '' });
    });
  });
}

/** Numbers of appointments and people, addresses and texts have no place in a label. */
function assertHoldsOnlyWords(text: string) {
  const ours = samplesOf(text).filter(({ name }) => name.startsWith('appointment_sync_'));
  assert.ok(ours.length < 1_000, `${ours.length} lines`);
  for (const { name, labels } of ours)
    for (const [label, value] of Object.entries(labels))
      if (label !== 'le') assert.match(value, WORD, `${name} ${label}`);
  const kinds = ours.flatMap(({ labels }) => labels.kind ?? []);
  assert.deepEqual(
    kinds.filter((kind) => !(failureKinds as readonly string[]).includes(kind)),
    [],
  );
}
