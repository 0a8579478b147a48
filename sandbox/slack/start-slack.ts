import { createChangeSignal } from './change-signal.ts';
import type { Delivery } from './delivery.ts';
import { createFaults } from './faults.ts';
import { createFileStore } from './file-store.ts';
import { createHttpDelivery } from './http-delivery.ts';
import { startHttpServer } from './http-server.ts';
import { createMessageInteractions } from './message-interactions.ts';
import { createMessageStore } from './message-store.ts';
import { createRateLimits } from './rate-tiers.ts';
import { createResponseUrls } from './response-urls.ts';
import { createSlackRoutes } from './serve-slack.ts';
import type { SlackCore } from './slack-core.ts';
import type { RecordedCall, SlackLookAlike, SlackOptions } from './slack-look-alike.ts';
import { createSocketMode, type SocketMode } from './socket-mode.ts';
import { createTriggerIds } from './trigger-ids.ts';
import { createViewInteractions } from './view-interactions.ts';
import { createViewStore } from './view-store.ts';
import { createWorkplace } from './workplace.ts';
import { createWorkspace } from './workspace.ts';

export type {
  Interaction,
  SlackLookAlike,
  SlackWorld,
  StoredMessage,
  StoredView,
} from './slack-look-alike.ts';

/** All that the methods here ask for, without chat:write.public: a bot outside a channel is to be told so. */
const USUAL_SCOPES = [
  'chat:write',
  'commands',
  'files:write',
  'users:read',
  'usergroups:read',
  'reactions:write',
  'channels:join',
  'im:write',
  'channels:read',
  'channels:history',
  'groups:read',
  'groups:history',
  'im:read',
  'im:history',
];

/**
 * A strict Slack of one workspace on loopback: Web API, Socket Mode or signed HTTP callbacks, and people to
 * act in it. It answers as Slack documents it and refuses every payload that breaks a documented limit.
 */
export async function startSlack(options: SlackOptions): Promise<SlackLookAlike> {
  const holder: { origin: string } = { origin: '' };
  const workspace = createWorkspace(options.world, options.clock);
  const calls: RecordedCall[] = [];
  const signal = createChangeSignal(() => `the last calls: ${lastCalls(calls)}`);
  const socketMode = createSocketMode({ appId: workspace.bot.appId, changed: signal.changed });
  const core: SlackCore = {
    clock: options.clock,
    tokens: { bot: options.botToken, app: options.appToken },
    grantedScopes: new Set(options.scopes ?? USUAL_SCOPES),
    workspace,
    messages: createMessageStore(workspace),
    files: createFileStore(workspace, options.clock),
    views: createViewStore(workspace),
    triggers: createTriggerIds(),
    signal,
    calls,
    refusals: [],
    origin: () => holder.origin,
    openSocketUrl: () => holder.origin.replace('http:', 'ws:') + socketMode.openTicket(),
  };
  const faults = createFaults();
  const responseUrls = createResponseUrls(core);
  const delivery = createDelivery(options, socketMode);
  const server = await startHttpServer({
    port: options.port ?? 0,
    serve: createSlackRoutes({
      core,
      faults,
      responseUrls,
      rateLimits: options.rateLimits ? createRateLimits() : undefined,
    }),
    upgrade: socketMode.upgrade,
  });
  holder.origin = `http://127.0.0.1:${server.port()}`;
  return {
    url: `${holder.origin}/api/`,
    ...inspection(core),
    ...createWorkplace(core),
    ...createMessageInteractions(core, { delivery, responseUrls }),
    ...createViewInteractions(core, delivery),
    faults: { add: faults.add, clear: faults.clear },
    disconnectSockets: (reason = 'warning', count) => socketMode.disconnect(reason, count),
    connectedSockets: socketMode.connections,
    duplicateNextDelivery: delivery.duplicateNext,
    pause: server.pause,
    resume: server.resume,
    async stop() {
      signal.close();
      await Promise.all([delivery.close(), socketMode.close()]);
      await server.pause();
    },
  };
}

function createDelivery(
  { deliver = 'socket', signingSecret }: SlackOptions,
  socketMode: SocketMode,
): Delivery {
  if (deliver === 'socket') return socketMode;
  if (!signingSecret) throw new Error('delivery over HTTP needs a signingSecret');
  return createHttpDelivery({ url: deliver.http, signingSecret });
}

function inspection(core: SlackCore) {
  const { messages, files, views, calls, refusals, signal } = core;
  const everybodys = (channel: string) =>
    messages.all(channel).filter((message) => message.ephemeralTo === undefined);
  return {
    messages: (channel: string) => everybodys(channel).filter((message) => message.threadTs === undefined),
    thread: (channel: string, ts: string) => everybodys(channel).filter((message) => message.threadTs === ts),
    ephemerals: messages.ephemeralsOf,
    files: files.all,
    viewOf: views.top,
    homeOf: views.home,
    deleteMessage(channel: string, ts: string) {
      const message = messages.find(channel, ts);
      if (!message) throw new Error(`there is no message ${ts} in ${channel}`);
      messages.remove(message);
      signal.changed();
    },
    calls,
    refusals,
    waitFor: signal.waitFor,
    onChange: signal.onChange,
  };
}

function lastCalls(calls: RecordedCall[]): string {
  const line = ({ method, fault, answer }: RecordedCall) => {
    const error = (answer as { error?: string } | undefined)?.error;
    return [method, fault, error].filter((each) => each !== undefined).join(' ');
  };
  return calls.slice(-8).map(line).join('; ') || 'none';
}
