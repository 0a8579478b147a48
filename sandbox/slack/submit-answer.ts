import { isObject } from './rules/shape.ts';
import { checkView } from './rules/view-rules.ts';
import { noteRefusal, type SlackCore } from './slack-core.ts';
import type { StoredView } from './slack-look-alike.ts';
import { refuseForm, SlackRefusal } from './slack-refusal.ts';

interface Submission {
  user: string;
  view: StoredView;
  answer: unknown;
}

/** Does what the app's answer to a submission says; false when Slack could not use the answer. */
export function applySubmitAnswer(core: SlackCore, submission: Submission): boolean {
  try {
    apply(core, submission);
    return true;
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    noteRefusal(core, 'view_submission answer', error);
    return false;
  }
}

function apply(core: SlackCore, { user, view, answer }: Submission): void {
  const given = answer === undefined || answer === '' ? {} : answer;
  if (!isObject(given)) throw unusable('', 'must provide an object');
  delete view.errors;
  const { response_action: action, errors, view: next } = given;
  if (Object.keys(given).length === 0) core.views.close(user, view.id);
  else if (action === 'clear') core.views.closeAll(user);
  else if (action === 'errors') view.errors = checkErrors(view, errors);
  else if (action === 'update' || action === 'push') showNext(core, { user, view, next, action });
  else throw unusable('/response_action', 'must be a valid enum value');
}

function showNext(
  core: SlackCore,
  { user, view, next, action }: { user: string; view: StoredView; next: unknown; action: 'update' | 'push' },
): void {
  const definition = checkView(next, 'modal');
  core.views.assertFreeExternalId(definition, action === 'update' ? view.id : undefined);
  if (action === 'update') core.views.update(view.id, definition);
  else core.views.push(user, definition);
}

/** Errors are keyed by the block_id of input blocks; Slack cannot show any other. */
function checkErrors(view: StoredView, errors: unknown): Record<string, string> {
  if (!isObject(errors) || Object.keys(errors).length === 0) {
    throw unusable('/errors', 'must provide an object');
  }
  const inputs = new Set(
    view.blocks.filter((block) => block.type === 'input').map((block) => block.block_id),
  );
  for (const [blockId, text] of Object.entries(errors)) {
    if (!inputs.has(blockId)) throw unusable(`/errors/${blockId}`, 'is not the block_id of an input block');
    if (typeof text !== 'string' || text === '')
      throw unusable(`/errors/${blockId}`, 'must be more than 0 characters');
  }
  return errors as Record<string, string>;
}

function unusable(path: string, message: string): SlackRefusal {
  return refuseForm('invalid_arguments', [{ path, message }]);
}
