import { z } from 'zod';
import type { Property } from '../../db/queries/properties.js';
import { fold } from '../../domain/segment/fold.js';
import { fixedFields, propertyObjects, propertyTypes } from '../../domain/property/property.js';
import { maxPropertyName } from '../../usecases/contact/check-properties.js';
import { optionsHint } from '../../usecases/contact/write-property.js';
import { instantShape, lineShape, propertyName } from './common.js';

const maxOptions = 200;

export const propertyObject = z
  .enum(propertyObjects)
  .meta({ description: 'Whose property it is.' });

const namedOptions = z
  .array(lineShape(200))
  .max(maxOptions)
  .refine((values) => new Set(values.map(fold)).size === values.length, {
    params: { code: 'not_unique' },
    error: 'Name each option once.',
  })
  .meta({ description: 'The values of an enumeration.' });
const options = namedOptions.min(1);

export const propertyInput = z
  .strictObject({
    object: propertyObject,
    name: propertyName
      .max(maxPropertyName)
      .meta({ description: 'As tokens, filters and `properties` name it.', examples: ['plan'] }),
    label: lineShape(200),
    type: z.enum(propertyTypes).meta({
      description: 'A date is a day of the calendar, written 2026-11-26.',
    }),
    options: options.optional(),
  })
  .superRefine(({ object, name, type, options: given }, context) => {
    const refuse = (path: string, code: string, message: string) => {
      context.addIssue({ code: 'custom', path: [path], params: { code }, message });
    };
    if (fixedFields[object].includes(name)) {
      const message = `Every ${object} has the field "${name}": choose another name.`;
      refuse('name', 'taken', message);
    }
    if (type === 'enumeration' && given === undefined) {
      refuse('options', 'required', 'An enumeration needs its options, one or more.');
    }
    if (type !== 'enumeration' && given !== undefined) {
      refuse('options', 'not_applicable', optionsHint);
    }
  })
  .meta({ id: 'PropertyInput' });

export const propertyPatch = z
  .strictObject({ label: lineShape(200).optional(), options: namedOptions.optional() })
  .meta({ id: 'PropertyPatch' });

export const propertyReply = z
  .object({
    id: z.uuid(),
    object: propertyObject,
    name: z.string(),
    label: z.string(),
    type: z.enum(propertyTypes),
    options: z.array(z.string()).meta({ description: 'Empty unless it is an enumeration.' }),
    createdAt: instantShape,
    updatedAt: instantShape,
  })
  .meta({ id: 'Property' });

export function showProperty(property: Property): z.input<typeof propertyReply> {
  return { ...property, options: [...property.options] };
}
