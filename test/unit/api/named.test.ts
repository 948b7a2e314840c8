import { expect, it } from 'vitest';
import { z } from 'zod';
import { describeApi } from '../../../src/api/http/openapi.js';
import { endpoints, streamEndpoints } from '../../../src/api/routes/index.js';

const operation = z.looseObject({
  operationId: z.string(),
  parameters: z.array(z.looseObject({ name: z.string(), schema: z.unknown() })),
  requestBody: z.unknown().optional(),
});
const { paths, components } = z
  .object({
    paths: z.record(z.string(), z.record(z.string(), operation)),
    components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
  })
  .parse(describeApi(endpoints, streamEndpoints));
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.values(methods).map((each) => ({ path, ...each })),
);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** The names of the fields of a schema that take nothing but an id; of lists, that of the list. */
function* idsIn(schema: unknown, name: string, seen: readonly string[] = []): Generator<string> {
  if (!isObject(schema) || schema['readOnly'] === true) return;
  if (typeof schema['$ref'] === 'string') {
    const component = schema['$ref'].split('/').at(-1) ?? '';
    if (seen.includes(component)) return;
    yield* idsIn(components.schemas[component], name, [...seen, component]);
  }
  if (schema['format'] === 'uuid') yield name;
  for (const [field, part] of Object.entries(schema['properties'] ?? {})) {
    yield* idsIn(part, field, seen);
  }
  yield* idsIn(schema['items'], name, seen);
  yield* idsIn(schema['additionalProperties'], `${name}.*`, seen);
  for (const option of optionsOf(schema)) yield* idsIn(option, name, seen);
}

function optionsOf(schema: Readonly<Record<string, unknown>>): readonly unknown[] {
  return ['anyOf', 'oneOf', 'allOf'].flatMap((word) => {
    const options: unknown = schema[word];
    const all: readonly unknown[] = Array.isArray(options) ? options : [];
    return all;
  });
}

/** What has nothing but an id: its callers have no names of their own for it. */
const onlyIds = [
  ...['sequenceId', 'listId', 'folderId', 'templateId', 'mailboxId', 'queueId'],
  ...['holidayCalendarIds', 'enrollmentId', 'enrollmentIds', 'itemId', 'absenceId'],
];

it('part 3, 16: a contact, a user and a company can be named wherever an operation takes one', () => {
  const found = operations.flatMap(({ parameters, requestBody }) => [
    ...parameters.flatMap(({ name, schema }) => [...idsIn(schema, name)]),
    ...(isObject(requestBody)
      ? Object.values(requestBody['content'] ?? {}).flatMap((media: unknown) =>
          isObject(media) ? [...idsIn(media['schema'], '')] : [],
        )
      : []),
  ]);
  // `id` is that of a path, one of the three names of a reference, or that of a team or a sequence.
  expect([...new Set(found)].sort()).toEqual([...onlyIds, 'id'].sort());
});

it('part 3, 16: so it is in paths', () => {
  const named = operations.filter(({ path }) =>
    /^\/v1\/(contacts|users|companies)\/\{id\}/.test(path),
  );
  expect(named.length).toBeGreaterThan(12);
  for (const { operationId, parameters } of named) {
    const id = parameters.find(({ name }) => name === 'id');
    expect([operationId, [...idsIn(id?.schema, 'id')]]).toEqual([operationId, []]);
  }
});
