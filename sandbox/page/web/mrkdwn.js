// Slack's mrkdwn as the elements of its rich text, so that both are drawn alike. Pure: no document needed.

const INLINE =
  /<([^<>\n]+)>|`([^`\n]+)`|(?<![\p{L}\p{N}])([*_~])(?!\s)(?!\3)((?:(?!\3)[^\n])*?[^\s])\3(?![\p{L}\p{N}])|:([a-z0-9_+'-]+):/u;
const STYLES = { '*': 'bold', _: 'italic', '~': 'strike' };
const QUOTE = /^(?:>|&gt;) ?/;

/**
 * Sections, quotes and code blocks of a mrkdwn text, as rich text elements.
 * @param {string} text
 * @returns {{ type: string, elements: Record<string, any>[] }[]}
 */
export function parseMrkdwn(text) {
  return text.split('```').flatMap((part, at) => {
    if (at % 2 === 1) return [{ type: 'rich_text_preformatted', elements: [plain(unescaped(part.trim()))] }];
    return quotesAndSections(at === 0 ? part : part.replace(/^\n/, ''));
  });
}

/**
 * A text in which nothing but emoji codes means anything.
 * @param {{ text: string, emoji?: boolean }} object
 * @returns {Record<string, any>[]}
 */
export function parsePlainText({ text, emoji = true }) {
  if (!emoji) return [plain(text)];
  return text
    .split(/(:[a-z0-9_+'-]+:)/)
    .filter((part) => part !== '')
    .map((part) => (/^:.+:$/.test(part) ? { type: 'emoji', name: part.slice(1, -1) } : plain(part)));
}

function quotesAndSections(text) {
  const groups = [];
  for (const line of text.split('\n')) {
    const isQuote = QUOTE.test(line);
    const last = groups.at(-1);
    if (last?.isQuote === isQuote) last.lines.push(line);
    else groups.push({ isQuote, lines: [line] });
  }
  return groups
    .map(({ isQuote, lines }) => ({
      type: isQuote ? 'rich_text_quote' : 'rich_text_section',
      elements: parseInline(lines.map((line) => (isQuote ? line.replace(QUOTE, '') : line)).join('\n')),
    }))
    .filter(({ elements }) => elements.length > 0);
}

function parseInline(text, style = {}) {
  const elements = [];
  let rest = text;
  for (let match = INLINE.exec(rest); match; match = INLINE.exec(rest)) {
    const [whole, token, code, mark, marked, emoji] = match;
    if (match.index > 0) elements.push(plain(unescaped(rest.slice(0, match.index)), style));
    if (token !== undefined) elements.push(tokenElement(token, style));
    else if (code !== undefined) elements.push(plain(unescaped(code), { ...style, code: true }));
    else if (mark !== undefined) elements.push(...parseInline(marked, { ...style, [STYLES[mark]]: true }));
    else elements.push({ type: 'emoji', name: emoji });
    rest = rest.slice(match.index + whole.length);
  }
  if (rest !== '') elements.push(plain(unescaped(rest), style));
  return elements;
}

function tokenElement(token, style) {
  const bar = token.indexOf('|');
  const target = bar < 0 ? token : token.slice(0, bar);
  const label = bar < 0 ? undefined : unescaped(token.slice(bar + 1));
  if (/^@[UW]/.test(target)) return { type: 'user', user_id: target.slice(1), style };
  if (target.startsWith('#')) return { type: 'channel', channel_id: target.slice(1), label, style };
  if (target.startsWith('!subteam^'))
    return { type: 'usergroup', usergroup_id: target.slice(9), label, style };
  if (target.startsWith('!date^')) {
    const [, timestamp, format = '', url] = target.split('^');
    return {
      type: 'date',
      timestamp: Number(timestamp),
      format: unescaped(format),
      url,
      fallback: label,
      style,
    };
  }
  if (target.startsWith('!')) return { type: 'broadcast', range: target.slice(1), style };
  return { type: 'link', url: unescaped(target), text: label, style };
}

function plain(text, style = {}) {
  return { type: 'text', text, style };
}

function unescaped(text) {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
