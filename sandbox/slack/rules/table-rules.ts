import { richTextBlock } from './rich-text-rules.ts';
import { anyNumber, flag, identifier, oneOf, text, wholeNumber } from './scalar-rules.ts';
import { isObject, list, object, type Report, type Rule, variants } from './shape.ts';

// docs.slack.dev, reference/block-kit/blocks: table, data_table, data_visualization. Where newer figures
// are larger the older ones hold.

const DATA_TABLE_TEXT_MAX = 10_000;

const rawText = object({ type: oneOf('raw_text'), text: text({ min: 1 }) });
const rawNumber = object({ type: oneOf('raw_number'), value: anyNumber, text: text({ min: 1 }) });
const cell = variants(() => ({ raw_text: rawText, raw_number: rawNumber, rich_text: richTextBlock }));
const headerCell = variants(() => ({ raw_text: rawText, raw_number: rawNumber }));

const numbered = object({ label: text({ min: 1, max: 20 }), value: anyNumber });
const series = object({
  name: text({ min: 1, max: 20 }),
  data: list(numbered, { max: 20 }),
});
const axes = object({
  categories: list(text({ min: 1, max: 20 }), { max: 20 }),
  'x_label?': text({ max: 50 }),
  'y_label?': text({ max: 50 }),
});

const chart = variants(() => ({
  pie: object({ type: oneOf('pie'), segments: list(numbered, { max: 6 }) }),
  bar: object({ type: oneOf('bar'), series: list(series, { max: 6 }), axis_config: axes }),
  line: object({ type: oneOf('line'), series: list(series, { max: 6 }), axis_config: axes }),
  area: object({ type: oneOf('area'), series: list(series, { max: 6 }), axis_config: axes }),
}));

export const tableBlocks: Record<string, Rule> = {
  table: object({
    type: oneOf('table'),
    'block_id?': identifier,
    rows: list(list(cell, { max: 20 }), { max: 100 }),
    'column_settings?': list(object({ 'align?': oneOf('left', 'center', 'right'), 'is_wrapped?': flag }), {
      max: 20,
    }),
  }),
  data_table: object(
    {
      type: oneOf('data_table'),
      'block_id?': identifier,
      rows: list(list(cell, { max: 20 }), { min: 2, max: 101 }),
      caption: text({ min: 1 }),
      'page_size?': wholeNumber({ min: 1, max: 100 }),
      'row_header_column_index?': wholeNumber({ min: 0, max: 19 }),
    },
    dataTable,
  ),
  data_visualization: object({
    type: oneOf('data_visualization'),
    'block_id?': identifier,
    title: text({ min: 1, max: 50 }),
    chart,
  }),
};

function dataTable({ rows }: Record<string, unknown>, path: string, report: Report): void {
  if (!Array.isArray(rows)) return;
  const [header] = rows;
  if (Array.isArray(header)) {
    for (const [at, each] of header.entries()) headerCell(each, `${path}/rows/0/${at}`, report);
  }
  const length = rows.flat().reduce((sum: number, each: unknown) => sum + cellLength(each), 0);
  if (length > DATA_TABLE_TEXT_MAX)
    report(`${path}/rows`, `must be less than ${DATA_TABLE_TEXT_MAX + 1} characters`);
}

function cellLength(value: unknown): number {
  if (!isObject(value)) return 0;
  return typeof value.text === 'string' ? value.text.length : JSON.stringify(value).length;
}
