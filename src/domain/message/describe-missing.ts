import type { AddressNeed } from './address-part.js';
import type { MissingValue } from './render-template.js';

const needs: Readonly<Record<AddressNeed, string>> = {
  web_address: 'a whole web address, such as https://www.example.com',
  server_name: 'the name of a server alone, such as www.example.com',
  server_name_part: 'a part of a server’s name: letters, digits and hyphens',
  port: 'the number of a port',
  path_segment: 'a name, and not only dots',
  separator: 'no value at all, until a slash or a dot parts it from the server’s name',
};

/** What a link needs in place of a value that does not fit it, in words. */
export function describeNeed(token: string, need: AddressNeed): string {
  return `The value of ${token} does not fit its link, which needs ${needs[need]}`;
}

/** What is missing, in words, and what helps (ERR-09). */
export function describeMissing(missing: readonly MissingValue[]): string {
  const absent = missing.filter((each) => each.needs === undefined);
  const unfit = missing.flatMap((each) =>
    each.needs === undefined ? [] : [describeNeed(each.token, each.needs)],
  );
  const sentences = [
    ...(absent.length > 0 ? [describeAbsent(absent)] : []),
    ...(unfit.length > 0
      ? [
          `${[...new Set(unfit)].join('. ')}: correct it on the contact, or give the token a fallback.`,
        ]
      : []),
  ];
  return sentences.join(' ');
}

function describeAbsent(absent: readonly MissingValue[]): string {
  const names = [...new Set(absent.map(named))].join(', ');
  const hint = absent.some(({ placeholder }) => placeholder !== undefined)
    ? ' Where such a text is what it says, switch placeholdersAreValues of the account on.'
    : '';
  return `No value for ${names}: fill them in on the contact, or give the tokens a fallback.${hint}`;
}

function named({ token, placeholder }: MissingValue): string {
  return placeholder === undefined ? token : `${token} ("${placeholder}" counts as missing)`;
}
