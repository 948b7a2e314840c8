import { domainToASCII } from 'node:url';

/** Why a text is no address that mail can be sent to (ENR-24). */
export type AddressProblem =
  | 'empty'
  | 'too_long'
  | 'forbidden_character'
  | 'no_at_sign'
  | 'several_at_signs'
  | 'bad_local_part'
  | 'bad_domain';

export type AddressResult =
  | {
      readonly ok: true;
      /** What mail is sent to: the local part as written, the domain in its ASCII form. */
      readonly address: string;
      /** The form in which addresses are compared: `address` in lower case. */
      readonly normalized: string;
      /** The domain alone, in ASCII and lower case. */
      readonly domain: string;
    }
  | { readonly ok: false; readonly reason: AddressProblem };

// RFC 5321 4.5.3.1: 64 octets before the @; 256 for the path with its angle brackets.
const maxLocalLength = 64;
const maxAddressLength = 254;
const maxDomainLength = 253;

// Control and format characters (zero-width ones among them) and any kind of space.
const forbidden = /[\p{Cc}\p{Cf}\p{Z}]/u;
const localPart = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
// ASCII beyond these would be unescaped or cut by domainToASCII ("ex%61mple", "a/b").
const domainText = /^[a-z0-9.\u0080-\u{10FFFF}-]+$/iu;
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Reads one bare email address, the same way wherever an address enters: API, import, inbound mail.
 *
 * Accepts a dot-atom of ASCII before the @ (at most 64 characters) and a domain of two or more labels after it,
 * international ones as punycode; at most 254 characters in all. White space around it is dropped. Refused are display
 * names, quoted local parts, address literals and local parts beyond ASCII, which need SMTPUTF8 along the whole way.
 *
 * Afterwards `normalizeAddress(address)` gives the same result again: it is idempotent. A contact without a usable
 * address cannot be enrolled (ENR-24).
 */
export function normalizeAddress(text: string): AddressResult {
  const trimmed = text.trim();
  const reason = problemOf(trimmed);
  if (reason !== undefined) return { ok: false, reason };
  const at = trimmed.indexOf('@');
  const local = trimmed.slice(0, at);
  if (local.length > maxLocalLength) return { ok: false, reason: 'too_long' };
  if (!localPart.test(local)) return { ok: false, reason: 'bad_local_part' };
  const domain = asciiDomain(trimmed.slice(at + 1));
  if (domain === undefined) return { ok: false, reason: 'bad_domain' };
  const address = `${local}@${domain}`;
  if (address.length > maxAddressLength) return { ok: false, reason: 'too_long' };
  return { ok: true, address, normalized: address.toLowerCase(), domain };
}

/**
 * A domain of two or more labels in ASCII and lower case, or undefined when it is none.
 * An IP address is none: its last label has no letter.
 */
export function asciiDomain(text: string): string | undefined {
  if (!domainText.test(text)) return undefined;
  const domain = domainToASCII(text);
  const labels = domain.split('.');
  const isDomain =
    domain.length <= maxDomainLength &&
    labels.length >= 2 &&
    labels.every((part) => label.test(part)) &&
    /[a-z]/.test(labels.at(-1) ?? '');
  return isDomain ? domain : undefined;
}

/** The domain of an address that is one. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

function problemOf(text: string): AddressProblem | undefined {
  if (text === '') return 'empty';
  // Counted before the domain is encoded, so that hostile input is never walked at length.
  if (text.length > maxAddressLength) return 'too_long';
  if (forbidden.test(text)) return 'forbidden_character';
  const atSigns = text.split('@').length - 1;
  if (atSigns === 0) return 'no_at_sign';
  return atSigns > 1 ? 'several_at_signs' : undefined;
}
