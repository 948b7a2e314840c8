import { isChange } from '../../domain/log/changed-fields.js';
import { newId } from '../../db/new-id.js';
import {
  deleteProperty as remove,
  findProperty,
  insertProperty,
  updateProperty,
  type Property,
} from '../../db/queries/properties.js';
import type { PropertyObject, PropertyType } from '../../domain/property/property.js';
import { requireRoom } from '../account/require-room.js';
import { requirePermission } from '../access.js';
import type { Act } from '../act.js';
import { note, noteChange } from '../log.js';
import { refuseFields, refuseUnknown } from '../refusal.js';

/** How options of a property that is no enumeration are refused. */
export const optionsHint = 'Only an enumeration has options; leave them out for other types.';

/** What is declared of a property; an enumeration has options, and it alone. */
export interface PropertyInput {
  readonly object: PropertyObject;
  readonly name: string;
  readonly label: string;
  readonly type: PropertyType;
  readonly options?: readonly string[] | undefined;
}

/** What is changed of a property; options are replaced as a whole. */
export interface PropertyPatch {
  readonly label?: string | undefined;
  readonly options?: readonly string[] | undefined;
}

/** Declares a property of contacts or companies. Refuses one too many; throws a unique violation when the object has one of this name. */
export async function declareProperty(act: Act, input: PropertyInput): Promise<Property> {
  requirePermission(act, 'sequences');
  const { tx, accountId, now } = act;
  await requireRoom(act, 'properties');
  const property = await insertProperty(tx, {
    ...input,
    options: input.options ?? [],
    accountId,
    id: newId(now),
    createdAt: now,
    updatedAt: now,
  });
  await note(act, {
    subject: 'property',
    id: property.id,
    type: 'created',
    data: { of: property.object, name: property.name },
  });
  return property;
}

/** Changes the label or the options of a declared property; refuses options of what is no enumeration. */
export async function editProperty(act: Act, id: string, patch: PropertyPatch): Promise<Property> {
  requirePermission(act, 'sequences');
  const { tx, accountId, now } = act;
  const property = await findProperty(tx, accountId, id);
  if (property === undefined) return refuseUnknown('property');
  const { label = property.label, options = property.options } = patch;
  if (!isChange(property, patch)) return property;
  if (isChange(property, { options: patch.options }) && property.type !== 'enumeration') {
    const error = { in: 'body', pointer: '/options', code: 'not_applicable' } as const;
    refuseFields([{ ...error, message: optionsHint }]);
  }
  if (options.length === 0 && property.type === 'enumeration') {
    const error = { in: 'body', pointer: '/options', code: 'required' } as const;
    refuseFields([{ ...error, message: 'An enumeration keeps one option or more.' }]);
  }
  const change = { label, options, updatedAt: now };
  const changed = await updateProperty(tx, accountId, property.id, change);
  if (changed === undefined) return refuseUnknown('property');
  await noteChange(act, 'property', [property, changed]);
  return changed;
}

/** Takes the declaration of a property back and answers what it was; values stay, and are no longer checked. */
export async function deleteProperty(act: Act, id: string): Promise<Property> {
  requirePermission(act, 'sequences');
  const removed = await remove(act.tx, act.accountId, id);
  if (removed === undefined) return refuseUnknown('property');
  await note(act, { subject: 'property', id: removed.id, type: 'deleted' });
  return removed;
}
