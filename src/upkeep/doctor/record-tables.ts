/** The bot's own tables, each with its key's first column. */
export const RECORD_TABLES: Record<string, string> = {
  alerts: 'id',
  appointment_syncs: 'appointment_id',
  breaker: 'name',
  cron_runs: 'id',
  daily_summaries: 'local_date',
  door_turns: 'name',
  history: 'id',
  installation: 'id',
  leases: 'name',
  opened_homes: 'user_id',
  pace: 'name',
  plan_items: 'plan_id',
  plans: 'id',
  received_webhooks: 'body_hash',
  reconciliations: 'run_id',
  replicas: 'name',
  staff_persons: 'staff_id',
  sync_attempts: 'id',
  undo_entries: 'undo_id',
  undos: 'id',
};

/** The tables of the booking system that the bot reads. */
export const BUSINESS_TABLES = ['appointments', 'calcom_event_map', 'customers', 'services', 'staff'];

/** The columns there that actions, plan and cleanup write. */
export const WRITTEN_COLUMNS: Record<string, string[]> = {
  appointments: ['status', 'staff_id', 'starts_at', 'ends_at', 'updated_at'],
  customers: ['email', 'phone'],
};
