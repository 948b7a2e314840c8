import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { bulkItemReply, bulkReply } from '../../src/api/shapes/bulk-enrollment.js';
import { emailStep } from './sequences.js';
import type { ApiAnswer, TestCaller } from './api.js';
import { made, type TestUser } from './team.js';

export type BulkView = z.output<typeof bulkReply>;
export type BulkItemView = z.output<typeof bulkItemReply>;

const itemsPage = z.object({ results: z.array(bulkItemReply) });

/** What tests of bulk enrollments do again and again, as one user. */
export interface BulkTools {
  contacts(count: number, fields?: object): Promise<readonly string[]>;
  sequence(body?: object): Promise<string>;
  draft(contactIds: readonly string[], fields?: object): Promise<BulkView>;
  show(id: string): Promise<BulkView>;
  items(id: string, query?: string): Promise<readonly BulkItemView[]>;
  post(path: string, body?: object, ifMatch?: string): Promise<ApiAnswer>;
}

const oneMail = { name: 'One mail', steps: [emailStep('one', 0)], sharing: { everyone: 'use' } };

export function createBulkTools(caller: TestCaller, user: TestUser): BulkTools {
  const sequence = async (body: object = oneMail): Promise<string> =>
    (await made(user.request('POST', '/v1/sequences', body))).id;
  return {
    contacts: (count, fields = {}) =>
      Promise.all(
        Array.from({ length: count }, async () => {
          const email = `${randomUUID()}@contact.example`;
          return (await made(caller.request('POST', '/v1/contacts', { email, ...fields }))).id;
        }),
      ),
    sequence,
    draft: async (contactIds, fields = {}) => {
      const contacts = contactIds.map((id) => ({ id }));
      const given = { contacts, ...fields };
      const sequenceId = 'sequenceId' in fields ? {} : { sequenceId: await sequence() };
      const answer = await made(
        user.request('POST', '/v1/bulk-enrollments', { ...given, ...sequenceId }),
      );
      return bulkReply.parse(answer.body);
    },
    show: async (id) =>
      bulkReply.parse((await made(user.request('GET', `/v1/bulk-enrollments/${id}`))).body),
    items: async (id, query = 'limit=100') =>
      itemsPage.parse(
        (await made(user.request('GET', `/v1/bulk-enrollments/${id}/items?${query}`))).body,
      ).results,
    post: (path, body = {}, ifMatch = '*') =>
      user.request('POST', `/v1/bulk-enrollments/${path}`, body, ifMatch),
  };
}

/** How many first emails go out in which clock minute. */
export function sendMinutes(results: unknown): ReadonlyMap<string, number> {
  const minutes = new Map<string, number>();
  for (const [, minute = ''] of JSON.stringify(results).matchAll(/"firstSendAt":"(.{16})/g)) {
    minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
  }
  return minutes;
}
