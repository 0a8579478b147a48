import type { FieldTypes, LogField, logFields } from './log-fields.ts';

// THE VOCABULARY of the log: every event that the bot can log, at its one level, with its fields (`?`: may be missing)
// and what it means. error: an engineer must act, or it is our bug. warn: something is off, and handled. info: facts.
// debug: details. docs/log-events.md is made of it.

export const logEvents = {
  // The process
  'bot.started': info(
    'version database features',
    'The bot runs. No value of a secret is among the features.',
  ),
  'bot.not_started': error('err', 'The bot cannot start, and the process ends.'),
  'bot.stopping_asked': info('signal', 'The process was told to end, and finishes what is in flight.'),
  'bot.stopped': info('', 'Everything is finished and closed.'),
  'bot.stopped_late': warn('', 'The process ends before everything was finished: it took ten seconds.'),
  'bot.stop_failed': error('err', 'The process ends, but not everything could be closed.'),
  'database.migrated': info('migrations', 'The schema is up to date; these migrations ran just now.'),
  'clock.differed': warn(
    'seconds',
    'The clock of this machine is off by so much from the database’s; the bot goes by the database’s.',
  ),
  'index.missed': warn(
    'alter isFull',
    'No index serves the start of appointments: every look reads all rows.',
  ),
  'loop.failed': error('err loop', 'One pass of a loop failed; the loop goes on.'),
  'lease.kept': warn('err lease', 'A lease could not be given back at the stop: it runs out by itself.'),

  // The HTTP server
  'http.opened': info('address', 'The server listens.'),
  'http.answered': debug(
    'method path status tookMs requestId',
    'A request was answered; an unknown path is not repeated.',
  ),
  'metrics.not_read': warn(
    'err',
    'The record could not be read for /metrics, which tells what the process knows.',
  ),
  'http.failed': error('err path', 'A request was answered with 500.'),
  'signature.refused': warn(
    'path variable',
    'A request without a valid signature; if it was no stranger’s, the variable is wrong. Once a minute.',
  ),
  'webhook.heard': debug('event outcome appointmentId?', 'Cal.com told what is known, or of no appointment.'),
  'change.heard': info(
    'event appointmentId',
    'Cal.com told of what the record does not say: it is read soon.',
  ),
  'door.answered': info('outcome appointmentId?', 'A voice agent or form asked for an appointment.'),
  'door.failed': error('err', 'A request to the door could not be decided.'),
  'door.turns_kept': warn('err', 'Old requests to the door could not be cleared away.'),

  // The engine
  'appointment.noticed': debug('appointmentId reason', 'The appointment is not what Cal.com has: it is due.'),
  'appointment.claimed': debug('appointmentId asked', 'This replica works on it now.'),
  'attempt.begun': debug('appointmentId attemptId operation', 'What is about to be sent is on disk.'),
  'claim.returned': debug('appointmentId nextTryAt?', 'Nothing was tried; the claim was given back.'),
  'claim.lost': info('appointmentId', 'Another replica works on it: nothing was recorded, it will do so.'),
  'claim.abandoned': warn('appointmentId', 'The stop did not wait for it: any replica goes on with it.'),
  'claim.kept': warn(
    'err appointmentId',
    'The claim could not be given back at the stop: it runs out by itself.',
  ),
  'appointment.broken': error('err appointmentId', 'Something broke that is no answer of Cal.com’s.'),
  'outcome.lost': error('err appointmentId', 'What came of it could not be recorded; the claim runs out.'),
  'conflict.not_diagnosed': warn('err appointmentId', 'Why the host is not free could not be found out.'),
  'adoption.done': info('mode', 'What a former system left has been taken over.'),
  'adoption.postponed': warn('err', 'Cal.com’s bookings cannot be read; nothing is booked before.'),
  'sync.held': info('actor', 'The bot only counts from here on.'),
  'sync.started': info('actor', 'The bot was released.'),
  'record.restored': info('actor', 'The record came from a backup: Cal.com’s bookings are taken over again.'),

  // Cal.com
  'calcom.answered': debug(
    'operation status tookMs requestId?',
    'One call to Cal.com, with the id of its answer.',
  ),
  'breaker.opened': warn('kind', 'Cal.com does not serve us: nothing is claimed until it does.'),
  'breaker.reopened': warn('kind', 'The trial failed: the same incident goes on.'),
  'key.refused': error(
    'variable',
    'Cal.com refuses CALCOM_API_KEY: nothing is claimed until it works again.',
  ),
  'breaker.tried': info('', 'Cal.com answers again: one appointment at a time is tried.'),
  'breaker.closed': info('', 'The incident is over; what waited is due.'),
  'calcom.probed': info('answered', 'Cal.com was asked whether it serves us again.'),
  'pace.paused': warn('waitSeconds', 'Cal.com has had too many calls: no replica calls before.'),

  // One appointment's story
  'appointment.imported': info('appointmentId state kind? uid?', 'Taken over from the former system.'),
  'appointment.linked': info('appointmentId state uid', 'Taken over with the booking that it has.'),
  'appointment.booked': info('appointmentId actor uid staffId startsAt', 'It stands in Cal.com.'),
  'appointment.repaired': info('appointmentId actor uid staffId startsAt', 'Booked after a failure.'),
  'appointment.moved': info('appointmentId actor uid staffId startsAt was?', 'Its booking was moved.'),
  'appointment.reassigned': info('appointmentId actor uid staffId startsAt', 'Its booking has another host.'),
  'appointment.adopted': info(
    'appointmentId actor uid staffId startsAt',
    'Linked with a booking that stood.',
  ),
  'appointment.followed': info(
    'appointmentId actor uid staffId startsAt was?',
    'Moved or handed over in Cal.com, and the row with it.',
  ),
  'appointment.unbooked': info(
    'appointmentId actor uid?',
    'Its booking was cancelled to make room for the next.',
  ),
  'booking.replaced': info('appointmentId', 'The new booking stands; the one it replaces is cancelled.'),
  'appointment.closed': info(
    'appointmentId actor reason uid?',
    'Nothing is to do any more; `uid` is cancelled.',
  ),
  'appointment.failed': info(
    'appointmentId kind cause? text? nextTryAt? requestId?',
    'It needs a change or a person; see the kind.',
  ),
  'appointment.postponed': info(
    'appointmentId kind? text? nextTryAt requestId?',
    'A technical failure: tried again then.',
  ),
  'appointment.rechecked': debug('appointmentId nextTryAt?', 'The failure stands as it was.'),
  'appointment.confirmed': debug('appointmentId', 'Cal.com has it as it is: nothing was to do.'),
  'appointment.freed': info('appointmentId', 'The booking that the import found is gone; it is booked anew.'),
  'orphan.cancelled': info(
    'appointmentId actor uid',
    'A booking that nothing wants was cancelled in Cal.com.',
  ),

  // What people do
  'appointment.rescheduled': info('appointmentId actor startsAt was', 'A person chose another time.'),
  'appointment.handed_over': info('appointmentId actor staffId', 'A person chose a colleague.'),
  'appointment.cancelled': info('appointmentId actor', 'A person cancelled it; why stays in the history.'),
  'contact.fixed': info('appointmentId actor fields', 'A person corrected the customer’s contact.'),
  'retry.asked': info('appointmentId actor', 'A person or a plan has it tried again.'),
  'truth.chosen': info('appointmentId actor outcome', 'A person decided: `kept_ours` or `took_theirs`.'),
  'appointment.taken': info('appointmentId actor', 'A person looks after it.'),
  'appointment.given_back': info('appointmentId actor', 'Nobody looks after it any more.'),
  'alert.snoozed': info('appointmentId actor until', 'A person lets the alert rest.'),
  'snooze.ended': info('appointmentId', 'The alert is there again.'),
  'customer.called': info('appointmentId actor result', 'A person called the customer.'),
  'note.written': info('appointmentId actor', 'A person left a note; its text stays in the history.'),
  'appointment.reopened': info('appointmentId actor', 'A closing was undone.'),
  'change.undone': info('appointmentId actor', 'A change was undone.'),
  'action.refused': info('action actor appointmentId?', 'A person may not do this.'),
  'action.missed': info('appointmentId actor reason', 'A person came too late: nothing was changed.'),
  'dialog.returned': info(
    'appointmentId actor action outcome',
    'To be corrected or confirmed: nothing was changed.',
  ),
  'interaction.answered': debug(
    'action actor outcome tookMs',
    'A command, click, dialog or event was answered.',
  ),
  'listener.failed': error('err', 'What a person asked for broke; the person was told.'),

  // Alerts in Slack
  'alert.posted': info('alertId channel ts subject appointmentId?', 'The channel shows it.'),
  'alert.updated': info('alertId channel ts subject appointmentId?', 'The message says what is true now.'),
  'alert.resolved': info(
    'alertId channel ts subject outcome? appointmentId?',
    'The message says how it ended.',
  ),
  'reply.posted': debug('alertId channel ts appointmentId?', 'A line stands in the thread.'),
  'reply.updated': debug('alertId channel ts appointmentId?', 'A line in the thread was changed.'),
  'message.replaced': info('appointmentId', 'The message was deleted; the open alert is posted anew.'),
  'alert.overtaken': warn(
    'alertId channel ts',
    'Another replica posted it meanwhile: this message is a second one.',
  ),
  'route.closed': warn(
    'alertId channel',
    'The routed channel is closed to us; the alert goes to the usual one.',
  ),
  'alert.not_described': error('err alertId appointmentId?', 'One alert cannot be shown; the others are.'),
  'reminder.raised': info('appointmentId startsAt', 'The start comes near, and nobody has acted.'),
  'reminder.escalated': info('appointmentId startsAt group', 'The same, and a user group is called.'),

  // Slack
  'socket.opened': info('', 'Socket Mode is connected.'),
  'socket.failed': warn(
    'err variable',
    'Socket Mode cannot be connected, and is tried again; see SLACK_APP_TOKEN.',
  ),
  'slack.unheard': warn(
    'variable',
    'Without SLACK_APP_TOKEN or SLACK_SIGNING_SECRET no command and click is heard.',
  ),
  'slack.answered': debug('method status tookMs requestId?', 'One call to Slack, with the id of its answer.'),
  'slack.paused': warn(
    'method channel waitSeconds',
    'Slack is busy or out of reach; it is called again then.',
  ),
  'slack.closed': error('method channel code remedy', 'Slack is closed to the bot; nothing is lost.'),
  'slack.reopened': info('method channel', 'Slack works again.'),
  'message.refused': error('method code details', 'Slack does not accept a message of ours in this form.'),
  'picture.refused': warn(
    'method code details',
    'Slack does not show the picture, or not yet; the words are shown.',
  ),
  'picture.dropped': warn('picture reason', 'Slack does not keep the picture; the words are shown.'),
  'home.refused': error('method code', 'Slack does not accept an App Home of ours.'),
  'home.failed': error('err', 'One App Home cannot be shown; the others are.'),
  'directory.failed': warn(
    'code about',
    'Slack does not say who may do what; the last answer counts for an hour.',
  ),
  'receiver.failed': error('err', 'A request of Slack’s broke before anybody heard it.'),
  'library.warned': warn('text err?', 'A warning of Slack’s packages.'),
  'library.failed': error('text err?', 'An error of Slack’s packages.'),

  // Plans and the timetable
  'plan.started': info('planId actor', 'A person started the plan.'),
  'plan.done': info(
    'planId closed repaired adopted moved withdrawn waiting skipped',
    'The plan has done what it could; what waits is decided by the engine.',
  ),
  'plan.lost': info('planId', 'Another replica runs the plan.'),
  'plan.item_failed': error('err planId appointmentId', 'One thing of the plan broke; the others go on.'),
  'cleanup.done': info('runId closed', 'What is over is closed, and what is old is taken out.'),
  'cleanup.lost': info('runId', 'Another replica runs the cleanup.'),
  'cleanup.not_closed': error('err appointmentId', 'One appointment cannot be closed; the others are.'),
  'summary.done': info('runId localDate failed critical pending booked', 'The daily summary can be shown.'),
  'summary.lost': info('runId localDate', 'Another replica made the summary.'),
  'summary.picture_failed': warn('err localDate', 'The summary stands without its chart.'),
  'comparison.done': info(
    'runId scope read changed missing doubled orphaned',
    'Our records were compared with Cal.com.',
  ),
  'comparison.lost': info('runId scope', 'Another replica made the comparison.'),
  'comparison.postponed': info('err runId scope', 'Cal.com did not answer, or bookings need its calls.'),
  'upkeep.failed': error('err', 'A look at the timetable failed; the next one comes in a minute.'),
  'upkeep.taken_over': warn('task runId fireAt', 'A run that was left goes on here.'),
  'upkeep.run_failed': error('err task runId', 'A task broke, and is tried again in five minutes.'),
} as const;

export type LogEvent = keyof typeof logEvents;
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** The events of one level. */
export type EventAt<Level extends LogLevel> = {
  [Event in LogEvent]: (typeof logEvents)[Event]['level'] extends Level ? Event : never;
}[LogEvent];

/** What a line of this event must and may say. */
export type FieldsOf<Event extends LogEvent> = Named<(typeof logEvents)[Event]['fields']>;

type Named<Fields extends string> = {
  [Field in Exclude<Word<Fields>, `${string}?` | ''>]: TypeOf<Field>;
} & {
  [Field in Word<Fields> as Field extends `${infer Name}?` ? Name : never]?:
    | TypeOf<Field extends `${infer Name}?` ? Name : never>
    | null
    | undefined;
};
type Word<Text extends string> = Text extends `${infer First} ${infer Rest}` ? First | Word<Rest> : Text;
type TypeOf<Name extends string> = Name extends LogField ? FieldTypes[(typeof logFields)[Name][0]] : never;

function debug<const Fields extends string>(fields: Fields, says: string) {
  return { level: 'debug', fields, says } as const;
}

function info<const Fields extends string>(fields: Fields, says: string) {
  return { level: 'info', fields, says } as const;
}

function warn<const Fields extends string>(fields: Fields, says: string) {
  return { level: 'warn', fields, says } as const;
}

function error<const Fields extends string>(fields: Fields, says: string) {
  return { level: 'error', fields, says } as const;
}
