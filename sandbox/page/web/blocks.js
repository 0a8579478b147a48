import { el } from './dom.js';
import { drawElement } from './elements.js';
import { drawField } from './fields.js';
import { parseMrkdwn, parsePlainText } from './mrkdwn.js';
import { drawInline, drawRichText } from './rich-text.js';

// Block Kit's blocks as Slack draws them. `surface` has the reader, the texts and `act`, which a person's use of an
// element calls; in a view also `state` and `errors`.

export function drawBlocks(blocks, surface) {
  return blocks.map((block) => drawBlock(block, surface));
}

const drawings = {
  header: ({ text }, surface) =>
    el('h3', { class: 'b-header' }, drawInline(parsePlainText(text), surface.reader)),
  section: drawSection,
  divider: () => el('hr', { class: 'b-divider' }),
  context: drawContext,
  actions: (block, surface) =>
    el(
      'div',
      { class: 'b-actions' },
      block.elements.map((element) => drawElement(element, block, surface)),
    ),
  image: drawImage,
  input: drawField,
  rich_text: ({ elements }, surface) =>
    el('div', { class: 'b-rich-text' }, drawRichText(elements, surface.reader)),
  markdown: ({ text }, surface) =>
    el(
      'div',
      { class: 'b-rich-text' },
      drawRichText(parseMrkdwn(text.replaceAll('**', '*')), surface.reader),
    ),
  table: drawTable,
  alert: ({ text, level = 'default' }, surface) =>
    el('div', { class: `b-alert level-${level}`, role: 'note' }, drawText(text, surface)),
  container: ({ title, rich_text_title, subtitle, child_blocks }, surface) =>
    el(
      'section',
      { class: 'b-container' },
      title && el('h4', {}, title.text),
      rich_text_title && drawRichText(rich_text_title.elements, surface.reader),
      subtitle && el('p', { class: 'quiet' }, drawText(subtitle, surface)),
      drawBlocks(child_blocks, surface),
    ),
  card: (block, surface) =>
    el(
      'article',
      { class: 'b-container' },
      ['title', 'subtitle', 'body'].map(
        (part) => block[part] && el('div', {}, drawText(block[part], surface)),
      ),
      (block.actions ?? []).map((element) => drawElement(element, block, surface)),
    ),
};

function drawBlock(block, surface) {
  const draw = drawings[block.type];
  const node = draw
    ? draw(block, surface)
    : el('p', { class: 'quiet' }, surface.texts.unknownBlock(block.type));
  node.classList.add('block');
  return node;
}

/** A text object, plain or mrkdwn. */
export function drawText(object, { reader }) {
  return object.type === 'mrkdwn'
    ? drawRichText(parseMrkdwn(object.text), reader)
    : drawInline(parsePlainText(object), reader);
}

function drawSection(block, surface) {
  const { text, fields, accessory } = block;
  return el(
    'div',
    { class: 'b-section' },
    el(
      'div',
      { class: 'b-section-text' },
      text && el('div', { class: 'b-text' }, drawText(text, surface)),
      fields &&
        el(
          'div',
          { class: 'b-fields' },
          fields.map((field) => el('div', { class: 'b-text' }, drawText(field, surface))),
        ),
    ),
    accessory &&
      el(
        'div',
        { class: 'b-accessory' },
        accessory.type === 'image' ? drawPicture(accessory, surface) : drawElement(accessory, block, surface),
      ),
  );
}

function drawContext({ elements }, surface) {
  return el(
    'div',
    { class: 'b-context' },
    elements.map((element) =>
      element.type === 'image'
        ? drawPicture(element, surface)
        : el('span', { class: 'b-text' }, drawText(element, surface)),
    ),
  );
}

function drawImage(block, surface) {
  const { title, alt_text } = block;
  return el(
    'figure',
    { class: 'b-image' },
    title && el('figcaption', {}, drawInline(parsePlainText(title), surface.reader)),
    drawPicture({ ...block, alt_text }, surface),
  );
}

/** Pictures from elsewhere are not fetched: no request leaves the machine. Their words stand in their place. */
function drawPicture({ image_url, slack_file, alt_text }, { texts, pictureUrl }) {
  const url = pictureUrl(image_url ?? slack_file?.url, slack_file?.id);
  if (url) return el('img', { src: url, alt: alt_text });
  return el(
    'span',
    { class: 'picture-left-out', role: 'img', 'aria-label': alt_text },
    texts.pictureLeftOut(alt_text),
  );
}

function drawTable({ rows, column_settings = [] }, surface) {
  const cell = (each, at, isHead) =>
    el(
      isHead ? 'th' : 'td',
      { class: `align-${column_settings[at]?.align ?? 'left'}`, scope: isHead && 'col' },
      each.type === 'rich_text'
        ? drawRichText(each.elements, surface.reader)
        : String(each.text ?? each.value ?? ''),
    );
  return el(
    'div',
    { class: 'b-table', tabindex: 0, role: 'region', 'aria-label': surface.texts.table },
    el(
      'table',
      {},
      rows.map((row, line) =>
        el(
          'tr',
          {},
          row.map((each, at) => cell(each, at, line === 0)),
        ),
      ),
    ),
  );
}
