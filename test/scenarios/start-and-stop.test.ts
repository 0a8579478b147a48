import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { createSandboxClock } from '../../sandbox/clock.ts';
import { type LookAlikes, startLookAlikes } from '../../sandbox/look-alikes.ts';
import { type Db, openDatabase } from '../../src/database.ts';
import { addMs, DAY } from '../../src/instant.ts';
import { type BotProcess, startBotProcess } from '../support/bot-process.ts';
import { checkLine } from '../support/captured-log.ts';
import { databases, type TestDatabase } from '../support/databases.ts';
import { insertAppointment, insertSalon, salonWorld } from '../support/salon.ts';
import { layWire } from '../support/wire.ts';

const engine = databases().find(({ name }) => name === 'mariadb');
const REPLICAS = 4;
const POSTS = { method: 'POST', path: /bookings$/, times: 1 };
/** Ten in the morning in Berlin, on a weekday some weeks from now. */
const startsAt = (() => {
  const inThreeWeeks = addMs(new Date(), 21 * DAY);
  const monday = addMs(inThreeWeeks, -((inThreeWeeks.getUTCDay() + 6) % 7) * DAY);
  return (hour: number) =>
    new Date(`${monday.toISOString().slice(0, 10)}T${String(hour).padStart(2, '0')}:00:00Z`);
})();

describe('processes that start and stop (mariadb)', { skip: engine?.skip ?? 'no server' }, () => {
  let database: TestDatabase;
  let sides: LookAlikes;
  let db: Db;
  let bots: BotProcess[] = [];
  before(async () => {
    assert.ok(engine);
    database = await engine.open();
    sides = await startLookAlikes({ clock: createSandboxClock(new Date()), world: salonWorld() });
    db = openDatabase(database.url);
  });
  afterEach(async () => {
    for (const { child } of bots) child.kill('SIGKILL');
    await Promise.all(bots.map(({ ended }) => ended));
    bots = [];
    sides.calcom.faults.clear();
  });
  after(async () => {
    await db.destroy();
    await sides.stop();
    await database.drop();
  });

  function start(change: Record<string, string> = {}): BotProcess {
    const bot = startBotProcess({ DATABASE_URL: database.url, ...sides.environment, ...change });
    bots.push(bot);
    return bot;
  }
  const record = (id: number) => db('appointment_syncs').where({ appointment_id: id }).first();
  const posted = (after: number) => () =>
    sides.calcom.calls.slice(after).some(({ method, path }) => method === 'POST' && POSTS.path.test(path));

  /** A bot whose Cal.com has the booking of this appointment and does not answer. */
  async function startHanging(id: number, change: Record<string, string> = {}): Promise<BotProcess> {
    sides.calcom.faults.add({ ...POSTS, fault: { kind: 'commit_then_hang' } });
    const bot = start({ CALCOM_TIMEOUT_SECONDS: '60', ...change });
    await bot.says('bot.started');
    const earlier = sides.calcom.calls.length;
    await insertAppointment(db, { id, startsAt: startsAt(8 + id) });
    await sides.calcom.waitFor(posted(earlier), 60_000);
    return bot;
  }

  it('four at once on an empty database migrate it once, and all start and end', async () => {
    const replicas = Array.from({ length: REPLICAS }, () => start());
    const ready = await Promise.all(replicas.map((bot) => bot.says('database.migrated')));
    await Promise.all(replicas.map((bot) => bot.says('bot.started')));
    const migrated = ready.filter(({ migrations }) => (migrations as string[]).length > 0);
    assert.equal(migrated.length, 1);
    assert.equal(new Set(ready.map(({ replica }) => replica)).size, REPLICAS, 'each has a name of its own');
    await sides.slack.waitFor(() => sides.slack.connectedSockets() === REPLICAS, 60_000);
    for (const { child } of replicas) child.kill('SIGTERM');
    assert.deepEqual(await Promise.all(replicas.map(({ ended }) => ended)), [0, 0, 0, 0]);
    await sides.slack.waitFor(() => sides.slack.connectedSockets() === 0, 60_000);
    await insertSalon(db);
  });

  it('one that is told to stop finishes the booking that is under way', async () => {
    sides.calcom.faults.add({ ...POSTS, fault: { kind: 'slow', ms: 1_500 } });
    const bot = start();
    await bot.says('bot.started');
    const earlier = sides.calcom.calls.length;
    await insertAppointment(db, { id: 1, startsAt: startsAt(9) });
    await sides.calcom.waitFor(posted(earlier), 60_000);
    bot.child.kill('SIGTERM');
    assert.equal(await bot.ended, 0);
    assertTold(bot);
    assert.equal((await record(1)).state, 'synced');
    assert.equal((await record(1)).claim_token, null);
  });

  it('one whose Cal.com hangs gives its claim back, and another finds the booking', async () => {
    const bot = await startHanging(2);
    bot.child.kill('SIGTERM');
    await bot.ended;
    assert.equal((await record(2)).claim_token, null);
    assert.ok(bot.lines.some(({ msg }) => msg === 'claim.abandoned'));
    assert.equal(sides.slack.connectedSockets(), 0);
    const other = start();
    await other.says('bot.started');
    for (const deadline = AbortSignal.timeout(60_000); (await record(2)).state !== 'synced'; ) {
      assert.ok(!deadline.aborted, 'it is booked');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.equal(sides.calcom.liveBookings({ appointmentId: '2' }).length, 1);
    // One that is killed would keep the lease for comparing from the next test.
    other.child.kill('SIGTERM');
    assert.equal(await other.ended, 0);
  });

  it('one whose database hangs half-open ends within ten seconds all the same', async (t) => {
    const wire = await layWire(database.url);
    t.after(wire.stop);
    const bot = start({ DATABASE_URL: wire.url });
    await bot.says('bot.started');
    wire.hold();
    bot.child.kill('SIGTERM');
    assert.equal(await bot.ended, 1);
    const [stopping, late] = await Promise.all(['bot.stopping_asked', 'bot.stopped_late'].map(bot.says));
    const timeOf = (line?: Record<string, unknown>) => Date.parse(String(line?.time));
    assert.ok(timeOf(late) - timeOf(stopping) < 10_000);
    await sides.slack.waitFor(() => sides.slack.connectedSockets() === 0, 60_000);
  });

  it('one that is told twice stops at once', async () => {
    const bot = await startHanging(3);
    bot.child.kill('SIGTERM');
    await bot.says('bot.stopping_asked');
    bot.child.kill('SIGTERM');
    assert.equal(await bot.ended, 1);
    assert.notEqual((await record(3)).claim_token, null, 'it did not wait to give its claim back');
  });
});

/** Its lines are as the vocabulary says, and tell its life from the start to the stop. */
function assertTold({ lines }: BotProcess): void {
  for (const line of lines) checkLine(line);
  const { version, features, replica } = lines.find(({ msg }) => msg === 'bot.started') ?? {};
  assert.match(String(version), /^\d+\.\d+\.\d+$/);
  assert.ok((features as string[]).includes('socket_mode'));
  assert.doesNotMatch(JSON.stringify(lines), /xoxb-|xapp-/);
  assert.deepEqual(
    lines.slice(-1).map(({ msg, replica: last }) => [msg, last]),
    [['bot.stopped', replica]],
  );
}
