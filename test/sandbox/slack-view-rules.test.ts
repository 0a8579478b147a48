import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkView } from '../../sandbox/slack/rules/view-rules.ts';
import { SlackRefusal } from '../../sandbox/slack/slack-refusal.ts';

const x = (length: number) => 'x'.repeat(length);
const plain = (text: string) => ({ type: 'plain_text', text });
const section = { type: 'section', text: plain('hello') };
const input = { type: 'input', label: plain('Label'), element: { type: 'plain_text_input' } };
const modal = (more: object = {}) => ({ type: 'modal', title: plain('Title'), blocks: [section], ...more });
const home = (more: object = {}) => ({ type: 'home', blocks: [section], ...more });
const submit = plain('Send');

const INVALID: ['modal' | 'home', string, unknown, string, string][] = [
  ['modal', 'no view', undefined, '', 'missing required field: view'],
  ['modal', 'a view that did not parse', '{', '/view', 'must provide an object'],
  ['modal', 'no title', { type: 'modal', blocks: [] }, '/view', 'missing required field: title'],
  [
    'modal',
    'a title above 24',
    modal({ title: plain(x(25)) }),
    '/view/title/text',
    'must be less than 25 characters',
  ],
  [
    'modal',
    'a submit above 24',
    modal({ submit: plain(x(25)) }),
    '/view/submit/text',
    'must be less than 25 characters',
  ],
  [
    'modal',
    'a close above 24',
    modal({ close: plain(x(25)) }),
    '/view/close/text',
    'must be less than 25 characters',
  ],
  [
    'modal',
    'a title in mrkdwn',
    modal({ title: { type: 'mrkdwn', text: 't' } }),
    '/view/title/type',
    'must be a valid enum value',
  ],
  [
    'modal',
    'private_metadata above 3000',
    modal({ private_metadata: x(3001) }),
    '/view/private_metadata',
    'must be less than 3001 characters',
  ],
  [
    'modal',
    'a callback_id above 255',
    modal({ callback_id: x(256) }),
    '/view/callback_id',
    'must be less than 256 characters',
  ],
  [
    'modal',
    '101 blocks',
    modal({ blocks: Array(101).fill(section) }),
    '/view/blocks',
    'no more than 100 items allowed',
  ],
  [
    'modal',
    'an input without submit',
    modal({ blocks: [input] }),
    '/view/blocks/0/input',
    'must define `submit` to use an `input` block in modals',
  ],
  [
    'modal',
    'submit_disabled',
    modal({ submit_disabled: true }),
    '/view',
    'invalid additional property: submit_disabled',
  ],
  [
    'modal',
    'a block_id used twice',
    modal({
      blocks: [
        { ...section, block_id: 'b' },
        { ...section, block_id: 'b' },
      ],
    }),
    '/view/blocks/1/block_id',
    '`block_id` "b" already exists',
  ],
  [
    'modal',
    'markdown',
    modal({ blocks: [{ type: 'markdown', text: 'm' }] }),
    '/view/blocks/0/type',
    'unsupported type: markdown',
  ],
  [
    'modal',
    'a table',
    modal({ blocks: [{ type: 'table', rows: [[{ type: 'raw_text', text: 'a' }]] }] }),
    '/view/blocks/0/type',
    'unsupported type: table',
  ],
  [
    'modal',
    'a workflow button',
    modal({
      blocks: [
        {
          type: 'actions',
          elements: [{ type: 'workflow_button', text: plain('w'), workflow: { trigger: { url: 'u' } } }],
        },
      ],
    }),
    '/view/blocks/0/elements/0/type',
    'unsupported type: workflow_button',
  ],
  [
    'modal',
    'more than ten files',
    modal({ submit, blocks: [{ ...input, element: { type: 'file_input', max_files: 11 } }] }),
    '/view/blocks/0/element/max_files',
    'must be at most 10',
  ],
  [
    'modal',
    'a number input that does not say whether decimals',
    modal({ submit, blocks: [{ ...input, element: { type: 'number_input' } }] }),
    '/view/blocks/0/element',
    'missing required field: is_decimal_allowed',
  ],
  [
    'modal',
    'numbers instead of texts in a number input',
    modal({
      submit,
      blocks: [{ ...input, element: { type: 'number_input', is_decimal_allowed: true, min_value: 1 } }],
    }),
    '/view/blocks/0/element/min_value',
    'must provide a string',
  ],
  [
    'modal',
    'an alert above 200',
    modal({ blocks: [{ type: 'alert', text: plain(x(201)) }] }),
    '/view/blocks/0/text/text',
    'must be less than 201 characters',
  ],
  ['modal', 'a home view', home(), '/view/type', 'must be a valid enum value'],
  ['home', 'a title', home({ title: plain('t') }), '/view', 'invalid additional property: title'],
  [
    'home',
    'a datetimepicker',
    home({ blocks: [{ type: 'actions', elements: [{ type: 'datetimepicker' }] }] }),
    '/view/blocks/0/elements/0/type',
    'unsupported type: datetimepicker',
  ],
  [
    'home',
    'an alert',
    home({ blocks: [{ type: 'alert', text: plain('a') }] }),
    '/view/blocks/0/type',
    'unsupported type: alert',
  ],
  [
    'home',
    'a table',
    home({ blocks: [{ type: 'table', rows: [[{ type: 'raw_text', text: 'a' }]] }] }),
    '/view/blocks/0/type',
    'unsupported type: table',
  ],
];

function refusal(given: unknown, type: 'modal' | 'home'): SlackRefusal {
  try {
    checkView(given, type);
  } catch (error) {
    if (error instanceof SlackRefusal) return error;
    throw error;
  }
  assert.fail('it was accepted');
}

describe('views', () => {
  for (const [type, name, view, path, message] of INVALID) {
    it(`refuse ${name} in a ${type}`, () => {
      const { code, problems } = refusal(view, type);
      assert.equal(code, 'invalid_arguments');
      assert(
        problems.some((each) => each.path === path && each.message === message),
        JSON.stringify(problems),
      );
    });
  }

  it('refuse more than 250 KB', () => {
    const blocks = Array(100).fill({ type: 'section', text: plain('ü'.repeat(1_500)) });
    assert.equal(refusal(modal({ blocks }), 'modal').code, 'view_too_large');
  });

  it('accept modals with every kind of input, and homes with inputs but no submit', () => {
    const elements = [
      {
        type: 'plain_text_input',
        multiline: true,
        dispatch_action_config: { trigger_actions_on: ['on_enter_pressed'] },
      },
      { type: 'email_text_input', focus_on_load: true },
      { type: 'url_text_input' },
      { type: 'number_input', is_decimal_allowed: false, min_value: '1', max_value: '9' },
      { type: 'datetimepicker' },
      { type: 'file_input', max_files: 10 },
      { type: 'rich_text_input' },
    ];
    const blocks = elements.map((element) => ({ ...input, element }));
    const view = modal({ submit, blocks, clear_on_close: true, notify_on_close: true, external_id: 'e' });
    assert.equal(checkView(view, 'modal'), view);
    assert.ok(
      checkView(home({ blocks: [input, { type: 'card', body: { type: 'mrkdwn', text: 'b' } }] }), 'home'),
    );
  });
});
