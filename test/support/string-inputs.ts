import { z } from 'zod';
import { describeApi } from '../../src/api/http/openapi.js';
import { endpoints, streamEndpoints } from '../../src/api/routes/index.js';

const bodySchema = z.looseObject({
  requestBody: z
    .looseObject({ content: z.record(z.string(), z.object({ schema: z.unknown() })) })
    .optional(),
  parameters: z.array(z.looseObject({ in: z.string(), name: z.string(), schema: z.unknown() })),
});
const description = z
  .object({
    paths: z.record(z.string(), z.record(z.string(), bodySchema)),
    components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
  })
  .parse(describeApi(endpoints, streamEndpoints));

/** The parts of JSON Schema that the descriptions of bodies use. */
const schemaShape = z.looseObject({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string()).transform(([first]) => first)]).optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  format: z.string().optional(),
  examples: z.array(z.unknown()).optional(),
  minimum: z.number().optional(),
  readOnly: z.boolean().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  additionalProperties: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
});
type Schema = z.output<typeof schemaShape>;

function read(json: unknown): Schema {
  const schema = schemaShape.parse(json ?? {});
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : read(description.components.schemas[name]);
}

/** A place in a body that takes a text: as a value, or as the name of an entry of a map. */
export interface StringInput {
  readonly name: string;
  /** Whether it is a date or an instant. */
  readonly isTime: boolean;
  /** The body with this text there; what else is required has some value. */
  readonly body: (text: string) => unknown;
}

/** Every place in the body of an operation that takes a text. */
export function stringInputs(method: string, path: string): readonly StringInput[] {
  const content = description.paths[path]?.[method.toLowerCase()]?.requestBody?.content ?? {};
  const media = content['application/json'];
  return media === undefined ? [] : [...inputsOf(media.schema, '', 0)];
}

/** An operation's query parameters. */
export function queryInputs(
  method: string,
  path: string,
): readonly Pick<StringInput, 'name' | 'isTime'>[] {
  const parameters = description.paths[path]?.[method.toLowerCase()]?.parameters ?? [];
  return parameters
    .filter((each) => each.in === 'query')
    .map(({ name, schema }) => ({ name, isTime: isTime(read(schema)) }));
}

function isTime({ format = '' }: Schema): boolean {
  return format.startsWith('date');
}

const maxDepth = 8;

function* inputsOf(json: unknown, name: string, depth: number): Generator<StringInput> {
  const schema = read(json);
  if (depth > maxDepth) return;
  if (schema.type === 'string') yield { name, isTime: isTime(schema), body: (text) => text };
  for (const option of optionsOf(schema)) yield* inputsOf(option, name, depth + 1);
  if (schema.type === 'array') {
    for (const inner of inputsOf(schema.items, `${name}/0`, depth + 1)) {
      yield { ...inner, body: (text) => [inner.body(text)] };
    }
  }
  for (const [key, part] of Object.entries(schema.properties ?? {})) {
    // What is only given back as it was read is kept nowhere.
    if (read(part).readOnly === true || schemaShape.safeParse(part).data?.readOnly === true)
      continue;
    for (const inner of inputsOf(part, `${name}/${key}`, depth + 1)) {
      yield { ...inner, body: (text) => ({ ...required(schema), [key]: inner.body(text) }) };
    }
  }
  yield* inMap(schema, name, depth);
}

function* inMap(schema: Schema, name: string, depth: number): Generator<StringInput> {
  const entry = schema.additionalProperties;
  if (schema.type !== 'object' || typeof entry !== 'object') return;
  yield { name: `${name}/{name}`, isTime: false, body: (text) => ({ [text]: sample(entry) }) };
  for (const inner of inputsOf(entry, `${name}/*`, depth + 1)) {
    yield { ...inner, body: (text) => ({ 'contact.x': inner.body(text) }) };
  }
}

function optionsOf({ anyOf = [], oneOf = [] }: Schema): readonly unknown[] {
  return [...anyOf, ...oneOf];
}

function required(schema: Schema): Record<string, unknown> {
  const names = schema.required ?? [];
  return Object.fromEntries(names.map((name) => [name, sample(schema.properties?.[name])]));
}

const texts: Readonly<Record<string, string>> = {
  uuid: '0192f0c1-0000-7000-8000-000000000000',
  email: 'someone@example.com',
  date: '2026-11-26',
  'date-time': '2026-11-26T22:00:00.000Z',
};

/** Some value of a schema. */
function sample(json: unknown): unknown {
  const schema = read(json);
  const [given] = [schema.const, ...(schema.enum ?? []), ...(schema.examples ?? [])].filter(
    (value) => value !== undefined,
  );
  if (given !== undefined) return given;
  const [option] = optionsOf(schema);
  return option === undefined ? sampleOfType(schema) : sample(option);
}

function sampleOfType(schema: Schema): unknown {
  switch (schema.type) {
    case 'object':
      return required(schema);
    case 'array':
      return [sample(schema.items)];
    case 'string':
      return texts[schema.format ?? ''] ?? 'x';
    case 'boolean':
      return true;
    default:
      return schema.minimum ?? 1;
  }
}
