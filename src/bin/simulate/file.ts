import { readFile } from 'node:fs/promises';
import { isNode, LineCounter, parseDocument } from 'yaml';

/** A mistake in a file, or in the values of its fields. */
export interface Mistake {
  /** A JSON pointer into the file, such as `/steps/2/delayDays`; the empty pointer is the whole file. */
  readonly pointer: string;
  readonly message: string;
}

/** A YAML or JSON file as it was read, which knows the lines of its fields. */
export interface ReadFile {
  readonly path: string;
  readonly content: unknown;
  /** The 1-based line of a field, or of the nearest field around it. */
  readonly lineOf: (pointer: string) => number;
}

/** Thrown for files that cannot be played; each line is one mistake, with its place. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

/** Reads a YAML file; JSON is YAML, too. Throws a FileError if it cannot be read or parsed. */
export async function readYaml(path: string): Promise<ReadFile> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new FileError(`${path}: cannot be read (${code})`);
  });
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  if (document.errors.length > 0) {
    const lines = document.errors.map(
      ({ pos, message }) => `${path}:${lineCounter.linePos(pos[0]).line}: ${message}`,
    );
    throw new FileError(lines.join('\n'));
  }
  const lineOf = (pointer: string): number => {
    const names = pointer.split('/').slice(1);
    for (let length = names.length; length > 0; length -= 1) {
      const path = names.slice(0, length).map((name) => (/^\d+$/.test(name) ? Number(name) : name));
      const node: unknown = document.getIn(path, true);
      if (isNode(node) && node.range) return lineCounter.linePos(node.range[0]).line;
    }
    return 1;
  };
  const content: unknown = document.toJS();
  return { path, content, lineOf };
}

/** Throws a FileError that names every mistake with its line and field; returns if there are none. */
export function refuseMistakes(file: ReadFile, mistakes: readonly Mistake[]): void {
  if (mistakes.length === 0) return;
  const lines = mistakes.map(
    ({ pointer, message }) =>
      `${file.path}:${file.lineOf(pointer)}: ${pointer === '' ? '(the file)' : pointer}: ${message}`,
  );
  throw new FileError(lines.join('\n'));
}
