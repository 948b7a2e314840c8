import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { eq } from 'drizzle-orm';
import { newId } from '../../src/db/new-id.js';
import { insertContactsUnlessTaken } from '../../src/db/queries/contacts.js';
import { bulkEnrollmentItems, enrollments } from '../../src/db/schema/index.js';
import { bulkReply } from '../../src/api/shapes/bulk-enrollment.js';
import type { BulkView } from './bulk.js';
import { eventually } from './eventually.js';
import { anyTime, emailStep } from './sequences.js';
import type { Stack } from './stack.js';
import type { SeededUser } from './stack-client.js';

type ItemRow = typeof bulkEnrollmentItems.$inferSelect;
type EnrollmentRow = typeof enrollments.$inferSelect;

/** Bulk enrollments over the whole stack, by an admin. */
export interface StackBulk {
  readonly user: SeededUser;
  contacts(count: number): Promise<readonly string[]>;
  sequence(steps?: readonly object[]): Promise<string>;
  draft(contactIds: readonly string[], fields?: object): Promise<string>;
  confirm(id: string): Promise<void>;
  post(path: string): Promise<BulkView>;
  show(id: string): Promise<BulkView>;
  ends(id: string, limitMs?: number): Promise<BulkView>;
  /** All items, in their order. */
  items(id: string): Promise<readonly ItemRow[]>;
  /** All enrollments that came with the batch. */
  enrolled(id: string): Promise<readonly EnrollmentRow[]>;
  run(id: string): WorkflowHandle;
}

export async function openStackBulk(stack: Stack): Promise<StackBulk> {
  const user = await stack.api.user(stack.catcher.port, { role: 'admin' });
  const client = new Client({ connection: stack.connection, namespace: stack.namespace });
  const call = async (method: string, path: string, body?: object): Promise<BulkView> => {
    const answer = await stack.api.request(method, `/v1/bulk-enrollments${path}`, body, user.id);
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
    return bulkReply.parse(answer.body);
  };
  const sequence = (steps: readonly object[] = [emailStep('one', 0)]): Promise<string> =>
    stack.api.sequence(user.id, { name: 'Batch', steps, settings: anyTime });
  const show = (id: string): Promise<BulkView> => call('GET', `/${id}`);
  return {
    user,
    contacts: (count) => addContacts(stack, count),
    sequence,
    draft: async (contactIds, fields = {}) => {
      const sequenceId = await sequence();
      const contacts = contactIds.map((id) => ({ id }));
      return (await call('POST', '', { sequenceId, contacts, ...fields })).id;
    },
    confirm: async (id) => {
      await call('POST', `/${id}/confirm`, {});
    },
    post: (path) => call('POST', path, {}),
    show,
    ends: (id, limitMs) =>
      eventually(
        () => show(id),
        ({ state }) => state === 'finished' || state === 'cancelled',
        limitMs,
      ),
    items: (id) =>
      stack.db
        .select()
        .from(bulkEnrollmentItems)
        .where(eq(bulkEnrollmentItems.bulkId, id))
        .orderBy(bulkEnrollmentItems.index),
    enrolled: (id) => stack.db.select().from(enrollments).where(eq(enrollments.bulkId, id)),
    run: (id) => client.workflow.getHandle(`bulk/${id}`),
  };
}

async function addContacts(stack: Stack, count: number): Promise<readonly string[]> {
  const at = stack.now();
  const rows = Array.from({ length: count }, () => {
    const email = `${randomUUID()}@contact.example`;
    const row = { accountId: stack.accountId, id: newId(at), email, emailNormalized: email };
    return { ...row, firstName: 'Ada', properties: {}, createdAt: at, updatedAt: at };
  });
  await stack.db.transaction((tx) => insertContactsUnlessTaken(tx, rows));
  return rows.map(({ id }) => id);
}

/** Resolves when the clock minute has still so many seconds. */
export async function untilMinuteHas(seconds: number): Promise<void> {
  const leftMs = 60_000 - (Date.now() % 60_000);
  if (leftMs < seconds * 1000) await delay(leftMs + 50);
}

/** How many of these instants fall into which clock minute. */
export function perMinute(instants: readonly (string | null | undefined)[]): readonly number[] {
  const counts = new Map<string, number>();
  for (const at of instants) {
    const minute = at?.slice(0, 16) ?? '';
    counts.set(minute, (counts.get(minute) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => a.localeCompare(b)).map(([, count]) => count);
}
