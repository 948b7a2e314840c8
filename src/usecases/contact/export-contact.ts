import { findContact, type Contact } from '../../db/queries/contacts.js';
import {
  bulkItemsPart,
  enrollmentsPart,
  eventsPart,
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

/**
 * Reads all rows of one kind, some at a time, each part in a transaction of its own; at most `limit` are held at once.
 */
function inParts<Row>(read: Read<Row>, limit: number) {
  return async function* (transact: Transact, contactId: string): AsyncGenerator<readonly Row[]> {
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
  };
}

/** Reads one kind of what is kept of a contact, part by part. A mail may have hundreds of kilobytes. */
export const partsOf = {
  enrollments: inParts(enrollmentsPart, 100),
  mails: inParts(mailsPart, 20),
  tasks: inParts(tasksPart, 100),
  events: inParts(eventsPart, 500),
  opens: inParts(opensPart, 500),
  bulkItems: inParts(bulkItemsPart, 100),
  sendSlots: inParts(slotsPart, 500),
  log: inParts(logPart, 500),
} as const;
