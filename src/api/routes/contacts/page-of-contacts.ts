import type { SQL } from 'drizzle-orm';
import { z } from 'zod';
import { enrollmentHistories } from '../../../db/queries/enrollments/histories.js';
import { pageOfContacts } from '../../../db/queries/selection.js';
import { readCursor, type ListIdentity, type Paging } from '../../http/cursor.js';
import type { CallContext } from '../../http/endpoint.js';
import { readPage } from '../../http/read-page.js';
import { showContactDetail, type contactDetailReply } from '../../shapes/contact.js';

const position = z.strictObject({ id: z.uuid() });

/** A page of the contacts that a condition holds for, each with its enrollment properties. */
export async function showPageOfContacts(
  { tx, accountId, actingUser }: CallContext,
  where: SQL,
  identity: ListIdentity,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<{ results: z.input<typeof contactDetailReply>[]; paging: Paging }> {
  const page = await readPage({
    ...{ identity, limit, rowsAtOnce: 25 },
    after: readCursor(position, identity, after),
    read: (rows, from) => pageOfContacts(tx, accountId, where, { limit: rows, after: from?.id }),
    positionOf: ({ id }) => ({ id }),
    show: (contact) => contact,
  });
  const ids = page.results.map(({ id }) => id);
  const histories = await enrollmentHistories(tx, accountId, ids, actingUser);
  return {
    results: page.results.map((contact) => showContactDetail(contact, histories.get(contact.id))),
    paging: page.paging,
  };
}
