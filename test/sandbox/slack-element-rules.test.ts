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
const choice = (at: number, more: object = {}) => ({ text: plain(`Option ${at}`), value: `v${at}`, ...more });
const select = (more: object) => ({ type: 'static_select', action_id: 'pick', ...more });
const input = (element: object) => ({ type: 'input', label: plain('Label'), element });
const chars = (max: number) => `must be less than ${max + 1} characters`;
const items = (max: number) => `no more than ${max} items allowed`;
const unsupported = (type: string) => `unsupported type: ${type}`;

/** Name, element of an actions block, pointer below the element, the words of Slack's complaint. */
const ELEMENTS: [string, object, string, string][] = [
  ['a long action_id', button({ action_id: x(256) }), '/action_id', chars(255)],
  ['button text above 75', button({ text: plain(x(76)) }), '/text/text', chars(75)],
  ['button value above 2000', button({ value: x(2001) }), '/value', chars(2000)],
  ['button value as a number', button({ value: 5 }), '/value', 'must provide a string'],
  ['button url above 3000', button({ url: x(3001) }), '/url', chars(3000)],
  ['an unknown button style', button({ style: 'default' }), '/style', 'must be a valid enum value'],
  [
    'an accessibility label above 75',
    button({ accessibility_label: x(76) }),
    '/accessibility_label',
    chars(75),
  ],
  [
    'confirm title above 100',
    button({ confirm: { title: plain(x(101)), text: plain('t') } }),
    '/confirm/title/text',
    chars(100),
  ],
  ['confirm text above 300', button({ confirm: { text: mrkdwn(x(301)) } }), '/confirm/text/text', chars(300)],
  [
    'confirm button above 30',
    button({ confirm: { text: plain('t'), confirm: plain(x(31)) } }),
    '/confirm/confirm/text',
    chars(30),
  ],
  [
    'confirm deny above 30',
    button({ confirm: { text: plain('t'), deny: plain(x(31)) } }),
    '/confirm/deny/text',
    chars(30),
  ],
  ['101 options', select({ options: many(101, choice) }), '/options', items(100)],
  ['no options', select({ options: [] }), '/options', 'must provide at least 1 items'],
  [
    'options and groups',
    select({ options: [choice(1)], option_groups: [{ label: plain('g'), options: [choice(1)] }] }),
    '',
    'must define either `options` or `option_groups`',
  ],
  ['neither options nor groups', select({}), '', 'must define either `options` or `option_groups`'],
  [
    'a group label above 75',
    select({ option_groups: [{ label: plain(x(76)), options: [choice(1)] }] }),
    '/option_groups/0/label/text',
    chars(75),
  ],
  [
    '101 groups',
    select({ option_groups: many(101, () => ({ label: plain('g'), options: [choice(1)] })) }),
    '/option_groups',
    items(100),
  ],
  [
    'option text above 75',
    select({ options: [choice(1, { text: plain(x(76)) })] }),
    '/options/0/text/text',
    chars(75),
  ],
  [
    'option value above 75',
    select({ options: [choice(1, { value: x(76) })] }),
    '/options/0/value',
    chars(75),
  ],
  [
    'an option without value',
    select({ options: [{ text: plain('o') }] }),
    '/options/0',
    'missing required field: value',
  ],
  [
    'option description above 75',
    select({ options: [choice(1, { description: plain(x(76)) })] }),
    '/options/0/description/text',
    chars(75),
  ],
  [
    'an option with url outside overflow',
    select({ options: [choice(1, { url: 'https://example.org' })] }),
    '/options/0',
    'invalid additional property: url',
  ],
  [
    'an option in mrkdwn in a select',
    select({ options: [choice(1, { text: mrkdwn('o') })] }),
    '/options/0/text/type',
    'must be a valid enum value',
  ],
  [
    'an initial option that is none',
    select({ options: [choice(1)], initial_option: choice(2) }),
    '/initial_option',
    'must be one of the provided options',
  ],
  [
    'a placeholder above 150',
    select({ options: [choice(1)], placeholder: plain(x(151)) }),
    '/placeholder/text',
    chars(150),
  ],
  [
    'max_selected_items 0',
    { type: 'multi_static_select', options: [choice(1)], max_selected_items: 0 },
    '/max_selected_items',
    'must be at least 1',
  ],
  ['11 checkboxes', { type: 'checkboxes', options: many(11, choice) }, '/options', items(10)],
  ['11 radio buttons', { type: 'radio_buttons', options: many(11, choice) }, '/options', items(10)],
  ['six overflow options', { type: 'overflow', options: many(6, choice) }, '/options', items(5)],
  [
    'overflow url above 3000',
    { type: 'overflow', options: [choice(1, { url: x(3001) })] },
    '/options/0/url',
    chars(3000),
  ],
  [
    'a date that is none',
    { type: 'datepicker', initial_date: '26.11.2025' },
    '/initial_date',
    'must be a valid date in the format YYYY-MM-DD',
  ],
  [
    'a time that is none',
    { type: 'timepicker', initial_time: '24:00' },
    '/initial_time',
    'must match the required pattern',
  ],
  [
    'a zone that is none',
    { type: 'timepicker', timezone: 'Mars/Base' },
    '/timezone',
    'must be a valid timezone',
  ],
  [
    'milliseconds in a datetimepicker',
    { type: 'datetimepicker', initial_date_time: 1_764_162_000_000 },
    '/initial_date_time',
    'must be at most 9999999999',
  ],
  [
    'a long option in a group',
    select({ option_groups: [{ label: plain('g'), options: [choice(1, { value: x(76) })] }] }),
    '/option_groups/0/options/0/value',
    chars(75),
  ],
  [
    '101 options in a group',
    select({ option_groups: [{ label: plain('g'), options: many(101, choice) }] }),
    '/option_groups/0/options',
    items(100),
  ],
  [
    'min_query_length -1',
    { type: 'external_select', min_query_length: -1 },
    '/min_query_length',
    'must be at least 0',
  ],
  [
    'checkbox text above 75',
    { type: 'checkboxes', options: [choice(1, { text: plain(x(76)) })] },
    '/options/0/text/text',
    chars(75),
  ],
  [
    'overflow text above 75',
    { type: 'overflow', options: [choice(1, { text: plain(x(76)) })] },
    '/options/0/text/text',
    chars(75),
  ],
  [
    'a picker placeholder above 150',
    { type: 'datepicker', placeholder: plain(x(151)) },
    '/placeholder/text',
    chars(150),
  ],
  [
    'nine digits in a datetimepicker',
    { type: 'datetimepicker', initial_date_time: 999_999_999 },
    '/initial_date_time',
    'must be at least 1000000000',
  ],
  [
    'a workflow button above 75',
    { type: 'workflow_button', text: plain(x(76)), workflow: { trigger: { url: 'u' } } },
    '/text/text',
    chars(75),
  ],
];

/** Name, blocks, pointer, words. */
const INPUTS: [string, object | object[], string, string][] = [
  [
    'max_length above 3000',
    input({ type: 'plain_text_input', max_length: 3001 }),
    '/blocks/0/element/max_length',
    'must be at most 3000',
  ],
  [
    'min_length above max_length',
    input({ type: 'plain_text_input', min_length: 5, max_length: 4 }),
    '/blocks/0/element/min_length',
    'must be less than or equal to `max_length`',
  ],
  [
    'an input label above 2000',
    { ...input({ type: 'plain_text_input' }), label: plain(x(2001)) },
    '/blocks/0/label/text',
    chars(2000),
  ],
  [
    'an input hint above 2000',
    { ...input({ type: 'plain_text_input' }), hint: plain(x(2001)) },
    '/blocks/0/hint/text',
    chars(2000),
  ],
  [
    'two elements that want the focus',
    many(2, () => input({ type: 'plain_text_input', focus_on_load: true })),
    '/blocks/1/element/focus_on_load',
    'only one element may set `focus_on_load`',
  ],
  [
    'an e-mail input in a message',
    input({ type: 'email_text_input' }),
    '/blocks/0/element/type',
    unsupported('email_text_input'),
  ],
  [
    'a number input in a message',
    input({ type: 'number_input', is_decimal_allowed: false }),
    '/blocks/0/element/type',
    unsupported('number_input'),
  ],
  [
    'a url input in a message',
    input({ type: 'url_text_input' }),
    '/blocks/0/element/type',
    unsupported('url_text_input'),
  ],
  [
    'a rich text input in a message',
    input({ type: 'rich_text_input' }),
    '/blocks/0/element/type',
    unsupported('rich_text_input'),
  ],
  [
    'a file input in a message',
    input({ type: 'file_input' }),
    '/blocks/0/element/type',
    unsupported('file_input'),
  ],
  [
    'max_length 0',
    input({ type: 'plain_text_input', max_length: 0 }),
    '/blocks/0/element/max_length',
    'must be at least 1',
  ],
  [
    'min_length above 3000',
    input({ type: 'plain_text_input', min_length: 3001 }),
    '/blocks/0/element/min_length',
    'must be at most 3000',
  ],
  [
    'min_length -1',
    input({ type: 'plain_text_input', min_length: -1 }),
    '/blocks/0/element/min_length',
    'must be at least 0',
  ],
  [
    'an icon button above 75',
    { type: 'context_actions', elements: [{ type: 'icon_button', icon: 'trash', text: plain(x(76)) }] },
    '/blocks/0/elements/0/text/text',
    chars(75),
  ],
  [
    'a feedback button above 75',
    {
      type: 'context_actions',
      elements: [
        {
          type: 'feedback_buttons',
          positive_button: { text: plain(x(76)), value: '1' },
          negative_button: { text: plain('n'), value: '0' },
        },
      ],
    },
    '/blocks/0/elements/0/positive_button/text/text',
    chars(75),
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

describe('Block Kit elements in messages', () => {
  for (const [name, element, path, message] of ELEMENTS) {
    it(`are refused with ${name}`, () => {
      assertComplaint([{ type: 'actions', elements: [element] }], `/blocks/0/elements/0${path}`, message);
    });
  }
  for (const [name, blocks, path, message] of INPUTS) {
    it(`are refused with ${name}`, () => assertComplaint([blocks].flat(), path, message));
  }
});
