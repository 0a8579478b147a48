import assert from 'node:assert/strict';
import { it } from 'node:test';
import { listIds, readWords } from '../../src/alerts/read-words.ts';

it('reads numbers the way that people write them, each once', () => {
  assert.deepEqual(readWords(' 748,#750;  751 748\n'), { ids: [748, 750, 751], others: [] });
  assert.deepEqual(readWords(''), { ids: [], others: [] });
});

it('takes for a number only what can be the number of an appointment', () => {
  const others = ['0', '-1', '1.5', '1e3', '0x10', '007', '9007199254740993', '748-750', '<@U1>', '٧'];
  assert.deepEqual(readWords(others.join(' ')), { ids: [], others });
});

it('keeps the words apart', () => {
  assert.deepEqual(readWords('Failed 12 now'), { ids: [12], others: ['Failed', 'now'] });
});

it('lists as many numbers as one reads', () => {
  assert.equal(listIds([1, 2]), '#1, #2');
  assert.match(listIds(Array.from({ length: 500 }, (_, index) => index + 1)), /#20, …$/);
});
