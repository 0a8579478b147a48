import type { BlockAction, types, ViewResponseAction, ViewSubmitAction, webApi } from '@slack/bolt';
import { type ButtonValue, readButtonValue } from '../alerts/alert-buttons.ts';
import { brokenAnswer } from '../alerts/ask.ts';
import { type Content, content } from '../alerts/content.ts';
import { type Dialog, type DialogAction, dialogActions } from '../alerts/dialog.ts';
import type { DialogAsk } from '../alerts/dialog-case.ts';
import { openDialog } from '../alerts/open-dialog.ts';
import { type SubmitAnswer, submitDialog } from '../alerts/submit-dialog.ts';
import type { Voice } from '../alerts/voice.ts';
import { logOf } from '../database.ts';
import { askOf, type DialogDeps } from './dialog-deps.ts';
import { contentView, dialogView, readSubmission, waitingView } from './dialog-view.ts';
import { valueOfButton } from './listen.ts';
import { type Clicker, clickerOf, openWaiting, updateView } from './open-view.ts';
import { readPlanView } from './read-plan-view.ts';

/** Slack waits three seconds for the answer to a submission. */
const SUBMIT_MS_MAX = 2_500;

/**
 * Registers the dialogs: a click opens a waiting view within Slack's three seconds, which is filled when everything is
 * known; a submission is carried out and answered. Whether the person may is checked at both. What goes wrong is told
 * to the person, and thrown to the app's one error handler.
 */
export function listenForDialogs(deps: DialogDeps): void {
  for (const action of dialogActions) {
    deps.app.action<BlockAction>({ type: 'block_actions', action_id: action }, async (clicked) => {
      await clicked.ack();
      const value = readButtonValue(valueOfButton(clicked.action));
      if (value === null) throw new Error(`the button ${action} has no value of ours`);
      await answerClick(deps, clickerOf(clicked), { action, ...value });
    });
    deps.app.view<ViewSubmitAction>(
      { type: 'view_submission', callback_id: action },
      async ({ ack, body, view, client }) => {
        await answerSubmission(deps, { action, userId: body.user.id, view, client }, ack);
      },
    );
  }
}

type Wanted = ButtonValue & { action: DialogAction };

async function answerClick(deps: DialogDeps, by: Clicker, wanted: Wanted): Promise<void> {
  const { client } = by;
  const ask = await askOf(deps, by.userId);
  const opened = await openWaiting(
    by,
    { text: ask.voice.texts.dialogs.loading, title: titleFor(wanted, ask.voice) },
    ask.voice,
  );
  if (opened === null) return;
  try {
    const filled = (await refusalOf(deps, ask, wanted)) ?? (await openDialog(ask, wanted));
    await updateView(client, opened, viewOf(filled, wanted, ask.voice));
  } catch (error) {
    await updateView(client, opened, viewOf(brokenAnswer(ask.voice), wanted, ask.voice));
    throw error;
  }
}

type ViewAck = (answer?: ViewResponseAction) => Promise<void>;
type Submitter = {
  action: DialogAction;
  userId: string;
  view: Parameters<typeof readSubmission>[1] & { id: string; previous_view_id?: string | null };
  client: webApi.WebClient;
};

async function answerSubmission(deps: DialogDeps, by: Submitter, ack: ViewAck): Promise<void> {
  const { clock } = deps;
  const answered = new AbortController();
  const isLate = clock.sleep(SUBMIT_MS_MAX, answered.signal).then(() => null);
  const submission = readSubmission(by.action, by.view);
  const { action, shown } = submission;
  const wanted = { action, appointmentId: shown.appointmentId, revision: 0 };
  const ask = await askOf(deps, by.userId);
  const work = carryOut(deps, ask, submission);
  const outcome = await Promise.race([work, isLate]);
  answered.abort();
  if (outcome === null) {
    const { working, close } = ask.voice.texts.dialogs;
    const title = titleFor(wanted, ask.voice);
    await ack({ response_action: 'update', view: waitingView(working, { title, close }) });
    const view = viewOf(endOf(await work, ask.voice), wanted, ask.voice);
    await updateView(by.client, { id: by.view.id }, view);
  } else {
    await endInTime(deps, by, { ask, outcome, wanted }, ack);
  }
  const { error } = await work;
  if (error !== undefined) throw error;
}

/** A dialog that stands on the plan gives way to it, and the plan is then as things are now. */
async function endInTime(
  deps: DialogDeps,
  { view, client }: Submitter,
  { ask, outcome, wanted }: { ask: DialogAsk; outcome: Outcome; wanted: Wanted },
  ack: ViewAck,
): Promise<void> {
  const below = view.previous_view_id;
  if (!below || outcome.answer.is !== 'done') return ack(ackOf(outcome, wanted, ask.voice));
  await ack();
  await updateView(client, { id: below }, await readPlanView(deps, ask));
}

type Outcome = { answer: SubmitAnswer; error?: unknown };

async function carryOut(
  deps: DialogDeps,
  ask: DialogAsk,
  submission: ReturnType<typeof readSubmission>,
): Promise<Outcome> {
  const { action, shown } = submission;
  try {
    const refusal = await refusalOf(deps, ask, { action, appointmentId: shown.appointmentId });
    if (refusal) return { answer: { is: 'late', content: refusal } };
    const answer = await submitDialog(ask, submission);
    if (answer.is === 'done') deps.nudge();
    if (answer.is === 'errors' || answer.is === 'warned') {
      const { appointmentId } = shown;
      logOf(ask.db).info({ appointmentId, actor: ask.actor, action, outcome: answer.is }, 'dialog.returned');
    }
    return { answer };
  } catch (error) {
    return {
      answer: { is: 'late', content: brokenAnswer(ask.voice) },
      error: error ?? new Error('no error'),
    };
  }
}

function ackOf({ answer }: Outcome, wanted: Wanted, voice: Voice): ViewResponseAction {
  if (answer.is === 'done') return { response_action: 'clear' };
  if (answer.is === 'errors') return { response_action: 'errors', errors: answer.errors as never };
  return { response_action: 'update', view: viewOf(endOf({ answer }, voice), wanted, voice) };
}

/** What is shown when the form is not there any more. */
function endOf({ answer }: Outcome, { texts }: Voice): Dialog | Content {
  if (answer.is === 'late') return answer.content;
  if (answer.is === 'warned') return answer.dialog;
  const headline = answer.is === 'done' ? texts.dialogs.done : Object.values(answer.errors).join(' ');
  return content({ tone: 'plain', headline });
}

function refusalOf(
  { access }: DialogDeps,
  { actor, voice, now }: DialogAsk,
  { action, appointmentId }: { action: DialogAction; appointmentId: number },
): Promise<Content | null> {
  return access.refusalOf({ deed: action, actor, appointmentId, voice, now });
}

function viewOf(shown: Dialog | Content, wanted: Wanted, voice: Voice): types.ModalView {
  return 'tone' in shown ? contentView(shown, titleFor(wanted, voice), voice) : dialogView(shown);
}

function titleFor({ appointmentId }: Wanted, { texts }: Voice): string {
  return texts.dialogs.details.title(appointmentId);
}
