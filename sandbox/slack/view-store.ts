import { identifyBlocks } from './identify-blocks.ts';
import type { Json, StoredView } from './slack-look-alike.ts';
import { refuseForm, SlackRefusal } from './slack-refusal.ts';
import { stateValues } from './view-state.ts';
import type { Workspace } from './workspace.ts';

const STACK_DEPTH_MAX = 3;

export interface ViewStore {
  /** Replaces whatever modals the person had. */
  open(user: string, definition: Json): StoredView;
  /** Throws push_limit_reached above the third. */
  push(user: string, definition: Json): StoredView;
  update(id: string, definition: Json): StoredView;
  publish(user: string, definition: Json): StoredView;
  /** By id or external_id; only what is open. */
  find(id: string): { user: string; view: StoredView } | undefined;
  top(user: string): StoredView | undefined;
  home(user: string): StoredView | undefined;
  close(user: string, id: string): void;
  closeAll(user: string): void;
  assertFreeExternalId(definition: Json, ownId?: string): void;
}

export function createViewStore(workspace: Workspace): ViewStore {
  const stacks = new Map<string, StoredView[]>();
  const homes = new Map<string, StoredView>();
  const stackOf = (user: string) => stacks.get(user) ?? [];
  const openViews = () => [
    ...[...stacks].flatMap(([user, stack]) => stack.map((view) => ({ user, view }))),
    ...[...homes].map(([user, view]) => ({ user, view })),
  ];
  const find = (id: string) =>
    openViews().find(({ view }) => view.id === id || (view.external_id === id && id !== ''));

  return {
    open(user, definition) {
      const view = createView(definition, workspace);
      stacks.set(user, [view]);
      return view;
    },
    push(user, definition) {
      const stack = stackOf(user);
      const below = stack.at(-1);
      if (!below) throw new SlackRefusal('not_found');
      if (stack.length >= STACK_DEPTH_MAX) throw refuseForm('push_limit_reached');
      const view = createView(definition, workspace, {
        root_view_id: below.root_view_id,
        previous_view_id: below.id,
      });
      stacks.set(user, [...stack, view]);
      return view;
    },
    update(id, definition) {
      const known = find(id);
      if (!known) throw new SlackRefusal('not_found');
      return redefine(known.view, definition, workspace);
    },
    publish(user, definition) {
      const known = homes.get(user);
      if (known) return redefine(known, definition, workspace);
      const view = createView(definition, workspace);
      homes.set(user, view);
      return view;
    },
    find,
    top: (user) => stackOf(user).at(-1),
    home: (user) => homes.get(user),
    close(user, id) {
      stacks.set(
        user,
        stackOf(user).filter((view) => view.id !== id),
      );
    },
    closeAll: (user) => void stacks.delete(user),
    assertFreeExternalId(definition, ownId) {
      const id = definition.external_id;
      const taken = openViews().some(({ view }) => view.external_id === id && view.id !== ownId);
      if (id && taken) throw refuseForm('duplicate_external_id');
    },
  };
}

function createView(definition: Json, workspace: Workspace, place: Json = {}): StoredView {
  const id = workspace.nextId('V');
  const blocks = identifyBlocks(definition.blocks as Json[], workspace.nextId);
  return {
    ...shownFields(definition),
    id,
    team_id: workspace.team.id,
    app_id: workspace.bot.appId,
    bot_id: workspace.bot.botId,
    app_installed_team_id: workspace.team.id,
    root_view_id: id,
    previous_view_id: null,
    ...place,
    blocks,
    hash: nextHash(workspace),
    state: { values: stateValues(blocks, {}) },
  };
}

/**
 * In place, so that whoever holds the view sees it change; what was entered stays where block and action
 * stay.
 */
function redefine(view: StoredView, definition: Json, workspace: Workspace): StoredView {
  const entered = view.state.values;
  const blocks = identifyBlocks(definition.blocks as Json[], workspace.nextId);
  delete view.errors;
  return Object.assign(view, shownFields(definition), {
    blocks,
    hash: nextHash(workspace),
    state: { values: stateValues(blocks, entered) },
  });
}

function shownFields(definition: Json) {
  return {
    type: definition.type as StoredView['type'],
    title: definition.title ?? null,
    submit: definition.submit ?? null,
    close: definition.close ?? null,
    callback_id: (definition.callback_id as string | undefined) ?? '',
    external_id: definition.external_id ?? '',
    private_metadata: (definition.private_metadata as string | undefined) ?? '',
    clear_on_close: definition.clear_on_close ?? false,
    notify_on_close: definition.notify_on_close ?? false,
  };
}

function nextHash(workspace: Workspace): string {
  return `${workspace.nextTs()}.${workspace.nextId('h')}`;
}
