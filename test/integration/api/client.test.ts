import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { send, startApi, type TestApi } from '../../support/api.js';
import { createWorld } from '../../support/world.js';

const folder = join(import.meta.dirname, '../../support/client');
const source = join(folder, 'program.ts');
const schemaFile = join(folder, 'schema.ts');

type EnrollOne = (
  url: string,
  key: string,
  who: { readonly user: string; readonly email: string },
) => Promise<{ readonly state: string; readonly timeline: readonly string[] }>;
const program = z.object({
  enrollOne: z.custom<EnrollOne>((value) => typeof value === 'function'),
});

let api: TestApi;
let schema: string;
beforeAll(async () => {
  api = await startApi();
  const { body } = await send(`${api.url}/openapi.json`, 'GET');
  // With its default options, as whoever follows its README has them.
  schema = astToString(await openapiTS(JSON.stringify(body)));
});
afterAll(() => api.close());

/** What TypeScript says of the program, with some of its texts replaced by others. */
function complaints(changes: readonly (readonly [string, string])[] = []): readonly string[] {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  };
  const host = ts.createCompilerHost(options);
  host.fileExists = (name) => name === schemaFile || ts.sys.fileExists(name);
  host.readFile = (name) => {
    if (name === schemaFile) return schema;
    const text = ts.sys.readFile(name);
    if (name !== source) return text;
    return changes.reduce((changed, [from, to]) => changed?.replace(from, to), text);
  };
  const checked = ts.createProgram([source], options, host);
  return ts
    .getPreEmitDiagnostics(checked)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

it('a client that openapi-typescript makes with its default options type-checks, and works', async () => {
  expect(complaints()).toEqual([]);
  const { enrollOne } = program.parse(await import(pathToFileURL(source).href));
  const world = await createWorld(api);
  const email = 'typed@client.example';
  const { state, timeline } = await enrollOne(api.url, world.key, { user: 'ada', email });
  expect(state).toBe('active');
  expect(timeline).toEqual([expect.stringMatching(/^[0-9a-f-]{36} active, next .+ at 20/)]);
});

it('and it refuses what the API does: other fields, states, codes, and a contact without a name', () => {
  const said = complaints([
    ['entry.data.sendId', 'entry.data.messageId'],
    ["| 'errored';", ';'],
    ["'ALREADY_ENROLLED'", "'ENROLLED_ALREADY'"],
    ['contact: { email }', 'contact: {}'],
  ]);
  expect(said).toEqual([
    expect.stringContaining("Property 'messageId' does not exist"),
    expect.stringContaining("Type '{}' is not assignable"),
    expect.stringContaining('no overlap'),
    expect.stringContaining("is not assignable to type 'State'"),
  ]);
});
