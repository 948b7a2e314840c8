import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { endpoints } from '../../../src/api/routes/index.js';

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

const large = ['html', 'notes', 'note', 'properties', 'dates', 'filter', 'options', 'tokenValues'];
const node = z.looseObject({});

/** Lists of short lines, and what is the same for everybody. */
const small = new Set(['/v1/suppressions', '/v1/sequence-templates/{id}']);

/** Whether a schema has one of these fields in something that it has many of. */
function holdsMany(schema: unknown, definitions: z.output<typeof node>): boolean {
  const seen = new Set<string>();
  const visit = (part: unknown, isOfMany: boolean): boolean => {
    if (Array.isArray(part)) return part.some((each) => visit(each, isOfMany));
    const found = node.safeParse(part).data;
    if (found === undefined) return false;
    const { $ref, properties, items, additionalProperties, ...rest } = found;
    if (typeof $ref === 'string') {
      const key = `${$ref} ${String(isOfMany)}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return visit(definitions[$ref.replace('#/$defs/', '')], isOfMany);
    }
    const fields = Object.entries(node.parse(properties ?? {}));
    if (isOfMany && fields.some(([name]) => large.includes(name))) return true;
    return (
      fields.some(([, field]) => visit(field, isOfMany)) ||
      visit(items, true) ||
      visit(additionalProperties, isOfMany) ||
      ['anyOf', 'oneOf', 'allOf'].some((name) => visit(rest[name], isOfMany))
    );
  };
  return visit(schema, false);
}

it('what answers with many texts, properties, dates or filters is heavy: an account has few such calls at once', () => {
  const many = endpoints.filter(({ replies }) =>
    Object.values(replies).some((reply) => {
      const schema = node.parse(z.toJSONSchema(reply, { io: 'input', unrepresentable: 'any' }));
      return holdsMany(schema, node.parse(schema['$defs'] ?? {}));
    }),
  );
  expect(many.length).toBeGreaterThan(20);
  const light = many.filter(({ heavy, path }) => heavy !== true && !small.has(path));
  expect(light.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});

it('a list whose pages may end early is heavy', async () => {
  const files = (await readdir(routes, { recursive: true })).filter((file) => file.endsWith('.ts'));
  let lists = 0;
  for (const file of files) {
    const text = await readFile(join(routes, file), 'utf8');
    if (!text.includes('readPage(') || !text.includes('defineEndpoint(')) continue;
    lists += 1;
    expect(text, file).toContain('heavy: true');
  }
  expect(lists).toBeGreaterThan(11);
});
