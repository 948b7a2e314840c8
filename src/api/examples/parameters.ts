import { exampleIds } from './ids.js';

const idsByResource: Readonly<Record<string, string>> = {
  ...exampleIds,
  'sequence-templates': 'inbound-follow-up',
};

/** Of what a path names beside the id of its resource. */
const inPaths: Readonly<Record<string, string>> = {
  stepId: 'call',
  version: '1',
  userId: exampleIds.users,
  contactId: exampleIds.contacts,
  itemId: exampleIds.items,
  absenceId: exampleIds.absences,
};

/** Of the query, by name; what has a closed set of values needs none. */
const inQueries: Readonly<Record<string, string>> = {
  limit: '50',
  after: 'eyJpZCI6IjAxOWFkMGYwIn0',
  at: '2026-11-30T09:00:00Z',
  to: '2',
  q: 'ada',
  userId: exampleIds.users,
  ownerId: exampleIds.users,
  assigneeId: exampleIds.users,
  senderId: exampleIds.users,
  companyId: exampleIds.companies,
  contactId: exampleIds.contacts,
  sequenceId: exampleIds.sequences,
  enrollmentId: exampleIds.enrollments,
  queueId: exampleIds['task-queues'],
  outcome: 'left_voicemail',
  folderId: exampleIds.folders,
  folder: 'Spring',
  externalId: 'CRM-42',
  email: 'ada@example.com',
  address: 'ada@example.com',
  country: 'US',
  campaignId: 'spring-2027',
  sourceId: 'D-17',
  state: 'active',
  reason: 'replied,meeting_logged',
  'updatedAt[gte]': '2026-11-01T00:00:00Z',
  'updatedAt[lte]': '2026-11-30T23:59:59Z',
  'occurredAt[gte]': '2026-11-01T00:00:00Z',
  'occurredAt[lte]': '2026-11-30T23:59:59Z',
  'dueAt[gte]': '2026-11-30T00:00:00Z',
  'dueAt[lt]': '2026-12-07T00:00:00Z',
  types: 'enrollment.enrolled,email.sent',
  subject: `enrollment:${exampleIds.enrollments}`,
};

/** What stands for this parameter of the path; undefined where none is named. */
export function pathExample(path: string, name: string): string | undefined {
  const resource = path.split('/')[2] ?? '';
  return name === 'id' ? idsByResource[resource] : inPaths[name];
}

/** A value that this parameter of the query may have; undefined where none is named. */
export function queryExample(name: string): string | undefined {
  return inQueries[name];
}
