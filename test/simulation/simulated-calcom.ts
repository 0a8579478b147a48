import { type Answer, Refusal, renderRefusal } from '../../sandbox/calcom/answers.ts';
import type { Backend } from '../../sandbox/calcom/call.ts';
import { createLedger, loadWorld } from '../../sandbox/calcom/ledger.ts';
import { route } from '../../sandbox/calcom/routes.ts';
import type { CalcomState, CalcomWorld } from '../../sandbox/calcom/world.ts';
import type { HttpRequest } from '../../src/http/route.ts';
import { type CalcomFault, drawFault } from './faults.ts';
import type { Process } from './scheduler.ts';
import type { Stage } from './simulated-database.ts';
import { createSimulatedDeliveries } from './simulated-webhooks.ts';
import { connectHost, type Received, type SentRequest } from './undici-stand-in.ts';

const API_KEY = 'cal_sim';
export const CALCOM_TIMEOUT_MS = 8_000;
/** Later than this after it was sent nothing lands. */
export const LANDS_WITHIN_MS = 45_000;

export interface SimulatedCalcom {
  state: CalcomState;
  backend: Backend;
  apiKey: string;
  /** The address under which this process reaches it. */
  connect(process: Process): string;
  /** Until then it answers nobody. */
  setDownUntil(ms: number): void;
}

/** The look-alike's own rules without its server: what is sent arrives, lands and is answered by the scheduler's time. */
export function createSimulatedCalcom(
  stage: Stage,
  world: CalcomWorld,
  hear: (webhook: HttpRequest) => void,
): SimulatedCalcom {
  const { scheduler, random, faults } = stage;
  const backend = openBackend(stage, world, hear);
  let downUntilMs = 0;

  async function land(process: Process, request: SentRequest, text: string): Promise<Answer> {
    const { method, path, headers } = request;
    const body = text === '' ? undefined : JSON.parse(text);
    let answer: Answer;
    try {
      const { authorization, 'cal-api-version': version } = headers;
      answer = await route(backend, { method, url: path, version, authorization, body }, API_KEY);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      answer = renderRefusal(error, { path, now: backend.clock.now() });
    }
    const say = method === 'GET' ? '' : ` ${text}`;
    scheduler.note(`${process.name} ${method} ${path}${say} → ${answer.status}`);
    return answer;
  }

  async function answerRequest(process: Process, request: SentRequest): Promise<Received> {
    const isDown = scheduler.nowMs() < downUntilMs;
    const fault = drawFault(random, faults().calcom) ?? (isDown ? random.pick(DOWN) : null);
    if (fault) scheduler.note(`${process.name} ${request.method} ${request.path.slice(0, 50)}: ${fault}`);
    if (fault === 'crash_before') return die(stage, process);
    if (fault === 'no_connection') throw new Error('connection refused');
    const text = await request.readBody();
    return new Promise((resolve, reject) => {
      const say = (answer: Answer, ms: number) =>
        scheduler.after(ms, process, () => {
          if (fault === 'crash_after') stage.crash(process);
          else resolve(received(answer));
        });
      scheduler.after(CALCOM_TIMEOUT_MS, process, () => reject(new Error('timed out')));
      const landIn = (ms: number, then: (answer: Answer) => void) =>
        scheduler.after(ms, null, () => void land(process, request, text).then(then, reject));
      meet(fault, { answer: say, landIn, random });
    });
  }

  return {
    state: backend.state,
    backend,
    apiKey: API_KEY,
    connect(process) {
      const host = `${process.name}.calcom.example`;
      connectHost(host, (request) => answerRequest(process, request));
      return `http://${host}`;
    },
    setDownUntil(ms) {
      downUntilMs = ms;
    },
  };
}

function openBackend(stage: Stage, world: CalcomWorld, hear: (webhook: HttpRequest) => void): Backend {
  const { scheduler } = stage;
  const clock = { now: () => new Date(scheduler.nowMs()), sleep: (ms: number) => scheduler.wait(ms, null) };
  const state = loadWorld(world, clock.now());
  const deliveries = createSimulatedDeliveries(stage, state, hear);
  return { state, ledger: createLedger(state, clock), deliveries, clock };
}

const DOWN: CalcomFault[] = ['down', 'hang', 'no_connection'];
const BUSY: Answer = {
  status: 429,
  body: { error: { message: 'Too many requests. Please try again later.' } },
};
const ERROR: Answer = { status: 500, body: { statusCode: 500, message: 'Internal server error' } };
const EDGE_DOWN: Answer = { status: 503, body: '<html><body><h1>503 Service Unavailable</h1></body></html>' };

interface Way {
  answer: (answer: Answer, ms: number) => void;
  landIn: (ms: number, then: (answer: Answer) => void) => void;
  random: Stage['random'];
}

const SAID: Partial<Record<CalcomFault, Answer>> = { busy: BUSY, error: ERROR, down: EDGE_DOWN };

function meet(fault: CalcomFault | null, { answer, landIn, random }: Way): void {
  const there = random.between(5, 300);
  const back = random.between(5, 300);
  const said = fault && SAID[fault];
  if (said) answer(said, there);
  else if (fault === 'commit_then_hang') landIn(there, () => {});
  else if (fault === 'commit_then_error') landIn(there, () => answer(ERROR, back));
  else if (fault === 'late') landIn(random.between(CALCOM_TIMEOUT_MS, LANDS_WITHIN_MS), () => {});
  else if (fault === 'slow') landIn(random.between(0, 2 * CALCOM_TIMEOUT_MS), (own) => answer(own, back));
  else if (fault !== 'hang') landIn(there, (own) => answer(own, back));
}

function received({ status, body }: Answer): Received {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = status === 429 ? { 'x-ratelimit-reset-default': '7' } : {};
  return { statusCode: status, headers: { ...headers, 'x-request-id': 'sim' }, body: [Buffer.from(text)] };
}

function die<T>(stage: Stage, process: Process): Promise<T> {
  stage.crash(process);
  return new Promise(() => {});
}
