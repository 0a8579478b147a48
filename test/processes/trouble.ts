import { setTimeout as delay } from 'node:timers/promises';
import { SECOND } from '../../src/instant.ts';
import type { DatabaseNode } from '../support/database-node.ts';
import type { Ground } from './proving-ground.ts';

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Kills bots and holds connections at random, and kills and restarts a database server each third of the time. At half
 * time every connection to one database server is half-open for ever. Returns how often each happened.
 */
export async function makeTrouble(
  ground: Ground,
  nodes: DatabaseNode[],
  { seconds, seed }: { seconds: number; seed: number },
): Promise<Record<string, number>> {
  const random = createRandom(seed);
  const done = { killed: 0, held: 0, mutedForEver: 0, databaseKilled: 0 };
  const wires = [ground.wires.calcom, ground.wires.slack, ...ground.wires.databases];
  const startedAt = performance.now();
  const share = () => (performance.now() - startedAt) / (seconds * SECOND);
  while (share() < 1 || done.mutedForEver === 0) {
    await delay((0.05 + 0.05 * random()) * Math.min(seconds, 60) * SECOND);
    if (share() > 0.5 && done.mutedForEver === 0) {
      const { databases } = ground.wires;
      databases[Math.floor(random() * databases.length)]?.muteAll();
      done.mutedForEver++;
    } else if (share() > (done.databaseKilled + 1) / 3) {
      const node = nodes[Math.floor(random() * nodes.length)];
      await node?.kill();
      await delay(2 * SECOND);
      await node?.start();
      done.databaseKilled++;
    } else if (random() < 0.6) {
      await ground.replaceBot(Math.floor(random() * ground.bots.length));
      done.killed++;
    } else {
      const wire = wires[Math.floor(random() * wires.length)];
      wire?.hold();
      await delay(0.05 * Math.min(seconds, 60) * SECOND);
      wire?.release();
      done.held++;
    }
  }
  return done;
}
