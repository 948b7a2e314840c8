import { printValue, type Properties } from '../property/property.js';
import { placeholdersAreValues, type TokenValues } from './tokens.js';

interface Person {
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly email: string | null;
  readonly properties: Properties;
}

interface Organisation {
  readonly name: string;
  readonly domain: string | null;
  readonly properties: Properties;
}

/** What the tokens of one enrollment stand for (SEQ-27). A fixed field wins over a property of the same name. */
export function tokenValues(
  contact: Person,
  company: Organisation | null,
  sender: { readonly name: string; readonly email: string },
  account: { readonly placeholdersAreValues: boolean },
): TokenValues {
  return {
    ...(account.placeholdersAreValues && { [placeholdersAreValues]: true }),
    ...prefixed('contact', contact.properties),
    ...(company ? prefixed('company', company.properties) : {}),
    'contact.firstName': contact.firstName,
    'contact.lastName': contact.lastName,
    'contact.email': contact.email,
    'company.name': company?.name ?? null,
    'company.domain': company?.domain ?? null,
    'sender.name': sender.name,
    'sender.email': sender.email,
  };
}

function prefixed(root: string, properties: Properties): TokenValues {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [`${root}.${name}`, printValue(value)]),
  );
}
