import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { earliestSlot } from '../../../src/domain/capacity/earliest-slot.js';
import { dayMs } from '../../../src/domain/capacity/full-spans.js';
import {
  cappedRecipient,
  countedDomain,
  fullByCaps,
  type Recipient,
} from '../../../src/domain/capacity/recipient.js';

const off = { recipientDomainPerDay: null, companyPerDay: null };

describe('the domain that an email counts for', () => {
  it.each([
    ['ada@Example.COM', 'example.com'],
    ['ada@bücher.example', 'xn--bcher-kva.example'],
    ['ada@mail.example.com', 'mail.example.com'],
    ['ada@gmail.com', null],
    ['ada@GMX.de', null],
    ['no address', null],
  ])('of %s is %s', (address, domain) => {
    expect(countedDomain(address)).toBe(domain);
  });
});

describe('what of a recipient is capped', () => {
  const recipient: Recipient = { domain: 'example.com', companyId: 'acme', caps: off };

  it('is nothing where the caps are off, or there is nothing to count', () => {
    expect(cappedRecipient(undefined)).toBeUndefined();
    expect(cappedRecipient(recipient)).toBeUndefined();
    const caps = { recipientDomainPerDay: 1, companyPerDay: 1 };
    expect(cappedRecipient({ domain: null, companyId: null, caps })).toBeUndefined();
  });

  it('is the domain, the company or both', () => {
    const of = (caps: Recipient['caps']) => cappedRecipient({ ...recipient, caps });
    const domain = { name: 'example.com', perDay: 2 };
    const company = { id: 'acme', perDay: 3 };
    expect(of({ ...off, recipientDomainPerDay: 2 })).toEqual({ domain, company: null });
    expect(of({ ...off, companyPerDay: 3 })).toEqual({ domain: null, company });
    expect(of({ recipientDomainPerDay: 2, companyPerDay: 3 })).toEqual({ domain, company });
  });
});

it('names the cap that is full, and nothing of one that is off', () => {
  const taken = { domain: [0], company: [1000] };
  const domain = { name: 'example.com', perDay: 1 };
  const company = { id: 'acme', perDay: 1 };
  expect(fullByCaps(taken, { domain, company: null })).toEqual([
    { fromMs: 1 - dayMs, untilMs: dayMs, limit: 'recipient_domain_day' },
  ]);
  expect(fullByCaps(taken, { domain: null, company })).toEqual([
    { fromMs: 1001 - dayMs, untilMs: 1000 + dayMs, limit: 'company_day' },
  ]);
});

test('no rolling day has more emails to a domain or a company than its cap', () => {
  const wish = fc.record({
    dueMs: fc.integer({ min: 0, max: 144 }).map((n) => n * 1_800_000),
    domain: fc.constantFrom('one.example', 'two.example', null),
    companyId: fc.constantFrom('acme', 'globex', null),
  });
  const caps = fc.record({
    recipientDomainPerDay: fc.option(fc.integer({ min: 1, max: 3 })),
    companyPerDay: fc.option(fc.integer({ min: 1, max: 3 })),
  });
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 25 }), caps, (wishes, set) => {
      const taken: { atMs: number; domain: string | null; companyId: string | null }[] = [];
      for (const { dueMs, domain, companyId } of wishes) {
        const of = (match: (one: (typeof taken)[number]) => boolean) =>
          taken
            .filter(match)
            .map(({ atMs }) => atMs)
            .toSorted((a, b) => a - b);
        const capped = cappedRecipient({ domain, companyId, caps: set });
        const lists = {
          domain: of((one) => one.domain === domain),
          company: of((one) => one.companyId === companyId),
        };
        const full = capped === undefined ? [] : fullByCaps(lists, capped);
        const { atMs } = earliestSlot({ dueMs, calendar: null }, full);
        taken.push({ atMs, domain, companyId });
        for (const end of taken) {
          const inDay = taken.filter((one) => one.atMs > end.atMs - dayMs && one.atMs <= end.atMs);
          const toDomain = inDay.filter((one) => one.domain === end.domain).length;
          const toCompany = inDay.filter((one) => one.companyId === end.companyId).length;
          const ofDomain = end.domain === null ? null : set.recipientDomainPerDay;
          const ofCompany = end.companyId === null ? null : set.companyPerDay;
          expect(toDomain).toBeLessThanOrEqual(ofDomain ?? Infinity);
          expect(toCompany).toBeLessThanOrEqual(ofCompany ?? Infinity);
        }
      }
    }),
  );
});
