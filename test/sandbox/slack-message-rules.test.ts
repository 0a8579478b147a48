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
const choice = (at: number, more: object = {}) => ({ text: plain(`Option ${at}`), value: `v${at}`, ...more });
const select = (more: object) => ({ type: 'static_select', action_id: 'pick', ...more });
const input = (element: object) => ({ type: 'input', label: plain('Label'), element });
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

const VALID: [string, object | object[]][] = [
  ['50 blocks', many(50, () => section())],
  [
    'everything a section takes',
    section({
      block_id: 's',
      fields: [mrkdwn('f')],
      accessory: button({ action_id: 'a', value: 'v', style: 'danger' }),
      expand: true,
    }),
  ],
  [
    'every limit exactly',
    [
      { type: 'header', text: plain(x(150)), level: 4 },
      section({ text: mrkdwn(x(3000)) }),
      actions(...many(25, () => button({ text: plain(x(75)) }))),
    ],
  ],
  ['the same action_id in two blocks', many(2, () => actions(button({ action_id: 'retry' })))],
  [
    'every kind of action',
    actions(
      button({
        confirm: {
          title: plain('t'),
          text: mrkdwn('t'),
          confirm: plain('y'),
          deny: plain('n'),
          style: 'danger',
        },
      }),
      select({ options: [choice(1), choice(2)], initial_option: choice(2), placeholder: plain('p') }),
      {
        type: 'multi_static_select',
        option_groups: [{ label: plain('g'), options: [choice(1)] }],
        initial_options: [choice(1)],
      },
      { type: 'external_select', min_query_length: 0 },
      {
        type: 'conversations_select',
        filter: { include: ['public'] },
        default_to_current_conversation: true,
      },
      { type: 'users_select', initial_user: 'U1' },
      { type: 'overflow', options: [choice(1, { url: 'https://example.org' })] },
      { type: 'datepicker', initial_date: '2025-11-26' },
      { type: 'timepicker', initial_time: '23:59', timezone: 'Europe/Berlin' },
      { type: 'datetimepicker', initial_date_time: 1_764_162_000 },
      {
        type: 'checkboxes',
        options: [choice(1, { text: mrkdwn('*o*') })],
        initial_options: [choice(1, { text: mrkdwn('*o*') })],
      },
      { type: 'radio_buttons', options: [choice(1)] },
    ),
  ],
  [
    'a table and two charts',
    [
      {
        type: 'table',
        rows: [[cell('a'), rich({ type: 'text', text: 'b' })]],
        column_settings: [{ align: 'right' }],
      },
      pie(6),
      line({}),
    ],
  ],
  [
    'rich text',
    rich(
      { type: 'text', text: 'b', style: { bold: true } },
      { type: 'date', timestamp: 1, format: '{date}', fallback: 'f' },
      { type: 'user', user_id: 'U1' },
    ),
  ],
  [
    'an input, which messages take too',
    input({ type: 'plain_text_input', action_id: 'a', min_length: 0, max_length: 3000 }),
  ],
  [
    'a carousel of cards',
    { type: 'carousel', elements: [{ type: 'card', title: mrkdwn('t'), actions: [button()] }] },
  ],
  ['a container', { type: 'container', title: plain('t'), child_blocks: [section(), { type: 'divider' }] }],
];

function refusalOf(check: () => unknown): Record<string, unknown> {
  try {
    check();
  } catch (error) {
    if (error instanceof SlackRefusal) return error.answer();
    throw error;
  }
  assert.fail('it was accepted');
}

describe('a message', () => {
  for (const [name, blocks] of VALID) {
    it(`accepts ${name}`, () => {
      const all = Array.isArray(blocks) ? blocks : [blocks];
      assert.deepEqual(checkMessage({ text: 'fallback', blocks: all }).blocks, all);
    });
  }
});

const textOf = (...lengths: number[]) => lengths.map((length) => section({ text: mrkdwn(x(length)) }));

describe('a message as a whole', () => {
  const REFUSED: [string, Record<string, unknown>, string][] = [
    ['nothing to say', {}, 'no_text'],
    ['empty text and no blocks', { text: '', blocks: [] }, 'no_text'],
    ['blocks that are no list', { blocks: 'nonsense' }, 'invalid_blocks_format'],
    ['block text above the sum', { blocks: textOf(3_000, 3_000, 3_000, 2_341) }, 'msg_blocks_too_long'],
    ['101 attachments', { attachments: many(101, () => ({ text: 'a' })) }, 'too_many_attachments'],
    [
      'a bad block in an attachment',
      { attachments: [{ blocks: [{ type: 'bogus' }] }] },
      'invalid_attachments',
    ],
    ['metadata that is text', { text: 'a', metadata: 'nonsense' }, 'invalid_metadata_format'],
    [
      'metadata without event_type',
      { text: 'a', metadata: { event_payload: {} } },
      'invalid_metadata_schema',
    ],
    [
      'deeply nested metadata',
      { text: 'a', metadata: { event_type: 'e', event_payload: { a: { b: { c: 1 } } } } },
      'invalid_metadata_schema',
    ],
    [
      'too much metadata',
      { text: 'a', metadata: { event_type: 'e', event_payload: { a: x(16_400) } } },
      'metadata_too_large',
    ],
  ];
  for (const [name, message, error] of REFUSED) {
    it(`refuses ${name}: ${error}`, () => assert.equal(refusalOf(() => checkMessage(message)).error, error));
  }

  it('cuts text above 40,000 characters instead of refusing it', () => {
    assert.equal(checkMessage({ text: x(40_001) }).text.length, 40_000);
  });

  it('accepts block text up to the sum', () => {
    assert.equal(checkMessage({ blocks: textOf(3_000, 3_000, 3_000, 2_340) }).blocks.length, 4);
  });

  it('does not hold a response_url to the sum of block text', () => {
    const blocks = textOf(3_000, 3_000, 3_000, 3_000, 3_000);
    assert.equal(checkMessage({ blocks }, { isResponse: true }).blocks.length, 5);
  });

  it('accepts metadata and a coloured attachment with blocks', () => {
    const metadata = { event_type: 'alert_posted', event_payload: { id: 7, tags: ['a'], of: { kind: 'x' } } };
    const attachments = [{ color: '#E01E5A', blocks: [section()], fallback: 'f' }];
    assert.deepEqual(checkMessage({ text: 'a', metadata, attachments }), {
      text: 'a',
      blocks: [],
      attachments,
      metadata,
    });
  });
});
