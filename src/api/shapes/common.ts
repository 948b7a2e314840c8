import { z } from 'zod';
import { addressNeeds } from '../../domain/message/address-part.js';
import { normalizeAddress, type AddressProblem } from '../../domain/message/address.js';
import { hasDateForm } from '../../domain/property/property.js';
import { isInReckonedYears } from '../../domain/time/reckoned-years.js';
import { weekdays } from '../../domain/time/types.js';
import { isTimeZone } from '../../domain/time/zone.js';
import { maxProperties, maxPropertyName } from '../../usecases/contact/check-properties.js';

/** An id as a caller may write it, kept as Postgres writes it: in small letters. */
export const idShape = z.uuid().toLowerCase();

/** The path parameter of a thing that is named by its id alone; a text that is no UUID names nothing. */
export const idParams = z.strictObject({ id: idShape });

/** The path parameter of a contact or a user. */
export const referenceParams = z.strictObject({
  id: z.string().min(1).max(320).meta({ description: 'An id, an externalId or an email.' }),
});

export const instantShape = z.iso
  .datetime({ precision: 3 })
  .meta({ description: 'An instant in UTC.', examples: ['2026-11-26T22:00:00.000Z'] });

/** An instant as a caller may write it: any ISO-8601 form with an offset. It is stored in UTC with milliseconds. */
export const instantInput = z.iso
  .datetime({ offset: true, error: 'This is no instant: write it like 2026-11-26T22:00:00Z.' })
  .transform(toInstant)
  .meta({ description: 'An instant with an offset.', examples: ['2026-11-26T17:00:00-05:00'] });

/** The instant in UTC with milliseconds. Notes an issue for one that lies in no year that can be reckoned with. */
export function toInstant(text: string, context: z.RefinementCtx): string {
  const instant = new Date(text).toISOString();
  if (isInReckonedYears(instant)) return instant;
  const message = 'An instant lies in the years 1900 to 9998.';
  context.addIssue({ code: 'custom', params: { code: 'out_of_range' }, message });
  return z.NEVER;
}

/** A date of the calendar as a caller may write it. */
export const dateInput = z.iso
  .date({ error: 'This is no date: write it like 2026-12-24.' })
  // What is no date is refused for that alone.
  .refine((text) => !hasDateForm(text) || isInReckonedYears(text), {
    params: { code: 'out_of_range' },
    error: 'A date lies in the years 1900 to 9998.',
  })
  .meta({ examples: ['2026-12-24'] });

/** A line of text: not blank, trimmed, no control characters. */
export function lineShape(maxLength: number): z.ZodString {
  return z
    .string()
    .trim()
    .min(1, { error: 'Must not be blank.' })
    .max(maxLength)
    .regex(/^[^\p{Cc}\u2028\u2029]*$/u, {
      error: 'Must be one line, without control characters.',
    });
}

/** What is kept of a closed list, in its order: what another release may have kept besides is left out. */
export function knownOf<T extends string>(list: readonly T[], kept: readonly string[]): T[] {
  return kept.flatMap((text) => list.find((each) => each === text) ?? []);
}

/** What a list is searched for. */
export function searchShape(where: string): z.ZodOptional<z.ZodString> {
  const description = `A text that stands in ${where}, in any case.`;
  return z.string().trim().min(1).max(200).optional().meta({ description });
}

/** The caller's own id of a thing. */
export const externalIdShape = lineShape(255).meta({
  description: "The caller's own id, unique in the account.",
});

const addressHints: Readonly<Record<AddressProblem, string>> = {
  empty: 'it is empty',
  too_long: 'it is too long',
  forbidden_character: 'it has a space or an invisible character',
  no_at_sign: 'the @ is missing',
  several_at_signs: 'it has more than one @',
  bad_local_part: 'the part before the @ is not one',
  bad_domain: 'the part after the @ is no domain',
};

/** An email address, in the form that mail is sent to. */
export const emailShape = z
  .string()
  .transform((text, context) => {
    const result = normalizeAddress(text);
    if (result.ok) return result.address;
    context.addIssue({
      code: 'custom',
      params: { code: 'not_an_address' },
      message: `This is no email address: ${addressHints[result.reason]}.`,
    });
    return z.NEVER;
  })
  .meta({ format: 'email', examples: ['ada@example.com'] });

export const timeZoneShape = z
  .string()
  .refine(isTimeZone, {
    params: { code: 'unknown_time_zone' },
    error: 'This is no IANA time zone: give a region and city, such as Europe/Berlin, or UTC.',
  })
  .meta({ description: 'An IANA time zone.', examples: ['America/New_York'] });

/** Of a token without a value: the text that it has, and that counts as none. */
export const placeholderReply = z
  .string()
  .optional()
  .meta({
    description:
      'The value that counts as missing, where there is one; `placeholdersAreValues` of the account changes that.',
    examples: ['N/A'],
  });

/** Of a token whose value does not fit the link that it stands in: what would. */
export const needsReply = z
  .enum(addressNeeds)
  .optional()
  .meta({
    description:
      'What the link that the token stands in needs, where there is a value and it does not fit: `web_address` a whole one with https://, `server_name` such as www.example.com, `server_name_part` letters, digits and hyphens, `port` its number, `path_segment` anything but dots alone, `separator` a slash or a dot before the token, since no value fits there.',
    examples: ['server_name'],
  });

/** The days of a working week, in whatever order they come; kept in that of the week. */
export const workingDaysInput = z
  .array(z.enum(weekdays))
  .min(1, { error: 'A working week has at least one day.' })
  .refine((days) => new Set(days).size === days.length, {
    params: { code: 'duplicate' },
    error: 'Name each day once.',
  })
  .overwrite((days) => weekdays.filter((day) => days.includes(day)))
  .meta({
    description: 'The days of the working week; all others are its weekend.',
    examples: [['sunday', 'monday', 'tuesday', 'wednesday', 'thursday']],
  });

const maxPropertyLength = 2000;

export const propertyName = z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]*$/, {
  error: 'A property is named by a letter, then letters, digits and underscores.',
});
const propertyValue = z
  .union([z.string(), z.number(), z.boolean()], {
    error: 'A property is a text, a number or a boolean.',
  })
  .refine((value) => typeof value !== 'string' || value.length <= maxPropertyLength, {
    params: { code: 'too_big' },
    error: `A property has at most ${maxPropertyLength} characters.`,
  })
  .refine((value) => typeof value !== 'number' || Math.abs(value) <= Number.MAX_SAFE_INTEGER, {
    params: { code: 'too_big' },
    error: 'A number as large as this is not kept exactly: write it as a text, in quotes.',
  });

/** What every door takes free properties with: so many, of names so long; a longer name can only be taken away. */
function propertiesOf<V extends z.ZodType>(value: V) {
  return z.record(propertyName, value).superRefine((properties, context) => {
    const refuse = (code: string, message: string): void => {
      context.addIssue({ code: 'custom', params: { code }, message });
    };
    const given = Object.entries<unknown>(properties);
    if (given.length > maxProperties) {
      refuse('too_many', `There are at most ${maxProperties} properties.`);
    }
    if (given.some(([name, each]) => name.length > maxPropertyName && each !== null)) {
      refuse('too_big', `The name of a property has at most ${maxPropertyName} characters.`);
    }
  });
}

/** Free properties, kept with their type. */
export const propertiesShape = propertiesOf(propertyValue).meta({
  description:
    `At most ${maxProperties}, with names of at most ${maxPropertyName} characters, each a text of at most ${maxPropertyLength} characters, ` +
    'a number or a boolean, kept as it is; a date is a text such as 2026-11-26. One that is declared under /v1/properties is checked.',
});

/** A change of free properties: a named property is set, or removed by null. */
export const propertiesPatch = propertiesOf(propertyValue.nullable()).meta({
  description: 'What is named is set, or taken away by null; the others stay.',
});

export const propertiesReply = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const names = [
  z.strictObject({ id: idShape }),
  z.strictObject({ externalId: z.string().min(1).max(255) }),
  z.strictObject({ email: z.string().min(1).max(320) }),
] as const;

/** How it is said that no name, or more than one, was given. */
export const oneName = 'Name exactly one of id (a UUID), externalId and email.';

/** A contact or a user as a body names one: by exactly one of its three names. */
export const referenceShape = z.union(names, { error: oneName });

/** A contact as one of several: by its name, or as a single one is named, `{ "contact": { … } }`. */
export const contactItem = z
  .union([...names, z.strictObject({ contact: referenceShape })], { error: oneName })
  .transform((item) => ('contact' in item ? item.contact : item));

/** Contacts that were named and do not exist: each is refused, the others are not. */
export const unknownContacts = z
  .array(
    z.object({
      index: z.int().meta({ description: 'Its place among those that were named, from 0.' }),
      pointer: z.string().meta({ examples: ['/contacts/3'] }),
      code: z.literal('NOT_FOUND'),
      detail: z.string(),
    }),
  )
  .meta({
    id: 'UnknownContacts',
    description: 'Those that were named and do not exist. They hold up none of the others.',
  });
