import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDocument, root } from '../../support/documents.js';

interface Row {
  readonly who: string;
  /** What they cannot do; empty for somebody who can do everything. */
  readonly cannot: string;
  readonly held: readonly { readonly file: string; readonly titles: readonly string[] }[];
}

/** The table of SECURITY.md, whose last column reads `file`: title; title · `file`: title. */
function readRows(): readonly Row[] {
  const { text } = readDocument('SECURITY.md');
  const section = /^## Threat model$([\s\S]*?)^## /m.exec(text)?.[1] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| '));
  return rows.slice(1).map((line) => {
    const [, who = '', , cannot = '', held = ''] = line.split('|').map((cell) => cell.trim());
    const parts = held === '' ? [] : held.split(' · ');
    return { who, cannot, held: parts.map(readPart) };
  });
}

function readPart(part: string): Row['held'][number] {
  const [, name, titles] = /^`([\w/-]+)`: (.+)$/.exec(part) ?? [];
  if (name === undefined || titles === undefined) throw new Error(`not a file and titles: ${part}`);
  return { file: `test/${name}.test.ts`, titles: titles.split('; ') };
}

/** What is quoted as the first of what a function is given: titles of tests are among it. */
function titlesIn(file: string): readonly string[] {
  const source = readFileSync(join(root, file), 'utf8');
  return [...source.matchAll(/\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1,/g)].map(
    ([, , title = '']) => title,
  );
}

describe('the threat model', () => {
  const rows = readRows();

  it('says of everybody what they cannot do, and which tests hold it', () => {
    expect(rows.length).toBeGreaterThan(15);
    const open = rows.filter(({ cannot, held }) => cannot !== '' && held.length === 0);
    expect(open.map(({ who }) => who)).toEqual([]);
  });

  it.each(rows.flatMap(({ who, held }) => held.map((each) => ({ who, ...each }))))(
    '$file holds it for $who',
    ({ file, titles }) => {
      expect(existsSync(join(root, file)), file).toBe(true);
      const there = titlesIn(file);
      const missing = titles.filter((title) => !there.some((each) => each.includes(title)));
      expect(missing).toEqual([]);
    },
  );
});
