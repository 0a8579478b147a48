import { el } from './dom.js';
import { formatSlackDate } from './time.js';

// Draws Slack's rich text elements. `reader` has names, language, timeZone and now.

const EMOJI = {
  white_check_mark: '✅',
  heavy_check_mark: '✔️',
  warning: '⚠️',
  x: '❌',
  red_circle: '🔴',
  large_orange_circle: '🟠',
  large_yellow_circle: '🟡',
  large_green_circle: '🟢',
  large_blue_circle: '🔵',
  hourglass_flowing_sand: '⏳',
  calendar: '📆',
  date: '📅',
  bell: '🔔',
  robot_face: '🤖',
  wave: '👋',
  tada: '🎉',
  eyes: '👀',
  '+1': '👍',
  information_source: 'ℹ️',
};
const STYLE_TAGS = { bold: 'strong', italic: 'em', strike: 's', code: 'code', underline: 'u' };

export function drawRichText(elements, reader) {
  return elements.map((element) => drawPart(element, reader));
}

function drawPart(part, reader) {
  switch (part.type) {
    case 'rich_text_list':
      return drawList(part, reader);
    case 'rich_text_quote':
      return el('blockquote', { class: 'rt' }, drawInline(part.elements, reader));
    case 'rich_text_preformatted':
      return el('pre', { class: 'rt', tabindex: 0 }, drawInline(part.elements, reader));
    default:
      return el('div', { class: 'rt' }, drawInline(part.elements, reader));
  }
}

function drawList({ style, elements, indent = 0, offset = 0 }, reader) {
  const items = elements.map((item) => el('li', {}, drawInline(item.elements, reader)));
  const start = style === 'ordered' ? offset + 1 : undefined;
  return el(style === 'ordered' ? 'ol' : 'ul', { class: `rt indent-${Math.min(indent, 4)}`, start }, items);
}

export function drawInline(elements, reader) {
  return elements.map((element) => styled(element, drawWord(element, reader)));
}

function styled({ style = {} }, node) {
  return Object.entries(STYLE_TAGS)
    .filter(([name]) => style[name])
    .reduce((inner, [, tag]) => el(tag, {}, inner), node);
}

function drawWord(element, reader) {
  const { names } = reader;
  switch (element.type) {
    case 'text':
      return document.createTextNode(element.text);
    case 'link':
      return drawLink(element);
    case 'user':
      return el('span', { class: 'mention' }, `@${names.users.get(element.user_id) ?? element.user_id}`);
    case 'usergroup':
      return el(
        'span',
        { class: 'mention' },
        `@${names.groups.get(element.usergroup_id) ?? element.usergroup_id}`,
      );
    case 'channel':
      return el(
        'span',
        { class: 'mention' },
        `#${names.channels.get(element.channel_id) ?? element.channel_id}`,
      );
    case 'broadcast':
      return el('span', { class: 'mention' }, `@${element.range}`);
    case 'emoji':
      return el('span', { class: 'emoji', title: `:${element.name}:` }, emojiText(element));
    case 'date':
      return drawDate(element, reader);
    case 'color':
      return el('code', {}, element.value);
    default:
      return document.createTextNode('');
  }
}

/** Only addresses of pages and mail: anything else stays text. */
function drawLink({ url, text }) {
  const shown = text || url;
  if (!/^(https?:|mailto:)/i.test(url)) return document.createTextNode(shown);
  return el('a', { href: url, target: '_blank', rel: 'noreferrer noopener' }, shown);
}

function emojiText({ name, unicode }) {
  if (unicode)
    return unicode
      .split('-')
      .map((code) => String.fromCodePoint(Number.parseInt(code, 16)))
      .join('');
  return EMOJI[name] ?? `:${name}:`;
}

function drawDate(element, reader) {
  const { timestamp, format, fallback } = element;
  const node = el('time', {
    datetime: new Date(timestamp * 1_000).toISOString(),
    'data-slack-date': JSON.stringify({ timestamp, format, fallback }),
  });
  node.textContent = formatSlackDate(element, reader);
  return node;
}

/** Dates that count on (`3 minutes ago`) follow the clock. */
export function refreshDates(root, reader) {
  for (const node of root.querySelectorAll('[data-slack-date]')) {
    const text = formatSlackDate(JSON.parse(node.dataset.slackDate), reader);
    if (node.textContent !== text) node.textContent = text;
  }
}
