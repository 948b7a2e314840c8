import { normalizeAddress } from '../message/address.js';
import { fullDays, type FullSpan } from './full-spans.js';
import type { RecipientCaps } from './limits.js';

/** Providers at which anyone may have a mailbox: their addresses have nothing to do with one another. */
export const freeMailDomains = [
  '126.com',
  '163.com',
  'aol.com',
  'free.fr',
  'gmail.com',
  'gmx.at',
  'gmx.com',
  'gmx.de',
  'gmx.net',
  'googlemail.com',
  'hotmail.co.uk',
  'hotmail.com',
  'hotmail.fr',
  'icloud.com',
  'libero.it',
  'live.com',
  'mac.com',
  'mail.com',
  'mail.ru',
  'me.com',
  'msn.com',
  'orange.fr',
  'outlook.com',
  'proton.me',
  'protonmail.com',
  'qq.com',
  't-online.de',
  'web.de',
  'yahoo.co.jp',
  'yahoo.co.uk',
  'yahoo.com',
  'yahoo.fr',
  'yandex.com',
  'yandex.ru',
  'ymail.com',
] as const;

const exempt: ReadonlySet<string> = new Set(freeMailDomains);

/** The recipient of an email, as far as caps need it, and the caps of the account. */
export interface Recipient {
  /** Null where no cap of a domain applies: a free-mail provider's. */
  readonly domain: string | null;
  readonly companyId: string | null;
  readonly caps: RecipientCaps;
}

/** The domain that an email to an address counts for, in ASCII and lower case; null for a free-mail provider's. */
export function countedDomain(address: string): string | null {
  const read = normalizeAddress(address);
  return read.ok && !exempt.has(read.domain) ? read.domain : null;
}

/** The domain and the company of a recipient that have a cap, with the cap; null where there is none. */
export interface CappedRecipient {
  readonly domain: { readonly name: string; readonly perDay: number } | null;
  readonly company: { readonly id: string; readonly perDay: number } | null;
}

/** Undefined where no cap applies at all. */
export function cappedRecipient(recipient: Recipient | undefined): CappedRecipient | undefined {
  if (recipient === undefined) return undefined;
  const { domain: name, companyId: id, caps } = recipient;
  const { recipientDomainPerDay: ofDomain, companyPerDay: ofCompany } = caps;
  const domain = name === null || ofDomain === null ? null : { name, perDay: ofDomain };
  const company = id === null || ofCompany === null ? null : { id, perDay: ofCompany };
  return domain === null && company === null ? undefined : { domain, company };
}

/** Instants in milliseconds since 1970, in ascending order. */
export interface TakenOfRecipient {
  readonly domain: readonly number[];
  readonly company: readonly number[];
}

/** The spans in which one more email to a recipient would break a cap. */
export function fullByCaps(
  taken: TakenOfRecipient,
  { domain, company }: CappedRecipient,
): readonly FullSpan[] {
  return [
    ...(domain === null ? [] : fullDays(taken.domain, domain.perDay, 'recipient_domain_day')),
    ...(company === null ? [] : fullDays(taken.company, company.perDay, 'company_day')),
  ];
}
