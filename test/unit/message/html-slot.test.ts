import { describe, expect, it, test } from 'vitest';
import { createHtmlScanner, type HtmlSlot } from '../../../src/domain/message/html-slot.js';

/** The slot of a value that comes after so much HTML; a part of the list in parentheses is a value put in on the way. */
function slotAfter(...pieces: readonly (string | { readonly value: string })[]): HtmlSlot {
  const scanner = createHtmlScanner();
  for (const piece of pieces) {
    if (typeof piece === 'string') scanner.read(piece);
    else scanner.skipValue(piece.value);
  }
  return scanner.slot();
}

describe('what a place in HTML does to a value', () => {
  test.each<[string, HtmlSlot]>([
    ['', 'text'],
    ['Hello ', 'text'],
    ['a < b ', 'text'],
    ['a <3 b ', 'text'],
    ['a <<p>b', 'text'],
    ['a <<p ', 'inert'],
    ['<p>', 'text'],
    ['</p>', 'text'],
    ['<br/>', 'text'],
    ['<br/', 'inert'],
    ['<', 'inert'],
    ['</', 'inert'],
    ['<p ', 'inert'],
    ['<p title', 'inert'],
    ['<p title=', 'inert'],
    ['<p title= ', 'inert'],
    ['<p title=x', 'inert'],
    ['<p title=x>', 'text'],
    ['<p title=>', 'text'],
    ['<p title=x ', 'inert'],
    ['<p title=x dir="', 'text'],
    ['<a title=x href="', 'start'],
    ['<a title="x"href="', 'start'],
    ['<a title=\n"', 'text'],
    ["<a title='", 'text'],
    ['<a title=\'"', 'text'],
    ['<a title="\'>', 'text'],
    ["<a href='", 'start'],
    ["<a href='x' title='", 'text'],
    ["<a href='x'>", 'text'],
    ['<a href="', 'start'],
    ['<a HREF="', 'start'],
    ['<a xlink:href="', 'start'],
    ['<a data-href="', 'text'],
    ['<a hrefx="', 'text'],
    ['<a x href="', 'start'],
    ['<a href="  ', 'start'],
    ['<a href="x', 'scheme'],
    ['<a href="https://', 'host'],
    ['<a href=" HTTPS://', 'host'],
    ['<a href="https://a/', 'path'],
    ['<a href="https://a?', 'query'],
    ['<a href="https://a/b#', 'query'],
    ['<a href="mailto:', 'mailbox'],
    ['<a href="mailto:a@b?', 'headers'],
    ['<a href="xmailto:', 'scheme'],
    ['<a href="ftp://', 'scheme'],
    ['<a href="https:/', 'scheme'],
    ['<a href="https://a/"><img src="', 'start'],
    ['<p style="', 'inert'],
    ['<p onclick="', 'inert'],
    ['<iframe srcdoc="', 'inert'],
    ['<img srcset="', 'inert'],
    ['<!-- ', 'inert'],
    ['<!-- a > b ', 'inert'],
    ['<!-- a -->', 'text'],
    ['<!-- a --', 'inert'],
    ['<!doctype html>', 'text'],
    ['<style>', 'inert'],
    ['<style>a > b', 'inert'],
    ['<STYLE>', 'inert'],
    ['<style></p>', 'inert'],
    ['<style></style', 'inert'],
    ['<style></style>', 'text'],
    ['<style></style >', 'text'],
    ['<script>if (a < b)', 'inert'],
    ['<styles>', 'text'],
    ['<title>a</title><p title="', 'text'],
    [`<${'x'.repeat(40)}>`, 'text'],
    [`<p ${'x'.repeat(40)}="`, 'text'],
    [`<p ${'x'.repeat(40)} href="`, 'start'],
  ])('%s: %s', (html, slot) => {
    expect(slotAfter(html)).toBe(slot);
  });

  it('is the same however the text comes in pieces', () => {
    const html = '<!-- a --><style>b</style><a title="c" href="https://d.example/e?f=';
    const pieces = Array.from(html);
    expect(slotAfter(...pieces)).toBe('query');
    expect(slotAfter(...pieces, '"', '>')).toBe('text');
  });

  it('after a value at the start of an address is what the value leads to', () => {
    const start = '<a href="';
    expect(slotAfter(start, { value: 'https://a.example' })).toBe('host');
    expect(slotAfter(start, { value: 'https://a.example' }, '/b/')).toBe('path');
    expect(slotAfter(start, { value: 'https://a.example/?b=c' }, '&d=')).toBe('query');
    expect(slotAfter(start, { value: '' })).toBe('start');
    expect(slotAfter(start, { value: ' ' })).toBe('start');
    expect(slotAfter(start, { value: 'java' }, 'script:')).toBe('scheme');
    expect(slotAfter(start, 'https://', { value: 'a/b?c' })).toBe('host');
    expect(slotAfter(start, 'mailto:', { value: 'a@b?c' })).toBe('mailbox');
    expect(slotAfter('<p title="', { value: 'https://' }, '"><a href="')).toBe('start');
  });
});
