import { declaredProperties } from '../../db/queries/properties.js';
import {
  problemOfValue,
  type Properties,
  type PropertyDeclaration,
  type PropertyObject,
  type PropertyValue,
} from '../../domain/property/property.js';
import type { Act } from '../act.js';
import { jsonPointer, refuseFields } from '../refusal.js';

/** The most properties that a contact or a company has. */
export const maxProperties = 100;
/** The most characters of the name of a property, declared or not. */
export const maxPropertyName = 64;

/** Properties as they are to be written; null takes one away. */
type Given = Readonly<Record<string, PropertyValue | null>>;

/** What the account declares about the properties that are to be written, of some contacts or of some companies. */
export async function declarationsFor(
  { tx, accountId }: Pick<Act, 'tx' | 'accountId'>,
  object: PropertyObject,
  given: readonly Given[],
): Promise<readonly PropertyDeclaration[]> {
  const names = [...new Set(given.flatMap((each) => Object.keys(each)))];
  return declaredProperties(
    tx,
    accountId,
    names.map((name) => ({ object, name })),
  );
}

/** Refuses values that do not fit the declarations of their properties, each with its place. */
export function refuseUndeclared(declared: readonly PropertyDeclaration[], given: Given): void {
  const errors = declared.flatMap((declaration) => {
    const { name } = declaration;
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    const message =
      value === undefined || value === null ? undefined : problemOfValue(declaration, value);
    if (message === undefined) return [];
    const pointer = jsonPointer(['properties', name]);
    return [{ pointer, code: 'not_as_declared', message } as const];
  });
  if (errors.length > 0) refuseFields(errors);
}

/** Reads the declarations for the given properties and refuses values that do not fit them. */
export async function requireDeclared(
  context: Pick<Act, 'tx' | 'accountId'>,
  object: PropertyObject,
  given: Given = {},
): Promise<void> {
  refuseUndeclared(await declarationsFor(context, object, [given]), given);
}

/**
 * Properties after a change, through whatever door it comes. Refuses more than there may be, unless there were more before
 * and no more have come.
 */
export function patchedProperties(current: Properties, patch: Given = {}): Properties {
  const merged = Object.entries({ ...current, ...patch });
  const kept = merged.filter((entry): entry is [string, PropertyValue] => entry[1] !== null);
  const properties = Object.fromEntries(kept);
  refuseTooMany(current, properties);
  return properties;
}

/** Refuses properties after a change, if they are more than there may be and more than they were before it. */
export function refuseTooMany(before: Properties, after: Properties): void {
  const count = Object.keys(after).length;
  if (count <= maxProperties || count <= Object.keys(before).length) return;
  const message = `There are at most ${maxProperties} properties.`;
  refuseFields([{ in: 'body', pointer: '/properties', code: 'too_many', message }]);
}
