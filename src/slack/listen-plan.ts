import type { BlockAction, types, ViewSubmitAction, webApi } from '@slack/bolt';
import { brokenAnswer, helpAnswer } from '../alerts/ask.ts';
import type { Content } from '../alerts/content.ts';
import type { DialogAsk } from '../alerts/dialog-case.ts';
import { confirmPlan, preparePlan } from '../alerts/plan-dialog.ts';
import type { Voice } from '../alerts/voice.ts';
import { contentMessage } from './content-message.ts';
import { askOf, type DialogDeps } from './dialog-deps.ts';
import { contentView, waitingView } from './dialog-view.ts';
import { type Clicker, clickerOf, openWaiting, updateView } from './open-view.ts';
import { CONFIRM_VIEW, PLAN_VIEW, readTicked } from './plan-view.ts';
import { planOrContentView, readPlanView } from './read-plan-view.ts';

/**
 * Registers the plan: `/sync-cleanup` and the button show it, what is ticked is made anew and shown once more, and
 * only the confirmation of that starts it. Whether the person may is checked at each step.
 */
export function listenForPlan(deps: DialogDeps): void {
  const { app } = deps;
  app.command('/sync-cleanup', async ({ ack, command, client, respond }) => {
    await ack();
    const { user_id: userId, trigger_id: triggerId, text = '' } = command;
    const by = { userId, triggerId, client, respond, isInModal: false };
    if (text.trim() === '') return showPlan(deps, by, '/sync-cleanup');
    const { voice } = await askOf(deps, userId);
    const help = voice.texts.plan.help;
    const others = text.trim().toLowerCase() === 'help' ? [] : [text.trim()];
    const answer = helpAnswer({ command: '/sync-cleanup', lines: help, others }, voice);
    await respond({ ...contentMessage(answer), response_type: 'ephemeral', replace_original: false });
  });
  app.action<BlockAction>({ type: 'block_actions', action_id: 'open_plan' }, async (clicked) => {
    await clicked.ack();
    await showPlan(deps, clickerOf(clicked), 'open_plan');
  });
  app.view<ViewSubmitAction>(
    { type: 'view_submission', callback_id: PLAN_VIEW },
    async ({ ack, body, view, client }) => {
      const ask = await askOf(deps, body.user.id);
      const { title, loading } = ask.voice.texts.plan;
      const ticked = readTicked(view);
      const { close } = ask.voice.texts.dialogs;
      await ack({ response_action: 'update', view: waitingView(loading, { title, close }) });
      await fill(client, view.id, ask.voice, async () => await askToConfirm(deps, ask, ticked));
    },
  );
  app.view<ViewSubmitAction>(
    { type: 'view_submission', callback_id: CONFIRM_VIEW },
    async ({ ack, body, view, client }) => {
      const ask = await askOf(deps, body.user.id);
      const { title, loading } = ask.voice.texts.plan;
      const { close } = ask.voice.texts.dialogs;
      await ack({ response_action: 'update', view: waitingView(loading, { title, close }) });
      await fill(client, view.id, ask.voice, async () => {
        const answer =
          (await refusalOf(deps, ask, 'run_plan')) ?? (await confirmPlan(ask, Number(view.private_metadata)));
        deps.nudge();
        return contentView(answer, title, ask.voice);
      });
    },
  );
}

async function showPlan(deps: DialogDeps, by: Clicker, deed: '/sync-cleanup' | 'open_plan'): Promise<void> {
  const ask = await askOf(deps, by.userId);
  const { loading: text, title } = ask.voice.texts.plan;
  const opened = await openWaiting(by, { text, title }, ask.voice);
  if (opened === null) return;
  await fill(by.client, opened.id, ask.voice, async () => {
    const refusal = await refusalOf(deps, ask, deed);
    return refusal ? contentView(refusal, title, ask.voice) : await readPlanView(deps, ask);
  });
}

async function askToConfirm(deps: DialogDeps, ask: DialogAsk, ticked: string[]): Promise<types.ModalView> {
  const refusal = await refusalOf(deps, ask, 'run_plan');
  const prepared = refusal ?? (await preparePlan(ask, ticked));
  if ('tone' in prepared)
    return planOrContentView(prepared, { callbackId: CONFIRM_VIEW, metadata: '' }, ask.voice);
  const metadata = String(prepared.planId);
  return planOrContentView(prepared.form, { callbackId: CONFIRM_VIEW, metadata }, ask.voice);
}

/** Fills the view that waits; what goes wrong is told there, and thrown to the app's one error handler. */
async function fill(
  client: webApi.WebClient,
  id: string,
  voice: Voice,
  work: () => Promise<types.ModalView>,
): Promise<void> {
  try {
    await updateView(client, { id }, await work());
  } catch (error) {
    await updateView(client, { id }, contentView(brokenAnswer(voice), voice.texts.plan.title, voice));
    throw error;
  }
}

function refusalOf(
  { access }: DialogDeps,
  { actor, voice, now }: DialogAsk,
  deed: '/sync-cleanup' | 'open_plan' | 'run_plan',
): Promise<Content | null> {
  return access.refusalOf({ deed, actor, appointmentId: null, voice, now });
}
