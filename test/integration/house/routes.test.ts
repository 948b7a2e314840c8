import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const routes = fileURLToPath(new URL('../../../src/api/routes/', import.meta.url));

/** Names that a file takes from queries to use them, types left out. */
function queriesOf(text: string): readonly string[] {
  return [...text.matchAll(/import (?!type)\{([^}]*)\} from '[./]*\/db\/queries\/[^']*'/g)]
    .flatMap(([, names = '']) => names.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '));
}

it('what changes something is a use case: only an endpoint that reads takes queries itself', async () => {
  const files = (await readdir(routes, { recursive: true })).filter((file) => file.endsWith('.ts'));
  const offences: string[] = [];
  let changing = 0;
  for (const file of files) {
    const text = await readFile(join(routes, file), 'utf8');
    if (!/scope: '(write|admin|events)'/.test(text) || /method: 'GET'/.test(text)) continue;
    changing += 1;
    offences.push(...queriesOf(text).map((name) => `${file}: ${name}`));
  }
  expect(changing).toBeGreaterThan(80);
  expect(offences).toEqual([]);
});
