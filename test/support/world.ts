import { newId } from '../../src/db/new-id.js';
import { emailSends } from '../../src/db/schema/index.js';
import { insertTask } from '../../src/db/queries/tasks.js';
import type { TestApi, TestCaller } from './api.js';

/** An account that has one of everything; its user is an admin. */
export interface World extends TestCaller {
  readonly userId: string;
  /** A key that nobody calls with. */
  readonly apiKeyId: string;
  readonly absenceId: string;
  readonly teamId: string;
  readonly mailboxId: string;
  readonly companyId: string;
  readonly contactId: string;
  readonly suppressionId: string;
  readonly holidayCalendarId: string;
  readonly taskQueueId: string;
  readonly propertyId: string;
  readonly listId: string;
  readonly folderId: string;
  readonly templateId: string;
  readonly snippetId: string;
  readonly sequenceId: string;
  readonly enrollmentId: string;
  readonly bulkId: string;
  readonly bulkItemId: string;
  readonly taskId: string;
  readonly emailId: string;
}

/** Makes one of everything, through the API as far as it goes. */
export async function createWorld(api: TestApi): Promise<World> {
  const caller = await api.createCaller();
  const make = async (path: string, body: unknown): Promise<string> => {
    const answer = await caller.request('POST', path, body, {
      ...(path !== '/v1/users' && { 'cadenza-user': 'ada' }),
    });
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return answer.id;
  };
  const userId = await make('/v1/users', {
    email: 'ada@example.com',
    externalId: 'ada',
    name: 'Ada',
    timeZone: 'Europe/London',
    role: 'admin',
  });
  const apiKeyId = await make('/v1/api-keys', { name: 'Spare', scopes: ['read'] });
  const teamId = await make('/v1/teams', { name: 'Sales', memberIds: [userId] });
  const absenceId = await make(`/v1/users/${userId}/absences`, {
    firstOn: '2020-12-24',
    lastOn: '2020-12-31',
  });
  const mailboxId = await make('/v1/mailboxes', {
    userId,
    address: 'ada@example.com',
    smtp: { host: 'localhost', port: 25, security: 'none' },
  });
  const companyId = await make('/v1/companies', { name: 'Acme' });
  const contactId = await make('/v1/contacts', { email: 'grace@example.com', companyId });
  const suppressionId = await make('/v1/suppressions', {
    address: 'nobody@example.com',
    reason: 'unsubscribed',
  });
  const holidayCalendarId = await make('/v1/holiday-calendars', {
    name: 'Closed',
    dates: [{ date: '2026-12-24', name: 'Closed' }],
  });
  const taskQueueId = await make('/v1/task-queues', { name: 'Calls' });
  const propertyId = await make('/v1/properties', {
    object: 'contact',
    name: 'plan',
    label: 'Plan',
    type: 'text',
  });
  const listId = await make('/v1/lists', { kind: 'static', name: 'Fair' });
  const added = { contacts: [{ id: contactId }] };
  await caller.request('POST', `/v1/lists/${listId}/members`, added);
  const folderId = await make('/v1/folders', { kind: 'template', name: 'Outbound' });
  const templateId = await make('/v1/templates', {
    name: 'Hello',
    subject: 'Hello',
    html: '<p>Hello</p>',
    folderId,
  });
  const snippetId = await make('/v1/snippets', { name: 'greeting', html: '<p>Hello</p>' });
  const sequenceId = await make('/v1/sequences', {
    name: 'One call',
    steps: [{ id: 'call', kind: 'call', title: 'Call' }],
  });
  const enrollmentId = await make('/v1/enrollments', { sequenceId, contact: { id: contactId } });
  const bulkId = await make('/v1/bulk-enrollments', {
    sequenceId,
    contacts: [{ id: await make('/v1/contacts', { email: 'bulk@example.com' }) }],
  });
  const items = await caller.request('GET', `/v1/bulk-enrollments/${bulkId}/items`);
  const at = new Date().toISOString();
  const taskId = newId(at);
  await api.db.transaction((tx) =>
    insertTask(tx, {
      accountId: caller.accountId,
      id: taskId,
      enrollmentId,
      stepId: 'call',
      contactId,
      assigneeId: userId,
      kind: 'call',
      title: 'Call',
      notes: '',
      priority: 'none',
      waitsForCompletion: true,
      createdAt: at,
      dueAt: at,
    }),
  );
  const emailId = newId(at);
  await api.db.insert(emailSends).values({
    ...{ accountId: caller.accountId, id: emailId, enrollmentId, stepId: 'call', mailboxId },
    ...{ state: 'sent', recipient: 'grace@example.com', subject: 'Hello', references: [] },
    ...{
      messageId: `<${emailId}@example.com>`,
      raw: Buffer.from('Subject: Hello\r\n\r\nHello.\r\n'),
    },
    ...{ reservedAt: at, settledAt: at, attempts: 1, fence: 1 },
  });
  return {
    ...caller,
    userId,
    apiKeyId,
    absenceId,
    teamId,
    mailboxId,
    companyId,
    contactId,
    suppressionId,
    holidayCalendarId,
    taskQueueId,
    propertyId,
    listId,
    folderId,
    templateId,
    snippetId,
    sequenceId,
    enrollmentId,
    bulkId,
    bulkItemId: items.ids[0] ?? '',
    taskId,
    emailId,
  };
}
