import type { Delivery, DeliveryResult } from './delivery.ts';
import { findElement, listElements, toWireAction } from './find-element.ts';
import { commonFields, messageFields, slashCommand } from './interaction-payloads.ts';
import { applyResponse, type ResponseOrigin, type ResponseUrls } from './response-urls.ts';
import { noteRefusal, type SlackCore } from './slack-core.ts';
import type { Interaction, Json, SlackLookAlike, StoredMessage } from './slack-look-alike.ts';
import { SlackRefusal } from './slack-refusal.ts';
import { enteredState, stateValues } from './view-state.ts';

/** What a person does in a channel: commands and clicks. */
export function createMessageInteractions(
  core: SlackCore,
  { delivery, responseUrls }: { delivery: Delivery; responseUrls: ResponseUrls },
): Pick<SlackLookAlike, 'command' | 'click'> {
  return {
    async command(input) {
      const interaction: Interaction = { acknowledged: false, responses: [] };
      const origin: ResponseOrigin = { user: input.user, channel: input.channel, interaction };
      const payload = slashCommand(core, {
        ...input,
        text: input.text ?? '',
        triggerId: core.triggers.issue({ user: input.user }),
        responseUrl: responseUrls.create(origin),
      });
      const result = await delivery.deliver('slash_commands', payload);
      endCommand(core, { origin, command: input.command, result });
      core.signal.changed();
      return interaction;
    },
    async click(input) {
      const { message, seen, found } = locate(core, input);
      const interaction: Interaction = { acknowledged: false, responses: [] };
      const entered = found.element.type === 'button' ? {} : enteredState(found.element, input.value);
      const blockId = String(found.block.block_id);
      const actionId = String(found.element.action_id);
      const payload = {
        type: 'block_actions',
        ...commonFields(core, input.user),
        ...messageFields(core, message, seen),
        trigger_id: core.triggers.issue({ user: input.user }),
        response_url: responseUrls.create({
          user: input.user,
          channel: input.channel,
          source: message,
          interaction,
        }),
        state: { values: stateValues(seen.blocks, { [blockId]: { [actionId]: entered } }) },
        actions: [toWireAction(found, entered, core.workspace.nextTs())],
      };
      const result = await delivery.deliver('interactive', payload);
      if (result.acknowledged) Object.assign(interaction, { acknowledged: true, ackBody: result.body });
      else interaction.personSaw = CLICK_FAILED;
      core.signal.changed();
      return interaction;
    },
  };
}

/** Slack marks the button with a warning; its exact words are not documented. */
export const CLICK_FAILED = 'Something went wrong. Try again?';

interface Located {
  message: StoredMessage;
  /** The message as the person saw it: now, or before it was changed. */
  seen: StoredMessage;
  found: NonNullable<ReturnType<typeof findElement>>;
}

function locate(core: SlackCore, input: Parameters<SlackLookAlike['click']>[0]): Located {
  const message = core.messages.findSeenBy(input.user, input.channel, input.ts);
  if (!message) throw new Error(`${input.user} sees no message ${input.ts} in ${input.channel}`);
  for (const seen of [message, ...core.messages.earlierVersions(message)]) {
    const found = findElement(seen.blocks, input);
    if (found) return { message, seen, found };
  }
  const offered = listElements(message.blocks);
  throw new Error(
    `message ${input.ts} never offered ${input.actionId}=${input.value ?? ''}; it offers: ${offered}`,
  );
}

function endCommand(
  core: SlackCore,
  { origin, command, result }: { origin: ResponseOrigin; command: string; result: DeliveryResult },
): void {
  const { interaction } = origin;
  if (!result.acknowledged) {
    interaction.personSaw =
      result.reason === 'timeout'
        ? `${command} failed because the app did not respond. Please try again or contact the app developer.`
        : `${command} failed with the error "dispatch_failed"`;
    return;
  }
  interaction.acknowledged = true;
  interaction.ackBody = result.body;
  const answer = result.body as Json | undefined;
  if (answer === undefined || Object.keys(answer).length === 0) return;
  try {
    applyResponse(core, origin, answer);
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    noteRefusal(core, `${command} answer`, error);
    interaction.personSaw = `${command} failed with the error "invalid_command_response"`;
  }
}
