import { declaredProperties } from '../../db/queries/properties.js';
import {
  problemOfValue,
  type PropertyDeclaration,
  type PropertyObject,
  type PropertyValue,
} from '../../domain/property/property.js';
import type { Act } from '../act.js';
import { jsonPointer, refuseFields } from '../refusal.js';

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
