import type { Json, StoredView } from './slack-look-alike.ts';
import { isEmptyState } from './view-state.ts';

/** What Slack's own client refuses before anything reaches the app, or undefined. */
export function inputProblem(view: StoredView): string | undefined {
  for (const block of view.blocks) {
    if (block.type !== 'input') continue;
    const element = block.element as Json;
    const state = view.state.values[String(block.block_id)]?.[String(element.action_id)];
    if (!state || isEmptyState(state)) {
      if (block.optional !== true) return 'Please complete all required fields.';
      continue;
    }
    const problem = valueProblem(element, state.value);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function valueProblem(element: Json, value: unknown): string | undefined {
  const type = element.type;
  if (type === 'email_text_input' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(String(value))) {
    return 'Enter a valid email address.';
  }
  if (type === 'number_input') return numberProblem(element, Number(value));
  if (type !== 'plain_text_input') return undefined;
  const length = String(value).length;
  if (length < Number(element.min_length ?? 0)) return `Enter at least ${element.min_length} characters.`;
  if (length > Number(element.max_length ?? 3_000))
    return `Enter at most ${element.max_length ?? 3_000} characters.`;
  return undefined;
}

function numberProblem(element: Json, value: number): string | undefined {
  const isTooFine = element.is_decimal_allowed !== true && !Number.isInteger(value);
  const isTooSmall = element.min_value !== undefined && value < Number(element.min_value);
  const isTooLarge = element.max_value !== undefined && value > Number(element.max_value);
  return Number.isNaN(value) || isTooFine || isTooSmall || isTooLarge ? 'Enter a valid number.' : undefined;
}
