import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bulkRowExamples } from '../../../src/api/examples/contacts.js';
import { exampleIds } from '../../../src/api/examples/ids.js';
import { bodyExamples } from '../../../src/api/examples/index.js';
import { describeApi } from '../../../src/api/http/openapi.js';
import { nothing } from '../../../src/api/http/endpoint.js';
import { endpoints, streamEndpoints } from '../../../src/api/routes/index.js';
import { startApi, type TestApi } from '../../support/api.js';
import { pathIn } from '../../support/world-paths.js';
import { createWorld, type World } from '../../support/world.js';

const document = describeApi(endpoints, streamEndpoints);
const withBody = endpoints.filter(({ method, body }) => method !== 'GET' && body !== nothing);
const nameOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;

const operation = z.object({
  parameters: z.array(
    z.looseObject({
      name: z.string(),
      in: z.string(),
      example: z.string().optional(),
      schema: z.looseObject({
        examples: z.array(z.string()).optional(),
        enum: z.array(z.string()).optional(),
      }),
    }),
  ),
  requestBody: z
    .object({ content: z.record(z.string(), z.object({ example: z.unknown() })) })
    .optional(),
});
const paths = z
  .object({ paths: z.record(z.string(), z.record(z.string(), operation)) })
  .parse(document).paths;
const described = ({ method, path }: { method: string; path: string }) =>
  operation.parse(paths[path]?.[method.toLowerCase()]);

/** Every object within, itself included. */
function objectsIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (typeof value !== 'object' || value === null) return [];
  return [{ ...value }, ...Object.values(value).flatMap(objectsIn)];
}

describe('the description of the API', () => {
  it.each(withBody.map((endpoint) => [nameOf(endpoint), endpoint] as const))(
    '%s shows a body that its schema takes',
    (name, endpoint) => {
      const { content } = described(endpoint).requestBody ?? { content: {} };
      const example = content['application/json']?.example;
      expect(example).toBeDefined();
      expect(example).toBe(bodyExamples[name]);
      expect(endpoint.body.safeParse(example).error?.issues).toBeUndefined();
    },
  );

  it('shows rows that a bulk upsert takes, and no example of an operation that is not there', () => {
    for (const stream of streamEndpoints) {
      const { content } = described(stream).requestBody ?? { content: {} };
      const lines = z.string().parse(content['application/x-ndjson']?.example).split('\n');
      expect(lines).toHaveLength(bulkRowExamples.length);
      for (const line of lines) {
        expect(stream.row.safeParse(JSON.parse(line)).error?.issues).toBeUndefined();
      }
    }
    expect(Object.keys(bodyExamples).sort()).toEqual(withBody.map(nameOf).sort());
  });

  it('shows an example of each parameter, which the parameter takes', () => {
    for (const endpoint of endpoints) {
      for (const { name, in: place, example, schema } of described(endpoint).parameters) {
        const what = `${nameOf(endpoint)} ${place} ${name}`;
        const shown = example ?? schema.examples?.[0] ?? schema.enum?.[0];
        expect([what, typeof shown]).toEqual([what, 'string']);
        if (place === 'header') continue;
        const shape = place === 'path' ? endpoint.params : endpoint.query;
        const field = new Map(Object.entries<z.core.$ZodType>(shape.shape)).get(name);
        const problems = field && z.safeParse(field, shown).error?.issues;
        expect([what, problems]).toEqual([what, undefined]);
      }
    }
  });

  it('has no bound that is none, and only instants and dates of these years', () => {
    const text = JSON.stringify(document);
    expect(text).not.toContain(String(Number.MAX_SAFE_INTEGER));
    const timed = objectsIn(document).filter(
      ({ format }) => format === 'date-time' || format === 'date',
    );
    expect(timed.length).toBeGreaterThan(20);
    for (const { examples, pattern } of timed) {
      expect(pattern).toBeUndefined();
      expect(JSON.stringify(examples)).toMatch(/^\["202[67]-/);
    }
    const dates = JSON.stringify([document, bodyExamples]).match(/\b\d{4}-\d\d-\d\d\b/g) ?? [];
    expect(dates.filter((date) => !/^202[67]-/.test(date))).toEqual([]);
  });
});

describe('the running API', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.close());

  /** What an example is refused for although nothing is wrong with it: the world of the test is in another state. */
  const stateful: Readonly<Record<string, string>> = {
    'POST /v1/tasks/{id}/send': 'NOT_A_MANUAL_EMAIL',
    // The world's calendar has dates of its own, and its one admin stays.
    'POST /v1/holiday-calendars/{id}/refresh': 'NO_PUBLIC_HOLIDAYS',
    'POST /v1/users/{id}/deactivate': 'CONFLICT',
  };

  it.each(withBody.map((endpoint) => [nameOf(endpoint), endpoint] as const))(
    'takes the example of %s',
    async (name, endpoint) => {
      const world = await worldFor(api, name);
      const example = z.object({}).loose().parse(ofWorld(world, bodyExamples[name]));
      const path = pathIn(world, endpoint.path);
      if (name === 'POST /v1/enrollments') {
        const left = `/v1/enrollments/${world.enrollmentId}/unenroll`;
        expect((await world.request('POST', left, {}, { 'cadenza-user': 'ada' })).status).toBe(200);
      }
      const answer = await world.request(endpoint.method, path, example, {
        'cadenza-user': 'ada',
        ...(endpoint.concurrency === 'if_match' && { 'if-match': '*' }),
      });
      const told = [name, answer.status < 300, answer.code, answer.errors];
      expect(told).toEqual([name, !(name in stateful), stateful[name], []]);
    },
  );
});

/** The example with ids of rows that are there. */
function ofWorld(world: World, example: unknown): unknown {
  const ids: Readonly<Record<string, string>> = {
    users: world.userId,
    teams: world.teamId,
    contacts: world.contactId,
    sequences: world.sequenceId,
    lists: world.listId,
  };
  const text = Object.entries<string>(exampleIds).reduce(
    (done, [kind, id]) => done.replaceAll(id, ids[kind] ?? id),
    JSON.stringify(example),
  );
  return JSON.parse(text);
}

const worlds = new Map<string, Promise<World>>();

/** One account for all, except for what leaves a row in a state that others cannot do with. */
async function worldFor(api: TestApi, name: string): Promise<World> {
  const own = [
    'POST /v1/users/{id}/deactivate',
    'POST /v1/enrollments',
    'POST /v1/enrollments/unenroll',
  ];
  const key = own.includes(name) ? name : '';
  const made = worlds.get(key) ?? createWorld(api);
  worlds.set(key, made);
  return made;
}
