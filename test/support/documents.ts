import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** A Markdown file of the repository. */
export interface Document {
  /** From the root of the repository, such as `docs/api.md`. */
  readonly path: string;
  readonly text: string;
}

export function readDocument(path: string): Document {
  return { path, text: readFileSync(join(root, path), 'utf8') };
}

/** Every document for people: those at the root and all below `docs`. */
export function allDocuments(): readonly Document[] {
  const below = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' });
  const paths = [...readdirSync(root), ...below.map((path) => join('docs', path))];
  return paths.filter((path) => path.endsWith('.md')).map(readDocument);
}

/** The contents of its fenced blocks in this language, in their order; those that name none with ''. */
export function blocksOf({ text }: Document, language: string): readonly string[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter(([, named]) => named === language)
    .map(([, , block = '']) => block);
}

/** The targets of its links that lead to another place in the repository. */
export function localLinksOf(document: Document): readonly string[] {
  return [...withoutBlocks(document).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** What `#…` can name in it: its headings, as GitHub makes anchors of them. */
export function anchorsOf(document: Document): readonly string[] {
  return [...withoutBlocks(document).matchAll(/^#+ +(.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number}\p{Mark}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** What it shows as code, within blocks and within sentences. */
export function codeOf(document: Document): string {
  const blocks = [...document.text.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)];
  const spans = [...withoutBlocks(document).matchAll(/`([^`\n]+)`/g)];
  return [...blocks, ...spans].map(([, code = '']) => code).join('\n');
}

function withoutBlocks({ text }: Document): string {
  return text.replace(/^```[\s\S]*?^```$/gm, '');
}

/** A command that somebody is shown, in one line however it is broken. */
export interface ShownCommand {
  /** The file that shows it. */
  readonly path: string;
  readonly command: string;
}

/**
 * The commands in these blocks of a document, and in what the comments at the head of another file show: they stand three
 * blanks in.
 */
export function commandsOf(path: string, block: string): readonly ShownCommand[] {
  return block
    .replaceAll(/ *\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.replace(/(?:^|\s{2,})# .*$/, '').trim())
    .filter((line) => line !== '')
    .map((command) => ({ path, command }));
}

/** What the comments of a file that is no document show as commands, a text for each run of lines. */
export function commandsInComments(path: string): readonly ShownCommand[] {
  const { text } = readDocument(path);
  return [...text.matchAll(/(?:^(?:#|\/\/) {3,}\S.*\n)+/gm)].flatMap(([lines]) =>
    commandsOf(path, lines.replaceAll(/^(?:#|\/\/) {3}/gm, '')),
  );
}
