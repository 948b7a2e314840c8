import { and, asc, eq, gt, inArray, or, type SQL } from 'drizzle-orm';
import type { PropertyObject } from '../../domain/property/property.js';
import type { Instant } from '../../domain/time/types.js';
import type { Db, Tx } from '../client.js';
import { properties } from '../schema/index.js';
import { holdsText } from './compare-texts.js';
import { onlyRow } from './only-row.js';

export type Property = typeof properties.$inferSelect;

/** Declares a property. Throws a unique violation when the object already has one of this name. */
export async function insertProperty(tx: Tx, property: Property): Promise<Property> {
  return onlyRow(await tx.insert(properties).values(property).returning());
}

export async function findProperty(
  db: Db | Tx,
  accountId: string,
  id: string,
): Promise<Property | undefined> {
  const [found] = await db.select().from(properties).where(isProperty(accountId, id));
  return found;
}

/** Declared properties of an object, in the order in which they were made. */
export async function listProperties(
  db: Db | Tx,
  accountId: string,
  page: {
    readonly object: PropertyObject | undefined;
    /** Stands in the name or the label. */
    readonly text: string | undefined;
    readonly limit: number;
    readonly after: string | undefined;
  },
): Promise<readonly Property[]> {
  return db
    .select()
    .from(properties)
    .where(
      and(
        eq(properties.accountId, accountId),
        page.object === undefined ? undefined : eq(properties.object, page.object),
        page.text === undefined
          ? undefined
          : or(holdsText(properties.name, page.text), holdsText(properties.label, page.text)),
        page.after === undefined ? undefined : gt(properties.id, page.after),
      ),
    )
    .orderBy(asc(properties.id))
    .limit(page.limit);
}

/** What the account declares about these properties; undeclared ones are left out. */
export async function declaredProperties(
  db: Db | Tx,
  accountId: string,
  named: readonly { readonly object: PropertyObject; readonly name: string }[],
): Promise<readonly Property[]> {
  if (named.length === 0) return [];
  const ofObject = (object: PropertyObject) => {
    const names = named.filter((each) => each.object === object).map(({ name }) => name);
    return names.length === 0
      ? undefined
      : and(eq(properties.object, object), inArray(properties.name, names));
  };
  return db
    .select()
    .from(properties)
    .where(and(eq(properties.accountId, accountId), or(ofObject('contact'), ofObject('company'))));
}

/** Changes a declaration; undefined when there is none with this id. */
export async function updateProperty(
  tx: Tx,
  accountId: string,
  id: string,
  change: {
    readonly label?: string;
    readonly options?: readonly string[];
    readonly updatedAt: Instant;
  },
): Promise<Property | undefined> {
  const [changed] = await tx
    .update(properties)
    .set(change)
    .where(isProperty(accountId, id))
    .returning();
  return changed;
}

/** Withdraws a declaration and returns it; values stay, undeclared. */
export async function deleteProperty(
  tx: Tx,
  accountId: string,
  id: string,
): Promise<Property | undefined> {
  const [removed] = await tx.delete(properties).where(isProperty(accountId, id)).returning();
  return removed;
}

function isProperty(accountId: string, id: string): SQL | undefined {
  return and(eq(properties.accountId, accountId), eq(properties.id, id));
}
