import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { describe, it } from 'node:test';
import { checkLine } from '../support/captured-log.ts';

const ROOT = path.join(import.meta.dirname, '../..');

function play(...options: string[]): Promise<{ error: Error | null; stdout: string; stderr: string }> {
  const { PATH } = process.env;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['sandbox/demo.ts', '--once', ...options],
      { cwd: ROOT, env: { PATH } },
      (error, stdout, stderr) => resolve({ error, stdout, stderr }),
    );
  });
}

describe("the demo's log", { concurrency: 2 }, () => {
  it('is for people who read along, and stays apart from what came of the scenario', async () => {
    const { error, stdout, stderr } = await play();
    assert.equal(error, null);
    assert.match(stderr, /^\[\d\d:\d\d:\d\d\] INFO: appointment\.imported \{"appointmentId":748/m);
    assert.match(stderr, /INFO: alert\.posted .*"subject":"appointment:748"/);
    assert.match(stdout, /^before\n\{/);
    assert.doesNotMatch(stdout, /INFO/);
  });

  it('with --json is what the bot writes elsewhere, and the last line of stdout what came of it', async () => {
    const { error, stdout, stderr } = await play('--json');
    assert.equal(error, null);
    const lines = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.ok(lines.some(({ msg, appointmentId }) => msg === 'alert.posted' && appointmentId === 748));
    for (const line of lines) checkLine(line);
    assert.equal(JSON.parse(stdout.trim().split('\n').at(-1) ?? '').after.failed, 4);
  });
});
