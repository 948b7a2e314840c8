import { isChange } from '../../domain/log/changed-fields.js';
import { newId } from '../../db/new-id.js';
import { findCompany } from '../../db/queries/companies.js';
import { lockContact } from '../../db/queries/contact-deletion.js';
import {
  insertContact,
  insertContactUnlessTaken,
  lockNamesakes,
  updateContact,
  type Contact,
} from '../../db/queries/contacts.js';
import { normalizedEmail } from '../../db/queries/reference.js';
import { findUser } from '../../db/queries/users.js';
import type { PropertyValue } from '../../domain/property/property.js';
import type { TimeZone } from '../../domain/time/types.js';
import { requirePermission } from '../access.js';
import { requireRoomForContact } from '../account/require-room.js';
import type { Act } from '../act.js';
import { findOrMake } from '../find-or-make.js';
import { patchedProperties, requireDeclared } from './check-properties.js';
import { noteAll, type Noting } from '../log.js';
import { contactChanged, contactMade } from './note-contact.js';
import { refuse, refuseUnknown } from '../refusal.js';

/** What is said about a contact: a field that is left out stays as it is, null empties it, properties add up. */
export interface ContactInput {
  readonly externalId?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly firstName?: string | null | undefined;
  readonly lastName?: string | null | undefined;
  readonly timeZone?: TimeZone | null | undefined;
  readonly companyId?: string | null | undefined;
  readonly ownerId?: string | null | undefined;
  readonly properties: Contact['properties'];
}

/** What is changed of a contact; of properties, what is named is set, or taken away by null. */
export interface ContactPatch extends Omit<ContactInput, 'properties'> {
  readonly properties?: Readonly<Record<string, PropertyValue | null>> | undefined;
}

/** As much of an act as writing a contact needs. */
type WriteContext = Pick<Act, 'tx' | 'accountId' | 'now'>;

/** Refuses a company or an owner that the account does not have. */
export async function requireRelatives(
  { tx, accountId }: WriteContext,
  { companyId, ownerId }: Pick<ContactInput, 'companyId' | 'ownerId'>,
): Promise<void> {
  if (typeof companyId === 'string' && !(await findCompany(tx, accountId, companyId))) {
    refuseUnknown('company', '/companyId');
  }
  if (typeof ownerId === 'string' && !(await findUser(tx, accountId, { id: ownerId }))) {
    refuseUnknown('user', '/ownerId');
  }
}

/** The row that a new contact with these values gets. */
export function newContact(input: ContactInput, now: string): Omit<Contact, 'accountId'> {
  return {
    id: newId(now),
    externalId: input.externalId ?? null,
    email: input.email ?? null,
    emailNormalized: comparable(input.email),
    firstName: input.firstName ?? null,
    lastName: input.lastName ?? null,
    timeZone: input.timeZone ?? null,
    companyId: input.companyId ?? null,
    ownerId: input.ownerId ?? null,
    properties: input.properties,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  };
}

/**
 * Makes a contact; refuses unknown relatives and values that are not as they are declared. Throws a unique violation when its
 * email or externalId is taken.
 */
export async function makeContact(act: Act, input: ContactInput): Promise<Contact> {
  requirePermission(act, 'sequences');
  const { tx, accountId, now } = act;
  await requireRelatives(act, input);
  await requireDeclared(act, 'contact', input.properties);
  await requireRoomForContact(act);
  const contact = await insertContact(tx, accountId, newContact(input, now));
  await noteAll(act, contactMade(contact));
  return contact;
}

/** Changes the contact that is named by an id, an externalId or an email, and refuses what `makeContact` does. */
export async function editContact(act: Act, named: string, patch: ContactPatch): Promise<Contact> {
  requirePermission(act, 'sequences');
  const { tx, accountId, now } = act;
  const contact = await lockContact(tx, accountId, { named });
  if (contact === undefined) return refuseUnknown('contact');
  await requireRelatives(act, patch);
  await requireDeclared(act, 'contact', patch.properties);
  const change = changeOf(contact, patch, now);
  if (!isChange(contact, change)) return contact;
  const saved = await updateContact(tx, accountId, contact.id, change);
  await noteAll(act, contactChanged(contact, saved));
  return saved;
}

/** Makes the contact or changes the one with its externalId or email, and refuses what `makeContact` does. */
export async function upsertContact(
  act: Act,
  input: ContactInput,
): Promise<{ readonly contact: Contact; readonly made: boolean }> {
  requirePermission(act, 'sequences');
  await requireRelatives(act, input);
  await requireDeclared(act, 'contact', input.properties);
  return writeContact(act, input);
}

/** Makes the contact or changes the one with its externalId or email; of many at once one makes it. */
export async function writeContact(
  context: Noting,
  input: ContactInput,
): Promise<{ readonly contact: Contact; readonly made: boolean }> {
  const { tx, accountId, now } = context;
  const { externalId = null } = input;
  const written = await findOrMake({
    change: async () => {
      const found = await lockNamesakes(tx, accountId, externalId, comparable(input.email));
      const existing = theOneMeant(found, input);
      if (existing === undefined) return undefined;
      const change = changeOf(existing, input, now);
      if (!isChange(existing, change)) return existing;
      const contact = await updateContact(tx, accountId, existing.id, change);
      await noteAll(context, contactChanged(existing, contact));
      return contact;
    },
    make: async () => {
      await requireRoomForContact(context);
      const made = await insertContactUnlessTaken(tx, accountId, newContact(input, now));
      if (made !== undefined) await noteAll(context, contactMade(made));
      return made;
    },
  });
  if (written === undefined) return refuseEmailOfAnother();
  return { contact: written.row, made: written.made };
}

/** The caller's own id takes precedence: an email held under another externalId belongs to another contact. */
export function theOneMeant(found: readonly Contact[], input: ContactInput): Contact | undefined {
  const [first, second] = found;
  const named = typeof input.externalId === 'string';
  const isAnother = named && first?.externalId !== null && first?.externalId !== input.externalId;
  if (second !== undefined || (first !== undefined && isAnother)) refuseEmailOfAnother();
  return first;
}

function refuseEmailOfAnother(): never {
  const message = 'This email is taken.';
  return refuse('CONFLICT', {
    detail: 'Another contact, with another externalId, has this email already.',
    errors: [{ pointer: '/email', code: 'taken', message }],
  });
}

/**
 * What changes in a contact: fields that are left out stay, null empties, and properties add up or are taken away by null.
 * Refuses more properties than there may be.
 */
export function changeOf(
  existing: Contact,
  input: ContactPatch,
  now: string,
): Partial<Omit<Contact, 'accountId' | 'id' | 'createdAt'>> {
  const { properties, ...fields } = input;
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(given),
    ...(input.email !== undefined && { emailNormalized: comparable(input.email) }),
    properties: patchedProperties(existing.properties, properties),
    updatedAt: now,
  };
}

/** What addresses are compared by. */
export function comparable(email: string | null | undefined): string | null {
  return typeof email === 'string' ? (normalizedEmail(email) ?? null) : null;
}
