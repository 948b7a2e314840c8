import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { choiceProblems } from '../../../src/domain/enrollment/check-choices.js';
import { missingTokens } from '../../../src/domain/enrollment/missing-tokens.js';
import { isMissingValue } from '../../../src/domain/message/missing-value.js';
import { defaultSettings } from '../../../src/domain/sequence/definition.js';
import type { Step } from '../../../src/domain/sequence/step.js';
import { expectLinear } from '../../support/growth.js';

describe('whether a value is missing (ERR-09)', () => {
  test.each([
    '\u2029 \u0000n/a\u200b\n',
    `${' '.repeat(5000)}NULL${'\u00a0'.repeat(5000)}`,
    '\u{e0001}',
    'a {{b',
    '\ufeff[object Object] ',
  ])('%j is missing', (value) => {
    expect(isMissingValue(value)).toBe(true);
  });

  test.each(['a', ' - a', '\u{1f600}', `${' '.repeat(5000)}x`, 'n/a n/a'])(
    '%j is a value',
    (value) => {
      expect(isMissingValue(value)).toBe(false);
    },
  );

  it('is what a search through the whole text says, for any text', () => {
    const blank = fc.constantFrom(' ', '\t', '\u00a0', '\u200b', '\u2028', '\u{e0001}', '\ud800');
    const text = fc
      .tuple(
        fc.array(blank),
        fc.oneof(fc.string(), fc.constantFrom('', '-', 'N/A')),
        fc.array(blank),
      )
      .map(([before, middle, after]) => [...before, middle, ...after].join(''));
    fc.assert(
      fc.property(text, (value) => {
        const visible = Array.from(value)
          .filter((character) => !/[\p{C}\p{Z}]/u.test(character))
          .join('');
        if (visible === '') expect(isMissingValue(value)).toBe(true);
        else expect(isMissingValue(value)).toBe(isMissingValue(value.trim()));
      }),
    );
  });

  test.each([
    ['blanks', (n: number) => ' '.repeat(n)],
    ['blanks and a letter at last', (n: number) => `${'\u00a0'.repeat(n)}x`],
    ['blanks between letters', (n: number) => `x${'\u200b'.repeat(n)}x`],
    ['half surrogate pairs', (n: number) => '\ud800'.repeat(n)],
    ['braces', (n: number) => '{ '.repeat(n / 2)],
  ])('takes time that grows with the length and no faster: %s', (_, text) => {
    expectLinear((n) => isMissingValue(text(n)), { n: 10_000 });
  });
});

const step = (html: string): Step => ({
  ...{ id: 'a', kind: 'automated_email', delayDays: 0, threading: { kind: 'new' } },
  email: { subject: 'Hi', html },
});

it('ENR-14: a value is measured before it is looked at, and one that is too long is told for that alone', () => {
  const definition = { steps: [step('<p>Hi</p>')], settings: defaultSettings };
  const problemsOf = (value: string) =>
    choiceProblems(
      { overrides: { tokenValues: { 'contact.x': value } }, start: {} },
      definition,
      '2026-01-01T00:00:00.000Z',
    ).map(({ code, pointer }) => `${code} ${pointer}`);
  expect(problemsOf(' '.repeat(2000))).toEqual(['required /tokenValues/contact.x']);
  expect(problemsOf(' '.repeat(2001))).toEqual(['too_long /tokenValues/contact.x']);
  expect(problemsOf('x'.repeat(2001))).toEqual(['too_long /tokenValues/contact.x']);
});

it('ENR-14: a value is looked at once, however many tokens stand for it', () => {
  let looks = 0;
  const values = Object.defineProperty({}, 'contact.x', {
    enumerable: true,
    get: () => {
      looks += 1;
      return ' '.repeat(2000);
    },
  });
  const missing = missingTokens([step('{{contact.x}} '.repeat(150))], () => values);
  expect(missing).toEqual([{ stepId: 'a', field: 'html', token: 'contact.x' }]);
  expect(looks).toBe(1);
});
