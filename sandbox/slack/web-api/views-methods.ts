import { checkView } from '../rules/view-rules.ts';
import type { SlackCore } from '../slack-core.ts';
import type { Json, StoredView } from '../slack-look-alike.ts';
import { refuseForm, SlackRefusal } from '../slack-refusal.ts';
import { type Methods, optionalText, requiredText } from './method.ts';

export const viewsMethods: Methods = {
  'views.open': { run: openView },
  'views.push': { run: pushView },
  'views.update': { run: updateView },
  'views.publish': { run: publishView },
};

function openView(args: Json, core: SlackCore): Json {
  const triggerId = requiredText(args, 'trigger_id');
  const { user } = core.triggers.inspect(triggerId);
  const view = checkView(args.view, 'modal');
  core.views.assertFreeExternalId(view);
  core.triggers.exchange(triggerId);
  return { view: core.views.open(user, view) };
}

function pushView(args: Json, core: SlackCore): Json {
  const triggerId = requiredText(args, 'trigger_id');
  const { user, viewId } = core.triggers.inspect(triggerId);
  const view = checkView(args.view, 'modal');
  if (viewId === undefined || core.views.find(viewId)?.view.type !== 'modal') {
    const message = "must match the `type` of the root view whose stack we're pushing onto";
    throw refuseForm('invalid_arguments', [{ path: '/view/type', message }]);
  }
  core.views.assertFreeExternalId(view);
  core.triggers.exchange(triggerId);
  return { view: core.views.push(user, view) };
}

function updateView(args: Json, core: SlackCore): Json {
  const id = optionalText(args, 'view_id') ?? optionalText(args, 'external_id');
  if (id === undefined) {
    throw refuseForm('invalid_arguments', [{ path: '', message: 'missing required field: view_id' }]);
  }
  const known = core.views.find(id);
  if (!known) throw new SlackRefusal('not_found');
  const view = checkView(args.view, known.view.type);
  core.views.assertFreeExternalId(view, known.view.id);
  assertHash(args, known.view);
  return { view: core.views.update(known.view.id, view) };
}

function publishView(args: Json, core: SlackCore): Json {
  const user = requiredText(args, 'user_id');
  if (!core.workspace.users.has(user)) throw new SlackRefusal('user_not_found');
  const view = checkView(args.view, 'home');
  const home = core.views.home(user);
  core.views.assertFreeExternalId(view, home?.id);
  if (home) assertHash(args, home);
  return { view: core.views.publish(user, view) };
}

function assertHash(args: Json, view: StoredView): void {
  const hash = optionalText(args, 'hash');
  if (hash !== undefined && hash !== view.hash) throw new SlackRefusal('hash_conflict');
}
