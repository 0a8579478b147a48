import type { Knex } from 'knex';

// The cleanup's own list of what may be opened again becomes a part of the one list for everything.
export async function up(db: Knex): Promise<void> {
  if (!(await db.schema.hasTable('cleanup_closings'))) return;
  const runs = await db('cleanup_closings as c')
    .leftJoin('cron_runs as r', 'r.id', 'c.run_id')
    .groupBy('c.run_id')
    .select({ run_id: 'c.run_id', done_at: db.raw('MAX(r.finished_at)') })
    .select({ asked_at: db.raw('MAX(c.undone_at)'), asked_by: db.raw('MAX(c.undone_by)') });
  for (const { run_id, done_at, asked_at, asked_by } of runs) {
    const subject = `cleanup:${run_id}`;
    if (!(await db('undos').where({ subject }).first('id')))
      await db('undos').insert({ subject, done_at, asked_at, asked_by, ended_at: asked_at });
    const { id } = await db('undos').where({ subject }).first('id');
    const known = new Set(
      (await db('undo_entries').where({ undo_id: id }).pluck('appointment_id')).map(Number),
    );
    const closings = await db('cleanup_closings').where({ run_id });
    const entries = closings
      .filter((row) => !known.has(Number(row.appointment_id)))
      .map((row) => ({
        undo_id: id,
        appointment_id: row.appointment_id,
        kind: row.kind,
        starts_at: row.starts_at,
        before: JSON.stringify({ status: row.status_before }),
        after: JSON.stringify({ status: 'cancelled', reason: 'past' }),
        record_before: row.record_before,
        done_at: row.closed_at,
        outcome: row.undone_at === null ? null : 'undone',
      }));
    for (let from = 0; from < entries.length; from += 200)
      await db('undo_entries').insert(entries.slice(from, from + 200));
  }
  await db.schema.dropTableIfExists('cleanup_closings');
}

export async function down(): Promise<void> {}
