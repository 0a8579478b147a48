import { isObject, type Report } from './shape.ts';

export type Surface = 'message' | 'modal' | 'home';

const BANNED: Record<Surface, ReadonlySet<string>> = {
  message: new Set([
    'alert',
    'file',
    'email_text_input',
    'number_input',
    'url_text_input',
    'rich_text_input',
    'file_input',
  ]),
  modal: new Set([
    'card',
    'carousel',
    'container',
    'context_actions',
    'data_table',
    'data_visualization',
    'file',
    'markdown',
    'plan',
    'table',
    'task_card',
    'workflow_button',
  ]),
  home: new Set([
    'alert',
    'context_actions',
    'data_table',
    'file',
    'markdown',
    'plan',
    'table',
    'task_card',
    'datetimepicker',
    'file_input',
  ]),
};

/** Reports what this surface does not take, and what is wrong only between blocks. */
export function surfaceProblems(
  blocks: unknown[],
  surface: Surface,
  { path, report }: { path: string; report: Report },
) {
  banned(blocks, surface, { path, report });
  uniqueBlockIds(blocks, path, report);
  oneFocus(blocks, path, report);
  for (const [at, block] of blocks.entries()) uniqueActionIds(block, `${path}/${at}`, report);
  if (surface === 'message') messageOnly(blocks, path, report);
}

function banned(value: unknown, surface: Surface, { path, report }: { path: string; report: Report }): void {
  eachObject(value, path, (each, at) => {
    const type = String(each.type);
    if (BANNED[surface].has(type)) report(`${at}/type`, `unsupported type: ${type}`);
  });
}

function uniqueBlockIds(blocks: unknown[], path: string, report: Report): void {
  const seen = new Set<unknown>();
  for (const [at, block] of blocks.entries()) {
    const id = isObject(block) ? block.block_id : undefined;
    if (id === undefined || id === '') continue;
    if (seen.has(id)) report(`${path}/${at}/block_id`, `\`block_id\` "${String(id)}" already exists`);
    seen.add(id);
  }
}

function uniqueActionIds(block: unknown, path: string, report: Report): void {
  const seen = new Set<unknown>();
  eachObject(block, path, (each, at) => {
    const id = each.action_id;
    if (id === undefined || id === '') return;
    if (seen.has(id)) report(`${at}/action_id`, `\`action_id\` "${String(id)}" already exists`);
    seen.add(id);
  });
}

function oneFocus(blocks: unknown[], path: string, report: Report): void {
  let focused = 0;
  eachObject(blocks, path, (each, at) => {
    if (each.focus_on_load !== true) return;
    focused += 1;
    if (focused > 1) report(`${at}/focus_on_load`, 'only one element may set `focus_on_load`');
  });
}

const MARKDOWN_MAX = 12_000;
const CHARTS_MAX = 2;

function messageOnly(blocks: unknown[], path: string, report: Report): void {
  const ofType = (...types: string[]) =>
    [...blocks.entries()].flatMap(([at, block]) =>
      isObject(block) && types.includes(String(block.type)) ? [{ at, block }] : [],
    );
  const [, secondTable] = ofType('table', 'data_table');
  if (secondTable) report(`${path}/${secondTable.at}`, 'only_one_table_allowed');
  const excessChart = ofType('data_visualization')[CHARTS_MAX];
  if (excessChart) report(`${path}/${excessChart.at}`, 'too many data_visualization blocks');
  const markdown = ofType('markdown').reduce((sum, { block }) => sum + String(block.text).length, 0);
  if (markdown > MARKDOWN_MAX)
    report(path, `markdown text must be less than ${MARKDOWN_MAX + 1} characters in all`);
}

function eachObject(
  value: unknown,
  path: string,
  visit: (each: Record<string, unknown>, at: string) => void,
): void {
  if (Array.isArray(value)) {
    for (const [at, each] of value.entries()) eachObject(each, `${path}/${at}`, visit);
    return;
  }
  if (!isObject(value)) return;
  visit(value, path);
  for (const [name, each] of Object.entries(value)) eachObject(each, `${path}/${name}`, visit);
}
