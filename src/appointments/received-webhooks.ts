import { type Db, isDuplicateKey, type Tx, transaction } from '../database.ts';
import { addMs, DAY, toSqlInstant } from '../instant.ts';

const KEPT_MS = 30 * DAY;

export interface ReceivedWebhook {
  /** SHA-256 of its body, in hex: Cal.com gives a delivery no number. */
  bodyHash: string;
  event: string;
  uid: string | null;
  now: Date;
}

/** What came of a webhook, and for which appointment. */
export interface Heard {
  outcome: 'woken' | 'known' | 'unknown' | 'noted';
  appointmentId: number | null;
}

/** Has `hear` act on a webhook and notes it, both or neither. `repeated`: it was received before. */
export async function receiveWebhook(
  db: Db,
  { bodyHash, event, uid, now }: ReceivedWebhook,
  hear: (tx: Tx) => Promise<Heard>,
): Promise<Heard | 'repeated'> {
  const key = { body_hash: bodyHash };
  const received = () => db('received_webhooks').where(key).first('event');
  if (await received()) return 'repeated';
  try {
    return await transaction(db, async (tx) => {
      const heard = await hear(tx);
      await tx('received_webhooks').insert({
        ...key,
        received_at: toSqlInstant(now),
        event,
        booking_uid: uid,
        appointment_id: heard.appointmentId,
        outcome: heard.outcome,
      });
      return heard;
    });
  } catch (error) {
    if (isDuplicateKey(error) && (await received())) return 'repeated';
    throw error;
  }
}

/** Forgets what was received a month ago. */
export async function forgetOldWebhooks(db: Db, now: Date): Promise<void> {
  await db('received_webhooks')
    .where('received_at', '<', toSqlInstant(addMs(now, -KEPT_MS)))
    .delete();
}
