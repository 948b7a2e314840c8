import { companiesAmong } from '../../db/queries/companies.js';
import {
  insertContactsUnlessTaken,
  lockAllNamesakes,
  rewriteContacts,
  type Contact,
} from '../../db/queries/contacts.js';
import { usersAmong } from '../../db/queries/users.js';
import type { PropertyDeclaration } from '../../domain/property/property.js';
import { declarationsFor, refuseUndeclared } from './check-properties.js';
import { noteAll, type Noted, type Noting } from '../log.js';
import { refuseUnknown } from '../refusal.js';
import { refuseContact, roomForContacts } from '../account/require-room.js';
import { refusalOf, type RowResult } from '../row-refusal.js';
import { contactChanged, contactMade } from './note-contact.js';
import {
  changeOf,
  comparable,
  newContact,
  theOneMeant,
  type ContactInput,
} from './write-contact.js';

/** A row that is acceptable in itself. */
export interface ContactRow {
  readonly index: number;
  readonly input: ContactInput;
}

/** Others made the same contacts meanwhile: what was decided by the first look does not hold. */
export class LostRace extends Error {
  override readonly name = 'LostRace';
}

/**
 * Makes or changes the contacts of some rows, one after the other as `writeContact` does, but with one look and four
 * statements for all of them. Throws `LostRace`, or a unique violation, when others were faster; nothing is changed then
 * once the transaction is rolled back.
 */
export async function upsertBatch(
  context: Noting,
  rows: readonly ContactRow[],
): Promise<readonly RowResult[]> {
  const { tx, accountId } = context;
  const relatives = await knownRelatives(context, rows);
  const found = await lockThoseMeant(context, rows);
  const apply = (room: number) => {
    const book = new ContactBook(found, room);
    return { book, results: rows.map((row) => applyRow(context, book, relatives, row)) };
  };
  const wished = apply(rows.length);
  const wanted = wished.book.made().length;
  const room = await roomForContacts(context, wanted);
  const { book, results } = room < wanted ? apply(room) : wished;
  await rewriteContacts(tx, accountId, book.changed());
  const made = book.made();
  if ((await insertContactsUnlessTaken(tx, made)) < made.length) throw new LostRace();
  await noteAll(context, book.happened());
  return results;
}

/** Locks the contacts that rows are about and that there are, in the order in which everybody does. */
export function lockThoseMeant(
  { tx, accountId }: Noting,
  rows: readonly ContactRow[],
): Promise<readonly Contact[]> {
  const texts = (values: readonly (string | null | undefined)[]) => [
    ...new Set(values.filter((value) => typeof value === 'string')),
  ];
  return lockAllNamesakes(
    tx,
    accountId,
    texts(rows.map(({ input }) => input.externalId)),
    texts(rows.map(({ input }) => comparable(input.email))),
  );
}

/** What the rows name or are checked against. */
interface Relatives {
  readonly companies: ReadonlySet<string>;
  readonly users: ReadonlySet<string>;
  readonly properties: readonly PropertyDeclaration[];
}

async function knownRelatives(context: Noting, rows: readonly ContactRow[]): Promise<Relatives> {
  const { tx, accountId } = context;
  const companyIds = new Set(rows.flatMap(({ input }) => input.companyId ?? []));
  const ownerIds = new Set(rows.flatMap(({ input }) => input.ownerId ?? []));
  return {
    companies: await companiesAmong(tx, accountId, [...companyIds]),
    users: await usersAmong(tx, accountId, [...ownerIds]),
    properties: await declarationsFor(
      context,
      'contact',
      rows.map(({ input }) => input.properties),
    ),
  };
}

function applyRow(
  { accountId, now }: Noting,
  book: ContactBook,
  { companies, users, properties }: Relatives,
  { index, input }: ContactRow,
): RowResult {
  try {
    const { companyId, ownerId } = input;
    if (typeof companyId === 'string' && !companies.has(companyId)) {
      refuseUnknown('company', '/companyId');
    }
    if (typeof ownerId === 'string' && !users.has(ownerId)) {
      refuseUnknown('user', '/ownerId');
    }
    refuseUndeclared(properties, input.properties);
    const existing = theOneMeant(book.namesakes(input), input);
    if (existing === undefined) {
      const contact: Contact = { ...newContact(input, now), accountId };
      book.add(contact);
      return { index, status: 'created', id: contact.id };
    }
    book.change(existing, { ...existing, ...changeOf(existing, input, now) });
    return { index, status: 'updated', id: existing.id };
  } catch (error) {
    const why = refusalOf(error);
    if (why === undefined) throw error;
    return { index, status: 'refused', ...why };
  }
}

/** The contacts that a batch is about, as they will stand after the rows seen so far. */
class ContactBook {
  readonly #byId = new Map<string, Contact>();
  readonly #byExternalId = new Map<string, string>();
  readonly #byEmail = new Map<string, string>();
  readonly #made = new Set<string>();
  readonly #changed = new Set<string>();

  readonly #found: ReadonlyMap<string, Contact>;
  readonly #room: number;

  /** `room`: how many contacts may be made. */
  constructor(found: readonly Contact[], room: number) {
    this.#room = room;
    this.#found = new Map(found.map((contact) => [contact.id, contact]));
    for (const contact of found) this.#enter(contact);
  }

  /** Contacts with the row's externalId or email: at most two. */
  namesakes(input: ContactInput): readonly Contact[] {
    const email = comparable(input.email);
    const ids = new Set([
      this.#byExternalId.get(input.externalId ?? ''),
      email === null ? undefined : this.#byEmail.get(email),
    ]);
    return [...ids].flatMap((id) => (id === undefined ? [] : (this.#byId.get(id) ?? [])));
  }

  add(contact: Contact): void {
    if (this.#made.size >= this.#room) refuseContact();
    this.#made.add(contact.id);
    this.#enter(contact);
  }

  change(from: Contact, to: Contact): void {
    if (from.externalId !== null) this.#byExternalId.delete(from.externalId);
    if (from.emailNormalized !== null) this.#byEmail.delete(from.emailNormalized);
    if (!this.#made.has(to.id)) this.#changed.add(to.id);
    this.#enter(to);
  }

  made(): readonly Contact[] {
    // In a fixed order, so that two batches with the same contacts wait for each other and never deadlock.
    const key = ({ emailNormalized, externalId, id }: Contact) =>
      emailNormalized ?? externalId ?? id;
    return this.#all(this.#made).sort((a, b) => (key(a) < key(b) ? -1 : 1));
  }

  changed(): readonly Contact[] {
    return this.#all(this.#changed);
  }

  /** What the log says of them, once all that was decided is written. */
  happened(): readonly Noted[] {
    const changed = this.changed().flatMap((contact) => {
      const before = this.#found.get(contact.id);
      return before === undefined ? [] : contactChanged(before, contact);
    });
    return [...this.made().flatMap(contactMade), ...changed];
  }

  #enter(contact: Contact): void {
    this.#byId.set(contact.id, contact);
    if (contact.externalId !== null) this.#byExternalId.set(contact.externalId, contact.id);
    if (contact.emailNormalized !== null) this.#byEmail.set(contact.emailNormalized, contact.id);
  }

  #all(ids: ReadonlySet<string>): Contact[] {
    return [...ids].flatMap((id) => this.#byId.get(id) ?? []);
  }
}
