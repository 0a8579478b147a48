// The zod shape of a scenario file. Column names are the booking system's; `calcom` is the look-alike's world.
import { z } from 'zod';
import { calcom, count, id, instantText, minutes } from './calcom-shape.ts';

const instant = instantText.transform((text) => new Date(text));
const staffId = z.guid();
const text = (lengthMax = 255) => z.string().max(lengthMax);

const customerColumns = { name: text(), email: text().nullable(), phone: text().nullable() };
const staffColumns = { name: text(), is_active: z.boolean() };
const serviceColumns = { name: text(), duration_minutes: minutes };
const appointmentColumns = {
  customer_id: id,
  service_id: id,
  staff_id: staffId.nullable(),
  starts_at: instant,
  ends_at: instant,
  status: text(32),
  source: text(64).nullable(),
  created_at: instant.nullable(),
  updated_at: instant.nullable(),
  calcom_v2_booking_uid: text().nullable(),
  calcom_sync_status: text(32).nullable(),
  sync_error_message: z.string().nullable(),
  last_sync_attempt_at: instant.nullable(),
};

export const customer = z.strictObject({ id, ...customerColumns });
export const staffMember = z.strictObject({
  id: staffId,
  ...staffColumns,
  is_active: z.boolean().default(true),
});
export const service = z.strictObject({ id, ...serviceColumns });
export const eventMapEntry = z.strictObject({ service_id: id, staff_id: staffId, event_type_id: id });
export const appointment = z
  .strictObject({
    id,
    ...appointmentColumns,
    ends_at: instant.optional(),
    status: appointmentColumns.status.default('booked'),
    source: appointmentColumns.source.default(null),
    created_at: appointmentColumns.created_at.default(null),
    updated_at: appointmentColumns.updated_at.default(null),
    calcom_v2_booking_uid: appointmentColumns.calcom_v2_booking_uid.default(null),
    calcom_sync_status: appointmentColumns.calcom_sync_status.default(null),
    sync_error_message: appointmentColumns.sync_error_message.default(null),
    last_sync_attempt_at: appointmentColumns.last_sync_attempt_at.default(null),
  })
  .refine((row) => row.ends_at === undefined || row.ends_at > row.starts_at, {
    path: ['ends_at'],
    error: 'must be after starts_at',
  });

const PLAN_GROUPS = [
  'past',
  'no_staff',
  'duplicates',
  'no_event_type',
  'placeholder',
  'adopt',
  'wake',
] as const;
export const planStep = z.strictObject({
  do: z.literal('plan'),
  groups: z.union([z.literal(['all', 'default']), z.array(z.enum(PLAN_GROUPS))], {
    error: `must be "all", "default" or a list of ${PLAN_GROUPS.join(', ')}`,
  }),
});
const insertStep = z.strictObject({
  do: z.literal('insert'),
  customers: z.array(customer).default([]),
  appointments: z.array(appointment).default([]),
});
/** An update of one row of `table`; `set` holds the columns that change. */
const update = <Table extends string, Id extends z.ZodType, Columns extends z.ZodRawShape>(
  table: Table,
  rowId: Id,
  columns: Columns,
) =>
  z.strictObject({
    do: z.literal('update'),
    table: z.literal(table),
    id: rowId,
    set: z
      .strictObject(columns)
      .partial()
      .refine((set) => Object.keys(set).length > 0, 'sets nothing'),
  });
export const updateStep = z.discriminatedUnion(
  'table',
  [
    update('customers', id, customerColumns),
    update('staff', staffId, staffColumns),
    update('services', id, serviceColumns),
    update('appointments', id, appointmentColumns),
  ],
  { error: 'must be one of customers, staff, services, appointments' },
);
const step = z.discriminatedUnion(
  'do',
  [
    z.strictObject({ do: z.literal('figures'), as: z.enum(['before', 'after']) }),
    planStep,
    z.strictObject({ do: z.literal('start') }),
    z.strictObject({ do: z.literal('settle') }),
    z.strictObject({ do: z.literal('clock'), to: instant }),
    insertStep,
    updateStep,
  ],
  { error: 'must be one of figures, plan, start, settle, clock, insert, update' },
);

export const figures = z.strictObject({
  failed: count,
  critical: count,
  manualReview: count,
  ancient: count,
  successRate24h: z.number().min(0).max(100).nullable(),
  pending: count,
  health: z.enum(['green', 'amber', 'red']),
});
const closed = z.strictObject({ past: count, no_staff: count, duplicate: count, no_event_type: count });
export const ended = z.strictObject({
  closed,
  repaired: count,
  adopted: count,
  booked: count,
  open: z.record(z.string(), count),
});
export const expectations = z.strictObject({
  before: figures.partial().optional(),
  after: figures.partial().optional(),
  ended: ended.partial().extend({ closed: closed.partial().optional() }).optional(),
});

export const scenarioShape = z.strictObject({
  clock: instant,
  customers: z.array(customer),
  staff: z.array(staffMember),
  services: z.array(service),
  eventMap: z.array(eventMapEntry),
  appointments: z.array(appointment),
  calcom,
  steps: z.array(step),
  expect: expectations.default({}),
});
