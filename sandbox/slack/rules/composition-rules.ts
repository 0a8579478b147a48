import { flag, oneOf, text } from './scalar-rules.ts';
import { list, object, type Rule, variants } from './shape.ts';

// Limits: docs.slack.dev, reference/block-kit/composition-objects.

export function plainText(max = 3_000): Rule {
  return object({ type: oneOf('plain_text'), text: text({ min: 1, max }), 'emoji?': flag });
}

export function anyText(max = 3_000): Rule {
  const rules = { plain_text: plainText(max), mrkdwn: mrkdwnText(max) };
  return variants(() => rules);
}

export function mrkdwnText(max = 3_000): Rule {
  return object({ type: oneOf('mrkdwn'), text: text({ min: 1, max }), 'verbatim?': flag });
}

export const confirmDialog: Rule = object({
  'title?': plainText(100),
  text: anyText(300),
  'confirm?': plainText(30),
  'deny?': plainText(30),
  'style?': oneOf('primary', 'danger'),
});

/** Documents differ on the length of an option's value (75, newer 150): the smaller holds everywhere. */
export function option(label: Rule, more: Record<string, Rule> = {}): Rule {
  return object({ text: label, value: text({ max: 75 }), 'description?': plainText(75), ...more });
}

export const optionGroups: Rule = list(
  object({ label: plainText(75), options: list(option(plainText(75)), { max: 100 }) }),
  { max: 100 },
);
