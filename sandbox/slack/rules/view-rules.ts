import type { Json } from '../slack-look-alike.ts';
import { type Problem, refuseForm } from '../slack-refusal.ts';
import { anyBlock } from './block-rules.ts';
import { plainText } from './composition-rules.ts';
import { flag, identifier, oneOf, text } from './scalar-rules.ts';
import { isObject, list, object, type Report, type Rule } from './shape.ts';
import { surfaceProblems } from './surface-rules.ts';

const VIEW_BYTES_MAX = 250 * 1024;

const common = {
  blocks: list(anyBlock, { min: 0, max: 100 }),
  'private_metadata?': text({ max: 3_000 }),
  'callback_id?': identifier,
  'external_id?': identifier,
};

const VIEWS: Record<'modal' | 'home', Rule> = {
  modal: object(
    {
      type: oneOf('modal'),
      ...common,
      title: plainText(24),
      'submit?': plainText(24),
      'close?': plainText(24),
      'clear_on_close?': flag,
      'notify_on_close?': flag,
    },
    inputNeedsSubmit,
  ),
  home: object({ type: oneOf('home'), ...common }),
};

/** The view of a views.* call or of an answer to a submission. Throws invalid_arguments or view_too_large. */
export function checkView(given: unknown, type: 'modal' | 'home'): Json {
  if (given === undefined) {
    throw refuseForm('invalid_arguments', [{ path: '', message: 'missing required field: view' }]);
  }
  const problems: Problem[] = [];
  const report: Report = (path, message) => void problems.push({ path, message });
  VIEWS[type](given, '/view', report);
  if (isObject(given) && Array.isArray(given.blocks)) {
    surfaceProblems(given.blocks, type, { path: '/view/blocks', report });
  }
  if (problems.length > 0) throw refuseForm('invalid_arguments', problems);
  if (Buffer.byteLength(JSON.stringify(given)) > VIEW_BYTES_MAX) throw refuseForm('view_too_large');
  return given as Json;
}

function inputNeedsSubmit({ blocks, submit }: Record<string, unknown>, path: string, report: Report): void {
  if (submit !== undefined || !Array.isArray(blocks)) return;
  for (const [at, block] of blocks.entries()) {
    if (isObject(block) && block.type === 'input') {
      report(`${path}/blocks/${at}/input`, 'must define `submit` to use an `input` block in modals');
    }
  }
}
