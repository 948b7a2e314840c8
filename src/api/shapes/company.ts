import { z } from 'zod';
import type { Company } from '../../db/queries/companies.js';
import { asciiDomain } from '../../domain/message/address.js';
import { namedShape } from '../http/named.js';
import {
  externalIdShape,
  instantShape,
  lineShape,
  propertiesPatch,
  propertiesReply,
  propertiesShape,
} from './common.js';

export const domainShape = z
  .string()
  .transform((text, context) => {
    const domain = asciiDomain(text.trim());
    if (domain !== undefined) return domain;
    const message = 'This is no domain: give one such as example.com.';
    context.addIssue({ code: 'custom', params: { code: 'not_a_domain' }, message });
    return z.NEVER;
  })
  .meta({ examples: ['example.com'] });

const fields = {
  name: lineShape(200),
  domain: domainShape.optional(),
  properties: propertiesShape.default({}),
};

/** The path parameter of a company. */
export const companyParams = z.strictObject({ id: namedShape('company') });

export const companyInput = z
  .strictObject({ ...fields, externalId: externalIdShape.optional() })
  .meta({ id: 'CompanyInput' });

export const companyUpsert = z
  .strictObject({ ...fields, domain: domainShape.nullish(), externalId: externalIdShape })
  .meta({ id: 'CompanyUpsert' });

export const companyPatch = z
  .strictObject({
    name: fields.name.optional(),
    domain: domainShape.nullable().optional(),
    externalId: externalIdShape.nullable().optional(),
    properties: propertiesPatch.optional(),
  })
  .meta({ id: 'CompanyPatch' });

export const companyReply = z
  .object({
    id: z.uuid(),
    externalId: z.string().nullable(),
    name: z.string(),
    domain: z.string().nullable(),
    properties: propertiesReply,
    createdAt: instantShape,
    updatedAt: instantShape,
  })
  .meta({ id: 'Company' });

export function showCompany(company: Company): z.input<typeof companyReply> {
  return { ...company };
}

export const deletedCompany = z
  .object({
    id: z.uuid(),
    deletedAt: instantShape,
    contactsLeft: z.int().meta({ description: 'How many contacts have no company any more.' }),
  })
  .meta({ id: 'DeletedCompany' });
