import { anyText, mrkdwnText, plainText } from './composition-rules.ts';
import { elementOf, imageElement } from './element-rules.ts';
import { richTextBlock } from './rich-text-rules.ts';
import { flag, identifier, oneOf, text } from './scalar-rules.ts';
import { list, object, type Rule } from './shape.ts';

// docs.slack.dev, reference/block-kit/blocks: alert, card, carousel, container, plan, task_card.

const base = { 'block_id?': identifier };

const card: Rule = object(
  {
    type: oneOf('card'),
    ...base,
    'hero_image?': imageElement,
    'icon?': imageElement,
    'title?': mrkdwnText(150),
    'subtitle?': mrkdwnText(150),
    'body?': mrkdwnText(200),
    'actions?': list(elementOf('button'), { max: 2 }),
  },
  (value, path, report) => {
    const isEmpty = ['hero_image', 'title', 'actions', 'body'].every((name) => value[name] === undefined);
    if (isEmpty) report(path, 'must define one of `hero_image`, `title`, `actions` or `body`');
  },
);

const taskCard: Rule = object({
  type: oneOf('task_card'),
  ...base,
  task_id: text({ min: 1 }),
  title: text({ min: 1 }),
  'details?': richTextBlock,
  'output?': richTextBlock,
  'sources?': list(object({ type: oneOf('url'), url: text({ min: 1 }), text: text({ min: 1 }) }), {
    max: 100,
  }),
  status: oneOf('pending', 'in_progress', 'complete', 'error'),
});

/** `contained` gives the rule for a block within a container. */
export function newerBlocks(contained: () => Rule): Record<string, Rule> {
  return {
    alert: object({
      type: oneOf('alert'),
      ...base,
      text: anyText(200),
      'level?': oneOf('default', 'info', 'warning', 'error', 'success'),
    }),
    card,
    carousel: object({ type: oneOf('carousel'), ...base, elements: list(card, { max: 10 }) }),
    container: object(
      {
        type: oneOf('container'),
        ...base,
        'title?': plainText(150),
        'rich_text_title?': richTextBlock,
        'subtitle?': anyText(150),
        child_blocks: list((...given) => contained()(...given), { max: 10 }),
        'width?': oneOf('narrow', 'standard', 'wide', 'full'),
        'icon?': imageElement,
        'is_collapsible?': flag,
        'default_collapsed?': flag,
        'has_header_divider?': flag,
      },
      (value, path, report) => {
        if (value.title === undefined && value.rich_text_title === undefined) {
          report(path, 'missing required field: title');
        }
      },
    ),
    task_card: taskCard,
    plan: object({
      type: oneOf('plan'),
      ...base,
      title: text({ min: 1 }),
      'tasks?': list(taskCard, { min: 0, max: 100 }),
    }),
  };
}
