import type { World } from './world.js';

/** A row of the account for each resource that is named in a path; a new resource needs one too. */
const idOf: Readonly<Record<string, (world: World) => string>> = {
  'api-keys': (world) => world.apiKeyId,
  users: (world) => world.userId,
  teams: (world) => world.teamId,
  mailboxes: (world) => world.mailboxId,
  companies: (world) => world.companyId,
  contacts: (world) => world.contactId,
  suppressions: (world) => world.suppressionId,
  folders: (world) => world.folderId,
  templates: (world) => world.templateId,
  snippets: (world) => world.snippetId,
  sequences: (world) => world.sequenceId,
  enrollments: (world) => world.enrollmentId,
  'bulk-enrollments': (world) => world.bulkId,
  'holiday-calendars': (world) => world.holidayCalendarId,
  'task-queues': (world) => world.taskQueueId,
  tasks: (world) => world.taskId,
  properties: (world) => world.propertyId,
  lists: (world) => world.listId,
  emails: (world) => world.emailId,
};

/** The path with what it names beside its id: parts of that row. */
export function filledIn(world: World, path: string): string {
  return path
    .replace('{stepId}', 'call')
    .replace('{version}', '1')
    .replace('{userId}', world.userId)
    .replace('{contactId}', world.contactId)
    .replace('{itemId}', world.bulkItemId)
    .replace('{absenceId}', world.absenceId);
}

/** The path of an endpoint, about a row of this account. */
export function pathIn(world: World, path: string): string {
  if (!path.includes('{id}')) return filledIn(world, path);
  const resource = path.split('/')[2] ?? '';
  const id = idOf[resource];
  if (id === undefined) throw new Error(`name a row of "${resource}" in idOf`);
  return filledIn(world, path).replace('{id}', id(world));
}
