import { findContact, type Contact } from '../../db/queries/contacts.js';
import {
  bulkItemsPart,
  enrollmentsPart,
  listsOf,
  logPart,
  mailsPart,
  opensPart,
  slotsPart,
  tasksPart,
  type PartOfContact,
} from '../../db/queries/contact-export.js';
import { suppressionsOf, type Suppression } from '../../db/queries/suppressions.js';
import type { Tx } from '../../db/client.js';
import { requireWholeView } from '../access.js';
import type { Act } from '../act.js';
import { refuseUnknown } from '../refusal.js';
import type { Transact } from '../transact.js';

/** What is kept of a contact, as far as it is small. */
export interface ExportedContact {
  readonly contact: Contact;
  readonly lists: Awaited<ReturnType<typeof listsOf>>;
  readonly suppressions: readonly Suppression[];
}

/**
 * The beginning of all that is kept of a contact, for an admin or a key that names nobody; what there may be much of is read
 * by `partsOf`. Refuses an unknown or deleted one.
 */
export async function exportContact(act: Act, named: string): Promise<ExportedContact> {
  requireWholeView(act, 'Exporting a contact');
  const { tx, accountId } = act;
  const contact = await findContact(tx, accountId, { named });
  if (contact === undefined) return refuseUnknown('contact');
  return {
    contact,
    lists: await listsOf(tx, accountId, contact.id),
    suppressions: await suppressionsOf(tx, contact),
  };
}

type Read<Row> = (tx: Tx, part: PartOfContact<Row>) => Promise<readonly Row[]>;

/** All rows of one kind, some at a time, each part in a transaction of its own; at most `limit` are held at once. */
async function* inParts<Row>(
  transact: Transact,
  contactId: string,
  { read, limit }: { readonly read: Read<Row>; readonly limit: number },
): AsyncGenerator<readonly Row[]> {
  let after: Row | undefined;
  for (;;) {
    const last = after;
    const rows = await transact(({ tx, accountId }) =>
      read(tx, { accountId, contactId, after: last, limit }),
    );
    if (rows.length > 0) yield rows;
    if (rows.length < limit) return;
    after = rows.at(-1);
  }
}

/** What there may be much of. A mail may have hundreds of kilobytes. */
const kinds = {
  enrollments: { read: enrollmentsPart, limit: 100 },
  mails: { read: mailsPart, limit: 20 },
  tasks: { read: tasksPart, limit: 100 },
  opens: { read: opensPart, limit: 500 },
  bulkItems: { read: bulkItemsPart, limit: 100 },
  sendSlots: { read: slotsPart, limit: 500 },
  log: { read: logPart, limit: 500 },
} as const;

/** Reads one kind of what is kept of a contact, part by part. */
export const partsOf = {
  enrollments: (transact: Transact, id: string) => inParts(transact, id, kinds.enrollments),
  mails: (transact: Transact, id: string) => inParts(transact, id, kinds.mails),
  tasks: (transact: Transact, id: string) => inParts(transact, id, kinds.tasks),
  opens: (transact: Transact, id: string) => inParts(transact, id, kinds.opens),
  bulkItems: (transact: Transact, id: string) => inParts(transact, id, kinds.bulkItems),
  sendSlots: (transact: Transact, id: string) => inParts(transact, id, kinds.sendSlots),
  log: (transact: Transact, id: string) => inParts(transact, id, kinds.log),
} as const;
