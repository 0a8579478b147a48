import type { MessageContent } from '../message-store.ts';
import type { Json } from '../slack-look-alike.ts';
import { type Problem, refuseForm } from '../slack-refusal.ts';
import { anyBlock } from './block-rules.ts';
import { checkMetadata } from './metadata-rules.ts';
import { flag, oneOf, text } from './scalar-rules.ts';
import { isObject, list, object, type Report, type Rule } from './shape.ts';
import { surfaceProblems } from './surface-rules.ts';

const BLOCKS_MAX = 50;
const ATTACHMENTS_MAX = 100;
/** Longer texts are cut, not refused (docs.slack.dev, chat.postMessage). */
const TEXT_MAX = 40_000;
/**
 * Not documented: reports of msg_blocks_too_long begin at 11,341 characters of block text (bolt-js #2509,
 * #2867).
 */
const BLOCK_TEXT_MAX = 11_340;

/**
 * What an app may say in a message, from the arguments of a call or the body of a response. Throws the
 * refusal that Slack gives: no_text, invalid_blocks(_format), invalid_attachments, msg_blocks_too_long,
 * metadata_too_large and more. A response_url is not held to the sum of block text.
 */
export function checkMessage(given: Json, { isResponse = false } = {}): MessageContent {
  const said = given.text ?? '';
  if (typeof said !== 'string') {
    throw refuseForm('invalid_arguments', [{ path: '/text', message: 'must provide a string' }]);
  }
  const blocks = checkBlocks(given.blocks ?? []);
  const attachments = checkAttachments(given.attachments ?? []);
  if (said === '' && blocks.length === 0 && attachments.length === 0) throw refuseForm('no_text');
  if (!isResponse && blockTextLength(blocks) > BLOCK_TEXT_MAX) throw refuseForm('msg_blocks_too_long');
  const metadata = given.metadata === undefined ? undefined : checkMetadata(given.metadata);
  return { text: said.slice(0, TEXT_MAX), blocks, attachments, ...(metadata && { metadata }) };
}

function checkBlocks(given: unknown): Json[] {
  if (!Array.isArray(given) || !given.every(isObject)) throw refuseForm('invalid_blocks_format');
  const problems = problemsOf((report) => messageBlocks(given, '/blocks', report));
  if (problems.length > 0) throw refuseForm('invalid_blocks', problems);
  return given;
}

const messageBlocks: Rule = (value, path, report) => {
  list(anyBlock, { min: 0, max: BLOCKS_MAX })(value, path, report);
  if (Array.isArray(value)) surfaceProblems(value, 'message', { path, report });
};

const shortText = text({ max: TEXT_MAX });
const attachment: Rule = object({
  'color?': text({ pattern: /^(good|warning|danger|#?[0-9a-fA-F]{6})$/ }),
  'blocks?': messageBlocks,
  'fallback?': shortText,
  'text?': shortText,
  'pretext?': shortText,
  'title?': shortText,
  'title_link?': shortText,
  'author_name?': shortText,
  'author_link?': shortText,
  'author_icon?': shortText,
  'image_url?': shortText,
  'thumb_url?': shortText,
  'footer?': shortText,
  'footer_icon?': shortText,
  'ts?': (value, path, report) => {
    if (typeof value !== 'number' && typeof value !== 'string') report(path, 'must provide a number');
  },
  'mrkdwn_in?': list(oneOf('text', 'pretext', 'fields'), { min: 0, max: 3 }),
  'fields?': list(object({ 'title?': shortText, 'value?': shortText, 'short?': flag }), { min: 0, max: 100 }),
});

function checkAttachments(given: unknown): Json[] {
  if (!Array.isArray(given) || !given.every(isObject)) throw refuseForm('invalid_attachments');
  if (given.length > ATTACHMENTS_MAX) throw refuseForm('too_many_attachments');
  const problems = problemsOf((report) =>
    list(attachment, { min: 0, max: ATTACHMENTS_MAX })(given, '/attachments', report),
  );
  if (problems.length > 0) throw refuseForm('invalid_attachments', problems);
  return given;
}

/** All text that the blocks show: every string under `text`. */
function blockTextLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + blockTextLength(each), 0);
  if (!isObject(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [name, each]) =>
      sum + (name === 'text' && typeof each === 'string' ? each.length : blockTextLength(each)),
    0,
  );
}

function problemsOf(check: (report: Report) => void): Problem[] {
  const problems: Problem[] = [];
  check((path, message) => problems.push({ path, message }));
  return problems;
}
