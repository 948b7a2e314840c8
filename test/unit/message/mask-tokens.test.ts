import { describe, expect, it } from 'vitest';
import {
  hasAllTokens,
  leadingToken,
  maskTokens,
  unmaskTokens,
} from '../../../src/domain/message/mask-tokens.js';

const text = 'Hi {{contact.firstName|there}}, how is {{company.name}}?';

describe('a text whose tokens are masked', () => {
  it('SEQ-27: is as long as before, holds no braces, and gets its tokens back', () => {
    const masked = maskTokens(text);
    expect(masked.tokens).toEqual(['{{contact.firstName|there}}', '{{company.name}}']);
    expect(masked.text).toHaveLength(text.length);
    expect(masked.text).not.toMatch(/[{}]/);
    expect(unmaskTokens(masked)).toBe(text);
  });

  it('leaves alone what is no token: one brace, none that closes', () => {
    for (const plain of ['', 'a { b } c', 'a {{ b', 'a }} b {{']) {
      expect(maskTokens(plain)).toEqual({ text: plain, tokens: [] });
    }
    const open = maskTokens('{{a}} {{ b');
    expect(open.tokens).toEqual(['{{a}}']);
    expect(unmaskTokens(open)).toBe('{{a}} {{ b');
  });

  it('masks the shortest token there is, and many', () => {
    const many = '{{}}'.repeat(12);
    const masked = maskTokens(many);
    expect(masked.tokens).toHaveLength(12);
    expect(masked.text).toHaveLength(many.length);
    expect(unmaskTokens(masked)).toBe(many);
    expect(hasAllTokens(masked)).toBe(true);
  });

  it('takes no stand-in from the text itself', () => {
    const masked = maskTokens('\uFDD00\uFDD1 {{a}}');
    expect(unmaskTokens(masked)).toBe('\uFFFD0\uFFFD {{a}}');
  });

  it('knows whether each token is still there, once and in order', () => {
    const { text: masked, tokens } = maskTokens('{{a}} and {{b}}');
    const [first = '', second = ''] = masked.split(' and ');
    const has = (changed: string) => hasAllTokens({ text: changed, tokens });
    expect(has(masked)).toBe(true);
    expect(has(`<p>${first}</p>${second}`)).toBe(true);
    expect(has(first)).toBe(false);
    expect(has(`${second} and ${first}`)).toBe(false);
    expect(has(`${masked} ${second}`)).toBe(false);
    expect(has(`${masked} {{`)).toBe(false);
    expect(has(`${masked} {%`)).toBe(false);
    expect(has(`{${masked}`)).toBe(false);
    expect(has(`${masked} {`)).toBe(true);
  });

  it('tells the token that it begins with', () => {
    expect(leadingToken(maskTokens(' \n{{a}} b'))).toEqual({ token: '{{a}}', length: 7 });
    expect(leadingToken(maskTokens('b {{a}}'))).toBeUndefined();
    expect(leadingToken(maskTokens(''))).toBeUndefined();
  });
});
