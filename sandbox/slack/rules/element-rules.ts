import { anyText, confirmDialog, option, optionGroups, plainText } from './composition-rules.ts';
import { inputElements } from './input-element-rules.ts';
import { flag, identifier, oneOf, text, wholeNumber } from './scalar-rules.ts';
import { isObject, list, object, type Report, type Rule, variants } from './shape.ts';

// Limits: docs.slack.dev, reference/block-kit/block-elements.

type Check = (value: Record<string, unknown>, path: string, report: Report) => void;

const confirmable = { 'confirm?': confirmDialog };
const focusable = { 'focus_on_load?': flag };
const placeholder = { 'placeholder?': plainText(150) };
const selectable = { ...confirmable, ...focusable, ...placeholder };
const countable = { 'max_selected_items?': wholeNumber({ min: 1 }) };

function element(type: string, fields: Record<string, Rule>, extra?: Check): Rule {
  return object({ type: oneOf(type), 'action_id?': identifier, ...fields }, extra);
}

const selectOption = option(plainText(75));
const options = { 'options?': list(selectOption, { max: 100 }), 'option_groups?': optionGroups };

const conversationFilter = object(
  {
    'include?': list(oneOf('im', 'mpim', 'private', 'public'), { max: 4 }),
    'exclude_external_shared_channels?': flag,
    'exclude_bot_users?': flag,
  },
  (value, path, report) => {
    if (Object.keys(value).length === 0) report(path, 'must provide at least 1 items');
  },
);
const conversations = { 'default_to_current_conversation?': flag, 'filter?': conversationFilter };

const feedbackButton = object({
  text: plainText(75),
  value: text({ max: 2_000 }),
  'accessibility_label?': text({ max: 75 }),
});

export const imageElement: Rule = object(
  { type: oneOf('image'), alt_text: text({ min: 1, max: 2_000 }), ...imageSources() },
  oneImageSource,
);

const choices = (max: number) => ({ options: list(option(anyText(75)), { max }) });

const rules: Record<string, Rule> = {
  button: element('button', {
    text: plainText(75),
    'value?': text({ max: 2_000 }),
    'url?': text({ max: 3_000 }),
    'style?': oneOf('primary', 'danger'),
    'accessibility_label?': text({ max: 75 }),
    ...confirmable,
  }),
  checkboxes: element(
    'checkboxes',
    {
      ...choices(10),
      'initial_options?': list(option(anyText(75)), { max: 10 }),
      ...confirmable,
      ...focusable,
    },
    initialAmongOptions,
  ),
  radio_buttons: element(
    'radio_buttons',
    { ...choices(10), 'initial_option?': option(anyText(75)), ...confirmable, ...focusable },
    initialAmongOptions,
  ),
  overflow: element('overflow', {
    options: list(option(plainText(75), { 'url?': text({ max: 3_000 }) }), { max: 5 }),
    ...confirmable,
  }),
  static_select: element(
    'static_select',
    { ...options, 'initial_option?': selectOption, ...selectable },
    choosable,
  ),
  multi_static_select: element(
    'multi_static_select',
    { ...options, 'initial_options?': list(selectOption, { max: 100 }), ...countable, ...selectable },
    choosable,
  ),
  external_select: element('external_select', {
    'initial_option?': selectOption,
    'min_query_length?': wholeNumber({ min: 0 }),
    ...selectable,
  }),
  multi_external_select: element('multi_external_select', {
    'initial_options?': list(selectOption, { max: 100 }),
    'min_query_length?': wholeNumber({ min: 0 }),
    ...countable,
    ...selectable,
  }),
  users_select: element('users_select', { 'initial_user?': text({ min: 1 }), ...selectable }),
  multi_users_select: element('multi_users_select', { ...initialIds('users'), ...countable, ...selectable }),
  channels_select: element('channels_select', {
    'initial_channel?': text({ min: 1 }),
    'response_url_enabled?': flag,
    ...selectable,
  }),
  multi_channels_select: element('multi_channels_select', {
    ...initialIds('channels'),
    ...countable,
    ...selectable,
  }),
  conversations_select: element('conversations_select', {
    'initial_conversation?': text({ min: 1 }),
    'response_url_enabled?': flag,
    ...conversations,
    ...selectable,
  }),
  multi_conversations_select: element('multi_conversations_select', {
    ...initialIds('conversations'),
    ...conversations,
    ...countable,
    ...selectable,
  }),
  feedback_buttons: element('feedback_buttons', {
    positive_button: feedbackButton,
    negative_button: feedbackButton,
  }),
  icon_button: element('icon_button', {
    icon: text({ min: 1 }),
    text: plainText(75),
    'value?': text({ max: 2_000 }),
    'accessibility_label?': text({ max: 75 }),
    'visible_to_user_ids?': list(text({ min: 1 }), { max: 100 }),
    ...confirmable,
  }),
  workflow_button: element('workflow_button', {
    text: plainText(75),
    workflow: object({
      trigger: object({
        url: text({ min: 1 }),
        'customizable_input_parameters?': list(object({ name: text({ min: 1 }), value: text() }), {
          max: 100,
        }),
      }),
    }),
    'style?': oneOf('primary', 'danger'),
    'accessibility_label?': text({ max: 75 }),
  }),
  image: imageElement,
  ...inputElements,
};

/** An element of one of these types. */
export function elementOf(...types: string[]): Rule {
  const allowed = Object.fromEntries(Object.entries(rules).filter(([type]) => types.includes(type)));
  return variants(() => allowed);
}

export function imageSources(): Record<string, Rule> {
  return {
    'image_url?': text({ min: 1, max: 3_000 }),
    'slack_file?': object(
      { 'id?': text({ pattern: /^F[A-Z0-9]{8,}$/ }), 'url?': text({ min: 1 }) },
      (value, path, report) => {
        if ((value.id === undefined) === (value.url === undefined))
          report(path, 'must define either `id` or `url`');
      },
    ),
  };
}

export function oneImageSource(value: Record<string, unknown>, path: string, report: Report): void {
  if ((value.image_url === undefined) === (value.slack_file === undefined)) {
    report(path, 'must define either `image_url` or `slack_file`');
  }
}

function initialIds(what: string): Record<string, Rule> {
  return { [`initial_${what}?`]: list(text({ min: 1 }), { max: 100 }) };
}

/** A static select has options or option groups, never both and never neither. */
function choosable(value: Record<string, unknown>, path: string, report: Report): void {
  if ((value.options === undefined) === (value.option_groups === undefined)) {
    report(path, 'must define either `options` or `option_groups`');
  }
  initialAmongOptions(value, path, report);
}

/** What is selected at first has to equal one of the options in every field. */
function initialAmongOptions(value: Record<string, unknown>, path: string, report: Report): void {
  const groups = Array.isArray(value.option_groups) ? value.option_groups.filter(isObject) : [];
  const all = [value, ...groups].flatMap(({ options }) => (Array.isArray(options) ? options : []));
  const known = new Set(all.map(canonical));
  const isUnknown = (each: unknown) => !known.has(canonical(each));
  if (value.initial_option !== undefined && isUnknown(value.initial_option)) {
    report(`${path}/initial_option`, 'must be one of the provided options');
  }
  const several = Array.isArray(value.initial_options) ? value.initial_options : [];
  for (const [at, each] of several.entries()) {
    if (isUnknown(each)) report(`${path}/initial_options/${at}`, 'must be one of the provided options');
  }
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, each: unknown) =>
    isObject(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => a.localeCompare(b))) : each,
  );
}
