import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failed, info, ok, skipped, warning } from '../../../src/finding.ts';
import { describeFindings } from '../../../src/upkeep/doctor/describe-findings.ts';

const trouble = { what: 'It creaks.', why: 'It may break.', remedy: 'Oil it.' };

describe('the report of the doctor', () => {
  it('is one line when everything is well', () => {
    const findings = [ok('door', 'It shuts.'), ok('hinge', 'It turns.')];
    assert.equal(describeFindings(findings, { isVerbose: false }), 'Everything is well: 2 checks.\n');
  });

  it('shows the worst first, each with why and what to do, and counts', () => {
    const findings = [
      ok('door', 'It shuts.'),
      skipped('lock', 'There is no key.'),
      info('paint', trouble),
      warning('hinge', trouble),
      failed('frame', trouble),
    ];
    const text = describeFindings(findings, { isVerbose: false });
    assert.deepEqual(
      text.split('\n').filter((line) => /^\S/.test(line)),
      [
        'FAILED  frame: It creaks.',
        'WARNING  hinge: It creaks.',
        'NOTE  paint: It creaks.',
        'NOT CHECKED  lock: There is no key.',
        'failed: 1, warnings: 1, notes: 1, not checked: 1, well: 1',
      ],
    );
    assert.match(text, /why: It may break\.\n {4}do: {2}Oil it\./);
  });

  it('shows what is well when it is asked to', () => {
    const text = describeFindings([ok('door', 'It shuts.')], { isVerbose: true });
    assert.equal(text, 'OK  door: It shuts.\nEverything is well: 1 checks.\n');
  });
});
