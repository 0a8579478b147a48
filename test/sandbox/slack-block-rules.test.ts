import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkMessage } from '../../sandbox/slack/rules/message-rules.ts';
import { SlackRefusal } from '../../sandbox/slack/slack-refusal.ts';

const x = (length: number) => 'x'.repeat(length);
const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const many = <Item>(count: number, make: (at: number) => Item) =>
  Array.from({ length: count }, (_, at) => make(at));
const button = (more: object = {}) => ({ type: 'button', text: plain('Go'), ...more });
const section = (more: object = {}) => ({ type: 'section', text: mrkdwn('hello'), ...more });
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const cell = (text: string) => ({ type: 'raw_text', text });
const rich = (...elements: object[]) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements }],
});
const pie = (segments: number) => ({
  type: 'data_visualization',
  title: 'Chart',
  chart: { type: 'pie', segments: many(segments, (at) => ({ label: `s${at}`, value: 1 })) },
});
const line = (chart: object) => ({
  type: 'data_visualization',
  title: 'Chart',
  chart: {
    type: 'line',
    series: [{ name: 'failed', data: [{ label: 'Mon', value: 3 }] }],
    axis_config: { categories: ['Mon'] },
    ...chart,
  },
});
const chars = (max: number) => `must be less than ${max + 1} characters`;
const items = (max: number) => `no more than ${max} items allowed`;
const unsupported = (type: string) => `unsupported type: ${type}`;

/** Name, the one block or all blocks, pointer, the words of Slack's complaint. */
const BLOCKS: [string, object | object[], string, string][] = [
  ['51 blocks', many(51, () => section()), '/blocks', items(50)],
  ['an unknown block', { type: 'bogus' }, '/blocks/0/type', unsupported('bogus')],
  ['a block without type', { text: plain('x') }, '/blocks/0', 'missing required field: type'],
  ['an unknown property', section({ colour: 'red' }), '/blocks/0', 'invalid additional property: colour'],
  ['a long block_id', section({ block_id: x(256) }), '/blocks/0/block_id', chars(255)],
  [
    'a block_id used twice',
    [section({ block_id: 'a' }), section({ block_id: 'a' })],
    '/blocks/1/block_id',
    '`block_id` "a" already exists',
  ],
  ['section text above 3000', section({ text: mrkdwn(x(3001)) }), '/blocks/0/text/text', chars(3000)],
  ['an empty text', section({ text: mrkdwn('') }), '/blocks/0/text/text', 'must be more than 0 characters'],
  ['a bare string for a text object', section({ text: 'hello' }), '/blocks/0/text', 'must provide an object'],
  ['a section with nothing', { type: 'section' }, '/blocks/0/type', 'must define either `text` or `fields`'],
  ['11 fields', { type: 'section', fields: many(11, () => mrkdwn('f')) }, '/blocks/0/fields', items(10)],
  ['no fields', { type: 'section', fields: [] }, '/blocks/0/fields', 'must provide at least 1 items'],
  [
    'a field above 2000',
    { type: 'section', fields: [mrkdwn(x(2001))] },
    '/blocks/0/fields/0/text',
    chars(2000),
  ],
  [
    'an accessory that sections do not take',
    section({ accessory: { type: 'datetimepicker' } }),
    '/blocks/0/accessory/type',
    unsupported('datetimepicker'),
  ],
  ['a header above 150', { type: 'header', text: plain(x(151)) }, '/blocks/0/text/text', chars(150)],
  [
    'a header in mrkdwn',
    { type: 'header', text: mrkdwn('h') },
    '/blocks/0/text/type',
    'must be a valid enum value',
  ],
  [
    'a header of level 5',
    { type: 'header', text: plain('h'), level: 5 },
    '/blocks/0/level',
    'must be at most 4',
  ],
  [
    '11 context elements',
    { type: 'context', elements: many(11, () => mrkdwn('c')) },
    '/blocks/0/elements',
    items(10),
  ],
  [
    'a button in a context',
    { type: 'context', elements: [button()] },
    '/blocks/0/elements/0/type',
    unsupported('button'),
  ],
  ['26 action elements', actions(...many(26, () => button())), '/blocks/0/elements', items(25)],
  ['no action elements', actions(), '/blocks/0/elements', 'must provide at least 1 items'],
  [
    'an action_id used twice in a block',
    actions(button({ action_id: 'a' }), button({ action_id: 'a' })),
    '/blocks/0/elements/1/action_id',
    '`action_id` "a" already exists',
  ],
  [
    'six context actions',
    {
      type: 'context_actions',
      elements: many(6, () => ({ type: 'icon_button', icon: 'trash', text: plain('t') })),
    },
    '/blocks/0/elements',
    items(5),
  ],
  [
    'an image without alt_text',
    { type: 'image', image_url: 'https://example.org/a.png' },
    '/blocks/0',
    'missing required field: alt_text',
  ],
  [
    'an image without source',
    { type: 'image', alt_text: 'a' },
    '/blocks/0',
    'must define either `image_url` or `slack_file`',
  ],
  [
    'an image url above 3000',
    { type: 'image', alt_text: 'a', image_url: x(3001) },
    '/blocks/0/image_url',
    chars(3000),
  ],
  [
    'an image title above 2000',
    { type: 'image', alt_text: 'a', image_url: 'u', title: plain(x(2001)) },
    '/blocks/0/title/text',
    chars(2000),
  ],
  [
    'a block_id on an element',
    actions(button({ block_id: 'b' })),
    '/blocks/0/elements/0',
    'invalid additional property: block_id',
  ],
  ['an alert in a message', { type: 'alert', text: plain('a') }, '/blocks/0/type', unsupported('alert')],
  [
    'a file in a message',
    { type: 'file', source: 'remote', external_id: 'f' },
    '/blocks/0/type',
    unsupported('file'),
  ],
  ['markdown above 12000', { type: 'markdown', text: x(12_001) }, '/blocks/0/text', chars(12000)],
  [
    'markdown above 12000 in all',
    many(2, () => ({ type: 'markdown', text: x(6_001) })),
    '/blocks',
    'markdown text must be less than 12001 characters in all',
  ],
  ['101 table rows', { type: 'table', rows: many(101, () => [cell('a')]) }, '/blocks/0/rows', items(100)],
  ['21 table columns', { type: 'table', rows: [many(21, () => cell('a'))] }, '/blocks/0/rows/0', items(20)],
  [
    'an empty table cell',
    { type: 'table', rows: [[cell('')]] },
    '/blocks/0/rows/0/0/text',
    'must be more than 0 characters',
  ],
  [
    'two tables',
    many(2, () => ({ type: 'table', rows: [[cell('a')]] })),
    '/blocks/1',
    'only_one_table_allowed',
  ],
  [
    'a data table of one row',
    { type: 'data_table', caption: 'c', rows: [[cell('a')]] },
    '/blocks/0/rows',
    'must provide at least 2 items',
  ],
  [
    'a data table of 102 rows',
    { type: 'data_table', caption: 'c', rows: many(102, () => [cell('a')]) },
    '/blocks/0/rows',
    items(101),
  ],
  [
    'a data table without caption',
    { type: 'data_table', rows: many(2, () => [cell('a')]) },
    '/blocks/0',
    'missing required field: caption',
  ],
  [
    'page_size 101',
    { type: 'data_table', caption: 'c', rows: many(2, () => [cell('a')]), page_size: 101 },
    '/blocks/0/page_size',
    'must be at most 100',
  ],
  [
    'rich text in the head of a data table',
    { type: 'data_table', caption: 'c', rows: [[rich()], [cell('a')]] },
    '/blocks/0/rows/0/0/type',
    unsupported('rich_text'),
  ],
  [
    'a data table above 10000 characters',
    { type: 'data_table', caption: 'c', rows: many(2, () => [cell(x(5_001))]) },
    '/blocks/0/rows',
    chars(10000),
  ],
  ['three charts', many(3, () => pie(1)), '/blocks/2', 'too many data_visualization blocks'],
  ['a chart title above 50', { ...pie(1), title: x(51) }, '/blocks/0/title', chars(50)],
  ['a pie of seven', pie(7), '/blocks/0/chart/segments', items(6)],
  [
    '21 points',
    line({ series: [{ name: 's', data: many(21, () => ({ label: 'l', value: 1 })) }] }),
    '/blocks/0/chart/series/0/data',
    items(20),
  ],
  [
    'a chart label above 20',
    line({ axis_config: { categories: [x(21)] } }),
    '/blocks/0/chart/axis_config/categories/0',
    chars(20),
  ],
  ['a card title above 150', { type: 'card', title: mrkdwn(x(151)) }, '/blocks/0/title/text', chars(150)],
  ['a card body above 200', { type: 'card', body: mrkdwn(x(201)) }, '/blocks/0/body/text', chars(200)],
  ['three card actions', { type: 'card', actions: many(3, () => button()) }, '/blocks/0/actions', items(2)],
  [
    'an empty card',
    { type: 'card' },
    '/blocks/0',
    'must define one of `hero_image`, `title`, `actions` or `body`',
  ],
  [
    '11 cards',
    { type: 'carousel', elements: many(11, () => ({ type: 'card', body: mrkdwn('b') })) },
    '/blocks/0/elements',
    items(10),
  ],
  [
    '11 blocks in a container',
    { type: 'container', title: plain('t'), child_blocks: many(11, () => section()) },
    '/blocks/0/child_blocks',
    items(10),
  ],
  [
    'a container in a container',
    {
      type: 'container',
      title: plain('t'),
      child_blocks: [{ type: 'container', title: plain('t'), child_blocks: [section()] }],
    },
    '/blocks/0/child_blocks/0/type',
    unsupported('container'),
  ],
  [
    'a video title of 200',
    { type: 'video', title: plain(x(200)), alt_text: 'a', video_url: 'u', thumbnail_url: 't' },
    '/blocks/0/title/text',
    chars(199),
  ],
  [
    'a video author of 50',
    {
      type: 'video',
      title: plain('t'),
      author_name: x(50),
      alt_text: 'a',
      video_url: 'u',
      thumbnail_url: 't',
    },
    '/blocks/0/author_name',
    chars(49),
  ],
  [
    'an unknown rich text element',
    rich({ type: 'sparkle' }),
    '/blocks/0/elements/0/elements/0/type',
    unsupported('sparkle'),
  ],
  [
    'an empty plain text',
    { type: 'header', text: plain('') },
    '/blocks/0/text/text',
    'must be more than 0 characters',
  ],
  [
    'a header of level 0',
    { type: 'header', text: plain('h'), level: 0 },
    '/blocks/0/level',
    'must be at least 1',
  ],
  [
    'alt_text above 2000',
    { type: 'image', image_url: 'u', alt_text: x(2001) },
    '/blocks/0/alt_text',
    chars(2000),
  ],
  [
    'alt_text above 2000 in a context',
    { type: 'context', elements: [{ type: 'image', image_url: 'u', alt_text: x(2001) }] },
    '/blocks/0/elements/0/alt_text',
    chars(2000),
  ],
  [
    'a video description above 200',
    {
      type: 'video',
      title: plain('t'),
      description: plain(x(201)),
      alt_text: 'a',
      video_url: 'u',
      thumbnail_url: 't',
    },
    '/blocks/0/description/text',
    chars(200),
  ],
  [
    '21 data table columns',
    { type: 'data_table', caption: 'c', rows: many(2, () => many(21, () => cell('a'))) },
    '/blocks/0/rows/0',
    items(20),
  ],
  [
    'page_size 0',
    { type: 'data_table', caption: 'c', rows: many(2, () => [cell('a')]), page_size: 0 },
    '/blocks/0/page_size',
    'must be at least 1',
  ],
  [
    '21 column settings',
    { type: 'table', rows: [[cell('a')]], column_settings: many(21, () => ({})) },
    '/blocks/0/column_settings',
    items(20),
  ],
  [
    'a segment label above 20',
    { ...pie(1), chart: { type: 'pie', segments: [{ label: x(21), value: 1 }] } },
    '/blocks/0/chart/segments/0/label',
    chars(20),
  ],
  [
    'a series name above 20',
    line({ series: [{ name: x(21), data: [{ label: 'l', value: 1 }] }] }),
    '/blocks/0/chart/series/0/name',
    chars(20),
  ],
  [
    '21 categories',
    line({ axis_config: { categories: many(21, () => 'c') } }),
    '/blocks/0/chart/axis_config/categories',
    items(20),
  ],
  ...['line', 'bar', 'area'].map((type): [string, object, string, string] => [
    `seven series in a chart of type ${type}`,
    line({ type, series: many(7, () => ({ name: 's', data: [{ label: 'l', value: 1 }] })) }),
    '/blocks/0/chart/series',
    items(6),
  ]),
  [
    'a card subtitle above 150',
    { type: 'card', body: mrkdwn('b'), subtitle: mrkdwn(x(151)) },
    '/blocks/0/subtitle/text',
    chars(150),
  ],
  [
    'a container title above 150',
    { type: 'container', title: plain(x(151)), child_blocks: [section()] },
    '/blocks/0/title/text',
    chars(150),
  ],
  [
    'a container subtitle above 150',
    { type: 'container', title: plain('t'), subtitle: plain(x(151)), child_blocks: [section()] },
    '/blocks/0/subtitle/text',
    chars(150),
  ],
];

/** Slack's complaints about blocks, `[ERROR] what [json-pointer:where]`. */
function complaints(blocks: unknown[]): string[] {
  try {
    checkMessage({ blocks });
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    const { error: code, response_metadata: metadata } = error.answer();
    assert.equal(code, 'invalid_blocks');
    return (metadata as { messages: string[] }).messages;
  }
  assert.fail('it was accepted');
}

function assertComplaint(blocks: unknown[], path: string, message: string): void {
  const all = complaints(blocks);
  assert(all.includes(`[ERROR] ${message} [json-pointer:${path}]`), `only ${all.join('; ')}`);
}

describe('Block Kit blocks in messages', () => {
  for (const [name, blocks, path, message] of BLOCKS) {
    it(`are refused with ${name}`, () => assertComplaint([blocks].flat(), path, message));
  }
});
