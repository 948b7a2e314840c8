import { describe, expect, test } from 'vitest';
import { threadHeaders } from '../../../src/domain/message/threading.js';

const first = { messageId: '<1@s.test>', references: [], subject: 'Hello Ada' };

describe('threading (SEQ-09, SEQ-10)', () => {
  test('a new thread has its own subject and no ids (SEQ-09)', () => {
    expect(threadHeaders('Hello')).toEqual({ references: [], subject: 'Hello' });
  });

  test("a reply takes the first email's rendered subject, not its own (SEQ-10)", () => {
    expect(threadHeaders('Edited since', first)).toEqual({
      inReplyTo: '<1@s.test>',
      references: ['<1@s.test>'],
      subject: 'Re: Hello Ada',
    });
  });

  test('it answers the id that the recipient saw', () => {
    const headers = threadHeaders('', { ...first, serverMessageId: '<x@prod.outlook.com>' });
    expect(headers.inReplyTo).toBe('<x@prod.outlook.com>');
    expect(headers.references).toEqual(['<x@prod.outlook.com>']);
  });

  test('the whole chain is kept, each id once, the parent last', () => {
    const references = ['<a@s.test>', '<2@s.test>', '<b@s.test>', '<a@s.test>'];
    const headers = threadHeaders('', { messageId: '<2@s.test>', references, subject: 'Re: x' });
    expect(headers.references).toEqual(['<a@s.test>', '<b@s.test>', '<2@s.test>']);
  });

  test("a parent with In-Reply-To only passes that on; with References it doesn't", () => {
    const inReplyTo = '<0@s.test>';
    expect(threadHeaders('', { ...first, inReplyTo }).references).toEqual([
      inReplyTo,
      '<1@s.test>',
    ]);
    const references = ['<a@s.test>'];
    expect(threadHeaders('', { ...first, inReplyTo, references }).references).toEqual([
      '<a@s.test>',
      '<1@s.test>',
    ]);
  });

  test.each([
    [49, 50],
    [50, 50],
    [200, 50],
  ])('a chain of %d gives %d ids: the first and the newest', (length, expected) => {
    const references = Array.from({ length }, (_, at) => `<r${at}@s.test>`);
    const headers = threadHeaders('', { ...first, references });
    expect(headers.references).toHaveLength(expected);
    expect(headers.references[0]).toBe('<r0@s.test>');
    expect(headers.references.at(-1)).toBe('<1@s.test>');
    expect(headers.references.at(-2)).toBe(`<r${length - 1}@s.test>`);
  });

  test('what is no id never reaches a header', () => {
    const references = ['<a b@s.test>', 'a@s.test', '<a@s.test>\r\nBcc: e@e.test', '<ok@s.test>'];
    const headers = threadHeaders('', { ...first, serverMessageId: 'broken', references });
    expect(headers.references).toEqual(['<ok@s.test>', '<1@s.test>']);
    expect(() => threadHeaders('', { ...first, messageId: 'none' })).toThrow(RangeError);
  });

  test.each([
    'Re: Hello',
    'RE: Hello',
    're:Hello',
    'AW: Hallo',
    'Antw: Hallo',
    'SV: Hej',
    'VS: Hei',
    'Odp: Cześć',
    'RES: Olá',
    'R: Ciao',
    'Re[2]: Hello',
    'AW(3): Hallo',
    'RE : Bonjour',
    'Re：你好',
    '回复: 你好',
    'Ответ: Привет',
  ])('the prefix is not stacked: %s', (subject) => {
    expect(threadHeaders('', { ...first, subject }).subject).toBe(subject);
  });

  test.each([
    ['Fwd: Hello', 'Re: Fwd: Hello'],
    ['Review: Q3', 'Re: Review: Q3'],
    ['Aware: news', 'Re: Aware: news'],
    ['About Re: Hello', 'Re: About Re: Hello'],
    ['', 'Re:'],
  ])('%j becomes %j', (subject, expected) => {
    expect(threadHeaders('', { ...first, subject }).subject).toBe(expected);
  });

  test('a chain of replies keeps one prefix', () => {
    const second = threadHeaders('two', first);
    const third = threadHeaders('three', { ...second, messageId: '<2@s.test>' });
    expect(third).toEqual({
      inReplyTo: '<2@s.test>',
      references: ['<1@s.test>', '<2@s.test>'],
      subject: 'Re: Hello Ada',
    });
  });
});
