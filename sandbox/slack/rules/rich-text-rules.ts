import { anyNumber, flag, identifier, oneOf, text } from './scalar-rules.ts';
import { list, object, type Rule, variants } from './shape.ts';

// docs.slack.dev, reference/block-kit/blocks/rich-text-block. The lists have no documented limit.

const MANY = { min: 0, max: 10_000 };

const style = {
  'style?': object({
    'bold?': flag,
    'code?': flag,
    'italic?': flag,
    'strike?': flag,
    'underline?': flag,
    'highlight?': flag,
    'client_highlight?': flag,
    'unlink?': flag,
  }),
};

const inline = variants(() => ({
  text: object({ type: oneOf('text'), text: text({ min: 1 }), ...style }),
  link: object({ type: oneOf('link'), url: text({ min: 1 }), 'text?': text(), 'unsafe?': flag, ...style }),
  user: object({ type: oneOf('user'), user_id: text({ min: 1 }), ...style }),
  usergroup: object({ type: oneOf('usergroup'), usergroup_id: text({ min: 1 }), ...style }),
  channel: object({ type: oneOf('channel'), channel_id: text({ min: 1 }), ...style }),
  team: object({ type: oneOf('team'), team_id: text({ min: 1 }), ...style }),
  emoji: object({
    type: oneOf('emoji'),
    name: text({ min: 1 }),
    'unicode?': text(),
    'url?': text(),
    ...style,
  }),
  color: object({ type: oneOf('color'), value: text({ min: 1 }), ...style }),
  broadcast: object({ type: oneOf('broadcast'), range: oneOf('here', 'channel', 'everyone'), ...style }),
  date: object({
    type: oneOf('date'),
    timestamp: anyNumber,
    format: text({ min: 1 }),
    'url?': text(),
    'fallback?': text(),
    ...style,
  }),
}));

const border = { 'border?': oneOf(0, 1) };
const section = object({ type: oneOf('rich_text_section'), elements: list(inline, MANY) });

const paragraph = variants(() => ({
  rich_text_section: section,
  rich_text_list: object({
    type: oneOf('rich_text_list'),
    style: oneOf('bullet', 'ordered'),
    elements: list(section, MANY),
    'indent?': anyNumber,
    'offset?': anyNumber,
    ...border,
  }),
  rich_text_quote: object({ type: oneOf('rich_text_quote'), elements: list(inline, MANY), ...border }),
  rich_text_preformatted: object({
    type: oneOf('rich_text_preformatted'),
    elements: list(inline, MANY),
    'language?': text(),
    ...border,
  }),
}));

export const richTextBlock: Rule = object({
  type: oneOf('rich_text'),
  'block_id?': identifier,
  elements: list(paragraph, { min: 0, max: 10_000 }),
});
