import { hidden } from './hidden-braces.js';

/** A text in which each token is a stand-in that no markup reader takes for anything. */
export interface MaskedText {
  /** As long as the original, so that positions are the same. */
  readonly text: string;
  /** The tokens as they are written, in order. */
  readonly tokens: readonly string[];
}

// Noncharacters: Unicode keeps them for a program's own use, and no text holds them.
const opening = '\uFDD0';
const closing = '\uFDD1';
const standIn = /\uFDD0(\d+)\uFDD1/g;

/** Replaces everything from `{{` to the next `}}` by a stand-in. Linear in the length. */
export function maskTokens(text: string): MaskedText {
  const plain = text.replace(/[\uFDD0\uFDD1]/g, '\uFFFD');
  const tokens: string[] = [];
  let masked = '';
  let at = 0;
  for (let open = plain.indexOf('{{'); open >= 0; open = plain.indexOf('{{', at)) {
    const close = plain.indexOf('}}', open + 2);
    if (close < 0) break;
    const token = plain.slice(open, close + 2);
    const digits = String(tokens.length).padStart(token.length - 2, '0');
    masked += `${plain.slice(at, open)}${opening}${digits}${closing}`;
    tokens.push(token);
    at = close + 2;
  }
  return { text: masked + plain.slice(at), tokens };
}

/** Puts the tokens back. */
export function unmaskTokens({ text, tokens }: MaskedText): string {
  return text.replace(standIn, (_, digits: string) => tokens[Number(digits)] ?? '');
}

const couldOpen = new RegExp(`\\{${hidden}*[{%\\uFDD0]`, 'u');

/** Whether a changed text still has every token once, in order, and no braces that could be taken for another. */
export function hasAllTokens({ text, tokens }: MaskedText): boolean {
  const kept = numbersIn(text);
  const isInOrder = kept.every((number, index) => number === index);
  return isInOrder && kept.length === tokens.length && !couldOpen.test(text);
}

/** Where in `before` the first token stood that a changed text has lost, or moved; 0 where it has them all. */
export function lostAt({ text }: MaskedText, before: string): number {
  const kept = numbersIn(text);
  const lost = Array.from(before.matchAll(standIn)).find((_, index) => kept[index] !== index);
  return lost?.index ?? 0;
}

/** Which tokens the stand-ins of a text stand for, in its order. */
function numbersIn(text: string): readonly number[] {
  return Array.from(text.matchAll(standIn), (match) => Number(match[1]));
}

/** The token that a masked text begins with, white space apart, and where it ends; or undefined. */
export function leadingToken({
  text,
  tokens,
}: MaskedText): { readonly token: string; readonly length: number } | undefined {
  const match = /^\s*\uFDD0(\d+)\uFDD1/.exec(text);
  const token = match === null ? undefined : tokens[Number(match[1])];
  return match === null || token === undefined ? undefined : { token, length: match[0].length };
}
