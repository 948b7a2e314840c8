import { eq, or, sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { normalizeAddress } from '../../domain/message/address.js';

/**
 * How a caller names a contact or a user. `named` is a text that is one of the three: it means the row with that id,
 * else the one with that externalId, else the one with that email.
 */
export type Reference =
  | { readonly id: string }
  | { readonly externalId: string }
  | { readonly email: string }
  | { readonly named: string };

interface NamedColumns {
  readonly id: PgColumn;
  readonly externalId: PgColumn;
  readonly emailNormalized: PgColumn;
}

const uuidForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text has the form of an id, so that it can be looked for. */
export function isUuid(text: string): boolean {
  return uuidForm.test(text);
}

/** The form in which addresses are compared, or undefined for a text that is no address. */
export function normalizedEmail(text: string): string | undefined {
  const result = normalizeAddress(text);
  return result.ok ? result.normalized : undefined;
}

/** The condition that picks the rows a reference may mean, and the order that puts the meant one first. */
export function referenceTo(
  columns: NamedColumns,
  reference: Reference,
): { readonly where: SQL | undefined; readonly order: SQL[] } {
  const { id, externalId, email } = candidates(reference);
  const equal = [
    ...(id === null ? [] : [eq(columns.id, id)]),
    ...(externalId === null ? [] : [eq(columns.externalId, externalId)]),
    ...(email === null ? [] : [eq(columns.emailNormalized, email)]),
  ];
  return {
    where: equal.length === 0 ? sql`false` : or(...equal),
    order: equal.map((condition) => sql`coalesce(${condition}, false) desc`),
  };
}

interface Candidates {
  readonly id: string | null;
  readonly externalId: string | null;
  readonly email: string | null;
}

function candidates(reference: Reference): Candidates {
  const none = { id: null, externalId: null, email: null };
  if ('id' in reference) return { ...none, id: uuidOrNull(reference.id) };
  if ('externalId' in reference) return { ...none, externalId: reference.externalId };
  if ('email' in reference) return { ...none, email: normalizedEmail(reference.email) ?? null };
  const { named } = reference;
  return { id: uuidOrNull(named), externalId: named, email: normalizedEmail(named) ?? null };
}

function uuidOrNull(text: string): string | null {
  return uuidForm.test(text) ? text : null;
}
