import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseMrkdwn, parsePlainText } from '../../sandbox/page/web/mrkdwn.js';
import { addDays, formatSlackDate, instantOf, weekdayOf } from '../../sandbox/page/web/time.js';

const inline = (text: string) => parseMrkdwn(text).flatMap(({ elements }) => elements);
const words = (text: string) =>
  inline(text).map(({ type, text: shown, style }) => [type, shown, ...Object.keys(style ?? {})].join(' '));

describe('mrkdwn', () => {
  it('has bold, italic, struck and code words, one in another', () => {
    assert.deepEqual(words('a *b* _c_ ~d~ `e`'), [
      'text a ',
      'text b bold',
      'text  ',
      'text c italic',
      'text  ',
      'text d strike',
      'text  ',
      'text e code',
    ]);
    assert.deepEqual(words('*_both_*'), ['text both bold italic']);
  });

  it('leaves signs within words and lonely ones as they are', () => {
    for (const text of ['2*3*4', 'snake_case_name', '* a', 'a * b * c', '5 ~ 6'])
      assert.deepEqual(words(text), [`text ${text}`]);
  });

  it('shows what people wrote as it was written, signs of markup included', () => {
    assert.deepEqual(words('&lt;b&gt; &amp;amp;'), ['text <b> &amp;']);
    assert.deepEqual(words('`*no*`'), ['text *no* code']);
  });

  it('knows people, channels, groups, links and everybody', () => {
    assert.deepEqual(
      inline('<@U1> <#C1|salon> <!subteam^S1> <https://a.example/?x=1&amp;y=2|here> <!here>')
        .filter(({ type }) => type !== 'text')
        .map(({ style: _style, ...element }) => element),
      [
        { type: 'user', user_id: 'U1' },
        { type: 'channel', channel_id: 'C1', label: 'salon' },
        { type: 'usergroup', usergroup_id: 'S1', label: undefined },
        { type: 'link', url: 'https://a.example/?x=1&y=2', text: 'here' },
        { type: 'broadcast', range: 'here' },
      ],
    );
  });

  it('puts quotes and code blocks apart', () => {
    assert.deepEqual(
      parseMrkdwn('first\n&gt; said\n```*as* is```last').map(({ type }) => type),
      ['rich_text_section', 'rich_text_quote', 'rich_text_preformatted', 'rich_text_section'],
    );
  });

  it('takes emoji codes in plain text only where they are wanted', () => {
    assert.deepEqual(parsePlainText({ text: 'a :tada:' })[1], { type: 'emoji', name: 'tada' });
    assert.deepEqual(parsePlainText({ text: ':tada:', emoji: false }), [
      { type: 'text', text: ':tada:', style: {} },
    ]);
  });
});

describe('dates', () => {
  const now = Date.parse('2025-11-24T16:00:00Z');
  const at = Date.parse('2025-11-25T22:30:00Z') / 1_000;
  const shown = (format: string, language: 'de' | 'en', timeZone = 'Europe/Berlin') =>
    formatSlackDate({ timestamp: at, format, fallback: 'then' }, { language, timeZone, now });

  it('are in the language and the zone of the reader', () => {
    assert.equal(shown('{date_short} um {time}', 'de'), '25. Nov. 2025 um 23:30');
    assert.equal(shown('{date_num} {time}', 'en', 'Asia/Tokyo'), '2025-11-26 7:30');
    assert.equal(shown('{date_pretty}', 'en'), 'tomorrow');
    assert.equal(shown('{ago}', 'de'), 'in 1 Tag');
  });

  it('give way to the words in their place when a part is unknown', () => {
    assert.equal(shown('{date_unheard_of}', 'en'), 'then');
  });

  it('know the wall clock of a zone on both sides of a change of time', () => {
    const instant = (day: string) => instantOf(day, '09:00', 'Europe/Berlin').toISOString();
    assert.equal(instant('2025-10-25'), '2025-10-25T07:00:00.000Z');
    assert.equal(instant('2025-10-26'), '2025-10-26T08:00:00.000Z');
    assert.equal(addDays('2025-12-31', 1), '2026-01-01');
    assert.equal(weekdayOf('2025-11-30'), 7);
  });
});
