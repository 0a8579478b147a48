import { anyText, plainText } from './composition-rules.ts';
import { elementOf, imageElement, imageSources, oneImageSource } from './element-rules.ts';
import { newerBlocks } from './newer-block-rules.ts';
import { richTextBlock } from './rich-text-rules.ts';
import { flag, identifier, oneOf, text, wholeNumber } from './scalar-rules.ts';
import { list, object, type Report, type Rule, variants } from './shape.ts';
import { tableBlocks } from './table-rules.ts';

// Limits: docs.slack.dev, reference/block-kit/blocks.

const SELECTS = [
  'static_select',
  'external_select',
  'users_select',
  'conversations_select',
  'channels_select',
];
const MENUS = [...SELECTS, ...SELECTS.map((type) => `multi_${type}`)];
const PICKERS = ['datepicker', 'timepicker', 'checkboxes', 'radio_buttons'];
const WRITTEN = ['plain_text_input', 'email_text_input', 'url_text_input', 'number_input', 'rich_text_input'];

const actionElement = elementOf(
  'button',
  'overflow',
  'workflow_button',
  'datetimepicker',
  'rich_text_input',
  ...PICKERS,
  ...MENUS,
);
const accessory = elementOf('button', 'overflow', 'workflow_button', 'image', ...PICKERS, ...MENUS);
const inputElement = elementOf('datetimepicker', 'file_input', ...WRITTEN, ...PICKERS, ...MENUS);

const contextElement = variants(() => ({
  image: imageElement,
  plain_text: plainText(),
  mrkdwn: anyText(),
}));

const rules: Record<string, Rule> = {
  section: block(
    'section',
    {
      'text?': anyText(),
      'fields?': list(anyText(2_000), { max: 10 }),
      'accessory?': accessory,
      'expand?': flag,
    },
    (value, path, report) => {
      if (value.text === undefined && value.fields === undefined) {
        report(`${path}/type`, 'must define either `text` or `fields`');
      }
    },
  ),
  header: block('header', { text: plainText(150), 'level?': wholeNumber({ min: 1, max: 4 }) }),
  context: block('context', { elements: list(contextElement, { max: 10 }) }),
  actions: block('actions', { elements: list(actionElement, { max: 25 }) }),
  context_actions: block('context_actions', {
    elements: list(elementOf('feedback_buttons', 'icon_button'), { max: 5 }),
  }),
  divider: block('divider', {}),
  image: block(
    'image',
    { alt_text: text({ min: 1, max: 2_000 }), 'title?': plainText(2_000), ...imageSources() },
    oneImageSource,
  ),
  input: block('input', {
    label: plainText(2_000),
    'hint?': plainText(2_000),
    'optional?': flag,
    'dispatch_action?': flag,
    element: inputElement,
  }),
  markdown: block('markdown', { text: text({ min: 1, max: 12_000 }) }),
  video: block('video', {
    video_url: text({ min: 1 }),
    thumbnail_url: text({ min: 1 }),
    alt_text: text({ min: 1 }),
    title: plainText(199),
    'title_url?': text(),
    'author_name?': text({ max: 49 }),
    'provider_name?': text(),
    'provider_icon_url?': text(),
    'description?': plainText(200),
  }),
  file: block('file', { source: oneOf('remote'), external_id: text({ min: 1 }) }),
  rich_text: richTextBlock,
  ...tableBlocks,
  ...newerBlocks(() => containedBlock),
};

/** Any block; which surface takes it is for `surfaceProblems` to say. */
export const anyBlock: Rule = variants(() => rules);

const NOT_CONTAINED = new Set([
  'container',
  'carousel',
  'card',
  'alert',
  'markdown',
  'plan',
  'task_card',
  'data_table',
]);

const containedBlock: Rule = variants(() =>
  Object.fromEntries(Object.entries(rules).filter(([type]) => !NOT_CONTAINED.has(type))),
);

function block(
  type: string,
  fields: Record<string, Rule>,
  extra?: (value: Record<string, unknown>, path: string, report: Report) => void,
): Rule {
  return object({ type: oneOf(type), 'block_id?': identifier, ...fields }, extra);
}
