import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTurns } from '../../src/sync/turns.ts';

describe('turns at Cal.com', () => {
  const begun: string[] = [];
  const held = new Map<string, () => void>();
  const hold = (name: string) => () => {
    begun.push(name);
    return new Promise<void>((resolve) => held.set(name, resolve));
  };

  it('are at most so many at once, first come first served; a person does not queue', async () => {
    const turns = createTurns(2);
    const ends = ['a', 'b', 'c', 'd'].map((name) => turns.take(false, hold(name)));
    ends.push(turns.take(true, hold('person')));
    await turn();
    assert.deepEqual(begun, ['a', 'b', 'person']);
    held.get('a')?.();
    await turn();
    assert.deepEqual(begun, ['a', 'b', 'person'], 'the person has the place that became free');
    held.get('person')?.();
    await turn();
    assert.deepEqual(begun, ['a', 'b', 'person', 'c']);
    held.get('b')?.();
    await turn();
    assert.deepEqual(begun, ['a', 'b', 'person', 'c', 'd']);
    held.get('c')?.();
    held.get('d')?.();
    await Promise.all(ends);
  });

  it('are handed on when what had one fails', async () => {
    const turns = createTurns(1);
    const failing = turns.take(false, () => Promise.reject(new Error('no')));
    const next = turns.take(false, async () => 'done');
    await assert.rejects(failing, /no/);
    assert.equal(await next, 'done');
  });
});

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
