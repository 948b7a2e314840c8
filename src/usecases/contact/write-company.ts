import { isChange } from '../../domain/log/changed-fields.js';
import { newId } from '../../db/new-id.js';
import {
  insertCompany,
  lockCompany,
  lockCompanyNamed,
  updateCompany,
  upsertCompany,
  type Company,
} from '../../db/queries/companies.js';
import type { Properties, PropertyValue } from '../../domain/property/property.js';
import { requirePermission } from '../access.js';
import type { Act } from '../act.js';
import { note, noteChange } from '../log.js';
import { refuseUnknown } from '../refusal.js';
import { patchedProperties, refuseTooMany, requireDeclared } from './check-properties.js';

/** A company to be made. */
export interface CompanyInput {
  readonly name: string;
  readonly domain?: string | null | undefined;
  readonly externalId?: string | undefined;
  readonly properties: Properties;
}

/** What is said of a company, found by its externalId. */
export interface CompanyUpsert extends CompanyInput {
  readonly externalId: string;
}

/** A change of a company: what is undefined stays, null empties; properties that are named are set, or taken away by null. */
export interface CompanyPatch {
  readonly name?: string | undefined;
  readonly domain?: string | null | undefined;
  readonly externalId?: string | null | undefined;
  readonly properties?: Readonly<Record<string, PropertyValue | null>> | undefined;
}

/** Makes a company. Throws a unique violation when its externalId is taken. */
export async function createCompany(act: Act, input: CompanyInput): Promise<Company> {
  requirePermission(act, 'sequences');
  const { tx, accountId } = act;
  await requireDeclared(act, 'company', input.properties);
  const company = await insertCompany(tx, accountId, newCompany(act, input));
  await note(act, { subject: 'company', id: company.id, type: 'created' });
  return company;
}

/** Changes a company. Refuses an unknown one. Throws a unique violation when its new externalId is taken. */
export async function editCompany(
  act: Act,
  id: string,
  { properties, ...fields }: CompanyPatch,
): Promise<Company> {
  requirePermission(act, 'sequences');
  const { tx, accountId, now } = act;
  const company = await lockCompany(tx, accountId, id);
  if (company === undefined) return refuseUnknown('company');
  await requireDeclared(act, 'company', properties);
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  const change = {
    ...Object.fromEntries(given),
    properties: patchedProperties(company.properties, properties),
  };
  if (!isChange(company, change)) return company;
  const saved = await updateCompany(tx, accountId, company.id, { ...change, updatedAt: now });
  await noteChange(act, 'company', [company, saved]);
  return saved;
}

/**
 * Makes the company or changes the one with this externalId; properties are added to those it has. Refuses more of them than
 * there may be.
 */
export async function writeCompany(
  act: Act,
  input: CompanyUpsert,
): Promise<{ readonly company: Company; readonly made: boolean }> {
  requirePermission(act, 'sequences');
  const { tx, accountId } = act;
  await requireDeclared(act, 'company', input.properties);
  const before = await lockCompanyNamed(tx, accountId, input.externalId);
  if (before !== undefined && !isChange(before, saidOf(before, input))) {
    return { company: before, made: false };
  }
  const written = await upsertCompany(tx, accountId, newCompany(act, input));
  const { company, made } = written;
  refuseTooMany(before?.properties ?? {}, company.properties);
  if (made) await note(act, { subject: 'company', id: company.id, type: 'created' });
  else await noteChange(act, 'company', [before ?? {}, company]);
  return written;
}

/** What a company that is there becomes by an upsert. */
function saidOf({ properties }: Company, { name, domain, properties: more }: CompanyUpsert) {
  return { name, domain: domain ?? undefined, properties: { ...properties, ...more } };
}

function newCompany({ now }: Act, input: CompanyInput) {
  return {
    id: newId(now),
    externalId: input.externalId ?? null,
    name: input.name,
    domain: input.domain ?? null,
    properties: input.properties,
    createdAt: now,
    updatedAt: now,
  };
}
