import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { createSandboxClock, type SandboxClock } from '../../sandbox/clock.ts';
import { SECOND } from '../../src/instant.ts';
import { type KeptAnswers, keepAnswers } from '../../src/sync/kept-answers.ts';
import { NOON } from '../support/salon.ts';

describe('answers kept for a short time', () => {
  let clock: SandboxClock;
  let kept: KeptAnswers<number>;
  let asked: number;
  beforeEach(() => {
    clock = createSandboxClock(NOON);
    kept = keepAnswers(clock, { ms: 15 * SECOND, most: 2 });
    asked = 0;
  });
  const read = async () => {
    asked += 1;
    return asked;
  };

  it('are given again until their time is over, also to who asks meanwhile', async () => {
    assert.deepEqual(await Promise.all([kept.read('a', read), kept.read('a', read)]), [1, 1]);
    clock.advance(14 * SECOND);
    assert.equal(await kept.read('a', read), 1);
    clock.advance(SECOND);
    assert.equal(await kept.read('a', read), 2);
  });

  it('are asked for anew when they are stale, forgotten, or were a failure', async () => {
    await kept.read('a', read);
    assert.equal(await kept.read('a', read, (answer) => answer === 1), 2);
    assert.equal(await kept.read('a', read, (answer) => answer === 1), 2);
    kept.forget();
    assert.equal(await kept.read('a', read), 3);
    const fails = () => Promise.reject(new Error('no answer'));
    await assert.rejects(kept.read('b', fails), /no answer/);
    assert.equal(await kept.read('b', read), 4);
  });

  it('are never more than so many: the oldest goes', async () => {
    for (const question of ['a', 'b', 'c']) await kept.read(question, read);
    assert.equal(await kept.read('c', read), 3);
    assert.equal(await kept.read('b', read), 2);
    assert.equal(await kept.read('a', read), 4);
  });
});
