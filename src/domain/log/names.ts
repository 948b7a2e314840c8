import { logTypes, type LogType } from '../enrollment/log.js';
import { happenings } from './happenings.js';

/** What the log tells of, enrollments apart. */
export type Subject = keyof typeof happenings;
/** What the log tells of. */
export type LogSubject = Subject | 'enrollment';
/** What can happen to a subject. */
export type TypeOf<S extends Subject> = (typeof happenings)[S][number];

/** Where a row of the log is put and found: what it is about, and what happened to that. */
export interface Filed {
  readonly subject: LogSubject;
  readonly type: string;
}

/** Sends and tasks are told of as such, though they stand in the log of the enrollment that they belong to. */
const ofEnrollments: Readonly<Record<LogType, string>> = {
  enrolled: 'enrollment.enrolled',
  email_sent: 'email.sent',
  email_deferred: 'email.deferred',
  email_uncertain: 'email.uncertain',
  email_rejected: 'email.rejected',
  email_withdrawn: 'email.withdrawn',
  task_created: 'task.created',
  task_completed: 'task.completed',
  task_reassigned: 'task.reassigned',
  step_skipped: 'enrollment.step_skipped',
  rescheduled: 'enrollment.rescheduled',
  version_changed: 'enrollment.version_changed',
  assignee_changed: 'enrollment.assignee_changed',
  paused: 'enrollment.paused',
  resumed: 'enrollment.resumed',
  run_restarted: 'enrollment.run_restarted',
  finished: 'enrollment.finished',
  unenrolled: 'enrollment.unenrolled',
  errored: 'enrollment.errored',
  late_reply: 'enrollment.late_reply',
  late_meeting: 'enrollment.late_meeting',
};

/** Of these only admins read: who may do what, and what the account is set to. */
const ofAdmins: readonly LogSubject[] = ['account', 'user', 'api_key'];

const filedByName: ReadonlyMap<string, Filed> = new Map([
  ...logTypes.map((type): [string, Filed] => [
    ofEnrollments[type],
    { subject: 'enrollment', type },
  ]),
  ...subjectsBesides().flatMap((subject) =>
    happenings[subject].map((type): [string, Filed] => [`${subject}.${type}`, { subject, type }]),
  ),
]);

const namesByPlace: ReadonlyMap<string, string> = new Map(
  [...filedByName].map(([name, { subject, type }]) => [`${subject}/${type}`, name]),
);

/** Everything that the log tells of, by the names that the outside knows. */
export const logNames: readonly string[] = [...filedByName.keys()].sort();

/** All kinds of subject. */
export const logSubjects: readonly LogSubject[] = ['enrollment', ...subjectsBesides()];

/** The name that the outside knows a row by. */
export function nameOf({ subject, type }: Filed): string {
  return namesByPlace.get(`${subject}/${type}`) ?? `${subject}.${type}`;
}

/** What a name stands for in the log; undefined for a name that tells of nothing. */
export function filedAs(name: string): Filed | undefined {
  return filedByName.get(name);
}

/** What is done to these is administration, by whomever. */
const administered: readonly LogSubject[] = [...ofAdmins, 'team', 'mailbox'];

/**
 * True for what tells of administration, which says from where it was done: of the account, its people, keys and mailboxes, of
 * a suppression that is taken away, and of a sequence that is paused for everybody.
 */
export function isAdministration(
  { subject, type }: Filed,
  data: Readonly<Record<string, unknown>>,
): boolean {
  if (subject === 'suppression') return type === 'removed';
  if (subject === 'sequence') {
    return (type === 'paused' || type === 'resumed') && data['userId'] === undefined;
  }
  return administered.includes(subject);
}

/** True for what only admins read. */
export function isForAdmins(subject: LogSubject): boolean {
  return ofAdmins.includes(subject);
}

function subjectsBesides(): readonly Subject[] {
  return Object.keys(happenings).filter(isSubject);
}

function isSubject(key: string): key is Subject {
  return key in happenings;
}
