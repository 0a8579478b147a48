import type { Delivery } from './delivery.ts';
import { findElement, listElements, toWireAction } from './find-element.ts';
import { appHomeOpened, commonFields, toWireView, viewFields } from './interaction-payloads.ts';
import { CLICK_FAILED } from './message-interactions.ts';
import type { SlackCore } from './slack-core.ts';
import type { Interaction, SlackLookAlike, StoredView } from './slack-look-alike.ts';
import { applySubmitAnswer } from './submit-answer.ts';
import { inputProblem } from './submit-inputs.ts';
import { enteredState, enterValues, type StateValues } from './view-state.ts';

type ViewInteractions = Pick<SlackLookAlike, 'clickInView' | 'submitView' | 'closeView' | 'openHome'>;

const VIEW_FAILED = 'We had some trouble connecting. Try again?';

/** What a person does in a modal or in the App Home. */
export function createViewInteractions(core: SlackCore, delivery: Delivery): ViewInteractions {
  return {
    async clickInView(input) {
      const view = viewFor(core, input);
      const found = findElement(view.blocks, input);
      if (!found) throw new Error(`the view offers no ${input.actionId}, only: ${listElements(view.blocks)}`);
      const isButton = found.element.type === 'button';
      const entered = isButton ? {} : enteredState(found.element, input.value);
      const blockId = String(found.block.block_id);
      if (!isButton) enterValues(view, { [blockId]: { [input.actionId]: entered } });
      const result = await delivery.deliver('interactive', {
        type: 'block_actions',
        ...commonFields(core, input.user),
        ...viewFields(view),
        trigger_id: core.triggers.issue({ user: input.user, viewId: view.id }),
        state: structuredClone(view.state),
        actions: [toWireAction(found, entered, core.workspace.nextTs())],
      });
      core.signal.changed();
      if (!result.acknowledged) return failed(CLICK_FAILED);
      return { acknowledged: true, ackBody: result.body, responses: [] };
    },
    submitView: (input) => submitView(core, delivery, input),
    async closeView(input) {
      const view = modalFor(core, input);
      if (view.clear_on_close === true) core.views.closeAll(input.user);
      else core.views.close(input.user, view.id);
      core.signal.changed();
      if (view.notify_on_close !== true) return { acknowledged: true, responses: [] };
      const result = await delivery.deliver('interactive', {
        type: 'view_closed',
        ...commonFields(core, input.user),
        view: toWireView(view),
        is_cleared: view.clear_on_close === true,
      });
      return { acknowledged: result.acknowledged, responses: [] };
    },
    async openHome(user) {
      await delivery.deliver('events_api', appHomeOpened(core, user));
      core.signal.changed();
    },
  };
}

async function submitView(
  core: SlackCore,
  delivery: Delivery,
  input: Parameters<SlackLookAlike['submitView']>[0],
): Promise<Interaction> {
  const view = modalFor(core, input);
  enterValues(view, enteredValues(view, input.values ?? {}));
  const problem = view.submit === null ? 'the view has no submit button' : inputProblem(view);
  if (problem !== undefined) return failed(problem);
  const interaction: Interaction = { acknowledged: false, responses: [] };
  const result = await delivery.deliver('interactive', {
    type: 'view_submission',
    ...commonFields(core, input.user),
    trigger_id: core.triggers.issue({ user: input.user, viewId: view.id }),
    view: toWireView(view),
    response_urls: [],
  });
  if (result.acknowledged) {
    Object.assign(interaction, { acknowledged: true, ackBody: result.body });
    const isUsable = applySubmitAnswer(core, { user: input.user, view, answer: result.body });
    if (!isUsable) interaction.personSaw = VIEW_FAILED;
  } else {
    interaction.personSaw = VIEW_FAILED;
  }
  core.signal.changed();
  return interaction;
}

function failed(personSaw: string): Interaction {
  return { acknowledged: false, responses: [], personSaw };
}

function viewFor(core: SlackCore, { user, viewId }: { user: string; viewId?: string }): StoredView {
  const view =
    viewId === undefined
      ? (core.views.top(user) ?? core.views.home(user))
      : [core.views.find(viewId)].find((found) => found?.user === user)?.view;
  if (!view) throw new Error(`${user} has no view ${viewId ?? ''} open`);
  return view;
}

function modalFor(core: SlackCore, input: { user: string; viewId?: string }): StoredView {
  const view = viewFor(core, input);
  if (view.type !== 'modal') throw new Error(`${input.user} has no modal open`);
  return view;
}

function enteredValues(view: StoredView, given: Record<string, Record<string, unknown>>): StateValues {
  const entered: StateValues = {};
  for (const [blockId, actions] of Object.entries(given)) {
    for (const [actionId, value] of Object.entries(actions)) {
      const found = findElement(view.blocks, { actionId, blockId });
      if (!found)
        throw new Error(`the view has no ${blockId}/${actionId}, only: ${listElements(view.blocks)}`);
      entered[blockId] = { ...entered[blockId], [actionId]: enteredState(found.element, value) };
    }
  }
  return entered;
}
