import { confirmDialog, plainText } from './composition-rules.ts';
import { richTextBlock } from './rich-text-rules.ts';
import { flag, identifier, oneOf, text, wholeNumber } from './scalar-rules.ts';
import { list, object, type Report, type Rule } from './shape.ts';

// Elements into which a person writes or picks a date. Limits: docs.slack.dev,
// reference/block-kit/block-elements.

const base = { 'action_id?': identifier, 'focus_on_load?': flag };
const placeholder = { 'placeholder?': plainText(150) };
const dispatchable = {
  'dispatch_action_config?': object({
    'trigger_actions_on?': list(oneOf('on_enter_pressed', 'on_character_entered'), { max: 2 }),
  }),
};
const confirmable = { 'confirm?': confirmDialog };
const numberText = text({ pattern: /^-?\d+(\.\d+)?$/ });

const ianaZone: Rule = (value, path, report) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: String(value) });
  } catch {
    report(path, 'must be a valid timezone');
  }
};

const calendarDate: Rule = (value, path, report) => {
  const isDate =
    typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value));
  if (!isDate) report(path, 'must be a valid date in the format YYYY-MM-DD');
};

export const inputElements: Record<string, Rule> = {
  plain_text_input: object(
    {
      type: oneOf('plain_text_input'),
      ...base,
      'initial_value?': text(),
      'multiline?': flag,
      'min_length?': wholeNumber({ min: 0, max: 3_000 }),
      'max_length?': wholeNumber({ min: 1, max: 3_000 }),
      ...placeholder,
      ...dispatchable,
    },
    lengthsAgree,
  ),
  email_text_input: object({
    type: oneOf('email_text_input'),
    ...base,
    'initial_value?': text(),
    ...placeholder,
    ...dispatchable,
  }),
  url_text_input: object({
    type: oneOf('url_text_input'),
    ...base,
    'initial_value?': text(),
    ...placeholder,
    ...dispatchable,
  }),
  number_input: object(
    {
      type: oneOf('number_input'),
      ...base,
      is_decimal_allowed: flag,
      'initial_value?': numberText,
      'min_value?': numberText,
      'max_value?': numberText,
      ...placeholder,
      ...dispatchable,
    },
    rangeAgrees,
  ),
  rich_text_input: object({
    type: oneOf('rich_text_input'),
    ...base,
    'initial_value?': richTextBlock,
    ...placeholder,
    ...dispatchable,
  }),
  file_input: object({
    type: oneOf('file_input'),
    'action_id?': identifier,
    'filetypes?': list(text({ min: 1 }), { max: 100 }),
    'max_files?': wholeNumber({ min: 1, max: 10 }),
  }),
  datepicker: object({
    type: oneOf('datepicker'),
    ...base,
    'initial_date?': calendarDate,
    ...placeholder,
    ...confirmable,
  }),
  timepicker: object({
    type: oneOf('timepicker'),
    ...base,
    'initial_time?': text({ pattern: /^([01]\d|2[0-3]):[0-5]\d$/ }),
    'timezone?': ianaZone,
    ...placeholder,
    ...confirmable,
  }),
  datetimepicker: object({
    type: oneOf('datetimepicker'),
    ...base,
    'initial_date_time?': wholeNumber({ min: 1_000_000_000, max: 9_999_999_999 }),
    ...confirmable,
  }),
};

function lengthsAgree(value: Record<string, unknown>, path: string, report: Report): void {
  const longest = value.max_length === undefined ? 3_000 : Number(value.max_length);
  if (value.min_length !== undefined && Number(value.min_length) > longest) {
    report(`${path}/min_length`, 'must be less than or equal to `max_length`');
  }
  if (typeof value.initial_value === 'string' && value.initial_value.length > longest) {
    report(`${path}/initial_value`, `must be less than ${longest + 1} characters`);
  }
}

function rangeAgrees(value: Record<string, unknown>, path: string, report: Report): void {
  if (
    Number(value.min_value ?? Number.NEGATIVE_INFINITY) > Number(value.max_value ?? Number.POSITIVE_INFINITY)
  ) {
    report(`${path}/min_value`, 'must be less than or equal to `max_value`');
  }
}
