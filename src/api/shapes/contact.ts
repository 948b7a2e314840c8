import { z } from 'zod';
import { namedShape } from '../http/named.js';
import type { Contact } from '../../db/queries/contacts.js';
import { enrollmentProperties, type PastEnrollment } from '../../domain/enrollment/history.js';
import {
  emailShape,
  externalIdShape,
  instantShape,
  lineShape,
  propertiesPatch,
  propertiesReply,
  propertiesShape,
  timeZoneShape,
} from './common.js';

const fields = z.strictObject({
  externalId: externalIdShape.nullable().optional(),
  email: emailShape.nullable().optional().meta({
    description: 'A contact without an address is kept, and cannot be enrolled.',
  }),
  firstName: lineShape(200).nullable().optional(),
  lastName: lineShape(200).nullable().optional(),
  timeZone: timeZoneShape.nullable().optional(),
  companyId: namedShape('company').nullable().optional(),
  ownerId: namedShape('user', 'Who owns the contact.').nullable().optional(),
  properties: propertiesShape.default({}),
});

export const contactInput = fields.meta({ id: 'ContactInput' });

export const contactPatch = fields
  .extend({ properties: propertiesPatch.optional() })
  .meta({ id: 'ContactPatch' });

export const contactUpsert = fields
  .refine(
    (contact) => typeof contact.email === 'string' || typeof contact.externalId === 'string',
    {
      params: { code: 'required' },
      error: 'Give an email or an externalId: it is what the contact is found by.',
    },
  )
  .meta({ id: 'ContactUpsert' });

export const contactReply = z
  .object({
    id: z.uuid(),
    externalId: z.string().nullable(),
    email: z.string().nullable(),
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
    timeZone: z.string().nullable(),
    companyId: z.uuid().nullable(),
    ownerId: z.uuid().nullable(),
    properties: propertiesReply,
    createdAt: instantShape,
    updatedAt: instantShape,
  })
  .meta({ id: 'Contact' });

export function showContact(contact: Contact): z.input<typeof contactReply> {
  return { ...contact };
}

const enrollmentPropertiesShape = z
  .object({
    isEnrolled: z.boolean(),
    enrolledCount: z.int(),
    activelyEnrolledCount: z.int(),
    latestSequenceEnrolledId: z.uuid().nullable(),
    latestSequenceEnrolledDate: instantShape.nullable(),
    latestSequenceEndedDate: instantShape.nullable(),
    latestSequenceFinishedDate: instantShape.nullable(),
    latestSequenceUnenrolledDate: instantShape.nullable(),
  })
  .meta({
    id: 'EnrollmentProperties',
    description:
      'What its enrollments come to, of now and of earlier: those that the acting user may know of.',
  });

/** A contact with its enrollment properties (SEQ-25). */
export const contactDetailReply = z
  .object({ ...contactReply.shape, enrollment: enrollmentPropertiesShape })
  .meta({ id: 'ContactDetail' });

export function showContactDetail(
  contact: Contact,
  history: readonly PastEnrollment[] = [],
): z.input<typeof contactDetailReply> {
  return { ...showContact(contact), enrollment: enrollmentProperties(history) };
}

export const deletedContact = z
  .object({
    id: z.uuid(),
    deletedAt: instantShape,
    unenrolled: z.array(z.uuid()).meta({ description: 'The enrollments that it ended.' }),
  })
  .meta({ id: 'DeletedContact' });
