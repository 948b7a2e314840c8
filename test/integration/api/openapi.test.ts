import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, it, test } from 'vitest';
import { z } from 'zod';
import type { Endpoint } from '../../../src/api/http/endpoint.js';
import { SchemaBook } from '../../../src/api/http/schema-book.js';
import { endpoints, streamEndpoints } from '../../../src/api/routes/index.js';
import { send, startApi, type TestApi } from '../../support/api.js';

const operationShape = z.object({
  operationId: z.string(),
  tags: z.array(z.string()),
  parameters: z.array(
    z.object({
      in: z.string(),
      name: z.string(),
      required: z.boolean(),
      description: z.string().optional(),
    }),
  ),
  responses: z.record(
    z.string(),
    z.object({ content: z.record(z.string(), z.unknown()), headers: z.unknown().optional() }),
  ),
});
const documentShape = z.looseObject({
  openapi: z.string(),
  security: z.unknown(),
  paths: z.record(z.string(), z.record(z.string(), operationShape.loose())),
  components: z.object({
    securitySchemes: z.unknown(),
    schemas: z.record(z.string(), z.unknown()),
  }),
});

let api: TestApi;
let document: z.output<typeof documentShape>;
beforeAll(async () => {
  api = await startApi();
  document = documentShape.parse((await send(`${api.url}/openapi.json`, 'GET')).body);
});
afterAll(async () => {
  await api.close();
});

function valuesOf(value: unknown, name: string): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries<unknown>({ ...value }).flatMap(([key, inner]) => [
    ...(key === name ? [inner] : []),
    ...valuesOf(inner, name),
  ]);
}

it('is OpenAPI 3.1 with a bearer key for everything', () => {
  expect(document.openapi).toBe('3.1.0');
  expect(document.components.securitySchemes).toMatchObject({
    apiKey: { type: 'http', scheme: 'bearer' },
  });
  expect(document.security).toEqual([{ apiKey: [] }]);
});

it('has no reference that leads nowhere, and no component that nobody refers to', () => {
  const references = new Set(valuesOf(document, '$ref'));
  const components = Object.keys(document.components.schemas);
  const expected = components.map((name) => `#/components/schemas/${name}`);
  expect([...references].sort()).toEqual(expected.sort());
});

it('gives each operation an id of its own: a verb, and what it is done to', () => {
  const all = [...endpoints, ...streamEndpoints];
  const ids = valuesOf(document.paths, 'operationId');
  expect([...ids].sort()).toEqual(all.map(({ operationId }) => operationId).sort());
  expect(new Set(ids).size).toBe(ids.length);
  const unlike = all.filter(({ method, operationId }) => !forms[method].test(operationId));
  expect(unlike.map(({ method, operationId }) => `${method} ${operationId}`)).toEqual([]);
});

it('names what has a default in no list of required fields of input, and tells the default in words', () => {
  const bodies = valuesOf(document.paths, 'requestBody');
  expect(valuesOf([bodies, inputs(bodies)], 'default')).toEqual([]);
  const input = document.components.schemas['EnrollmentInput'];
  expect(input).toMatchObject({ required: ['sequenceId', 'contact'] });
  expect(JSON.stringify(input)).toContain('Without it: `\\"refuse\\"`.');
});

it('has one schema of each name, whether it goes in or out', () => {
  const of = (place: 'body' | 'reply') => {
    const book = new SchemaBook();
    for (const { body, replies } of endpoints) {
      if (place === 'body') book.add(body, 'body');
      else for (const reply of Object.values(replies)) book.add(reply, 'reply');
    }
    return book.components;
  };
  const [goesIn, comesOut] = [of('body'), of('reply')];
  const both = Object.keys(goesIn).filter((name) => name in comesOut);
  expect(both.filter((name) => !isDeepStrictEqual(goesIn[name], comesOut[name]))).toEqual([]);
});

/** Everything that bodies refer to, however deep. */
function inputs(value: unknown, seen = new Set<string>()): unknown[] {
  return valuesOf(value, '$ref').flatMap((reference) => {
    const name = String(reference).split('/').at(-1) ?? '';
    if (seen.has(name)) return [];
    seen.add(name);
    const schema = document.components.schemas[name];
    return [schema, ...inputs(schema, seen)];
  });
}

const words = '[A-Z][a-z]+([A-Z][a-z]+)*$';
/** The verbs of each method. */
const forms: Readonly<Record<Endpoint['method'], RegExp>> = {
  GET: new RegExp(`^(get|list|compare|export)${words}`),
  PUT: new RegExp(`^(upsert|replace|add|reorder)${words}`),
  PATCH: new RegExp(`^update${words}`),
  DELETE: new RegExp(`^(delete|remove|revoke)${words}`),
  POST: new RegExp(`^(?!get|list|update|delete)[a-z]+${words}`),
};

const headersOf = ({ method, concurrency }: Endpoint) => [
  'Cadenza-User',
  ...(method === 'GET' ? [] : ['Idempotency-Key']),
  ...(concurrency === 'if_match' || concurrency === 'if_given' ? ['If-Match'] : []),
];

/** What is said of the header Cadenza-User. */
const actingUserText = ({ actingUser }: Endpoint): unknown =>
  actingUser === 'required'
    ? expect.stringMatching(/ Needed unless the key is bound to a user\.$/)
    : expect.not.stringContaining('Needed');

test.each(endpoints.map((endpoint) => [endpoint.method, endpoint.path, endpoint] as const))(
  'describes %s %s: parameters, body, replies and problems',
  (method, path, endpoint) => {
    const operation = operationShape.parse(document.paths[path]?.[method.toLowerCase()]);
    const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    const { parameters, responses } = operation;
    const inPath = parameters.filter((parameter) => parameter.in === 'path');
    expect(inPath.map(({ name }) => name)).toEqual(names);
    expect(inPath.every(({ required }) => required)).toBe(true);
    const headers = parameters.filter((parameter) => parameter.in === 'header');
    expect(headers.map(({ name }) => name)).toEqual(headersOf(endpoint));
    // Generators must not take the header for one that each call gives.
    expect(headers[0]).toMatchObject({ required: false, description: actingUserText(endpoint) });
    for (const status of Object.keys(endpoint.replies)) {
      expect(responses[status]?.content).toHaveProperty(['application/json', 'schema']);
      const tagged = endpoint.concurrency === undefined ? {} : { ETag: { required: true } };
      expect(responses[status]?.headers ?? {}).toMatchObject(tagged);
    }
    for (const status of ['401', '403', '422', '500', '503']) {
      expect(responses[status]?.content).toEqual({
        'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
      });
    }
    if (names.length > 0) expect(responses).toHaveProperty('404');
    expect(operation.tags).toEqual([endpoint.tag]);
  },
);

test.each(streamEndpoints.map(({ path, tag }) => [path, tag] as const))(
  'describes POST %s: a row, a line of the answer and problems',
  (path, tag) => {
    const { requestBody, ...rest } = z
      .looseObject({ requestBody: z.unknown() })
      .parse(document.paths[path]?.['post']);
    const operation = operationShape.parse(rest);
    const media = ['content', 'application/x-ndjson', 'schema'];
    expect(requestBody).toHaveProperty(media);
    expect(operation.responses['200']).toHaveProperty(media);
    for (const status of ['401', '403', '413', '415', '422', '500', '503']) {
      expect(operation.responses[status]?.content).toHaveProperty(['application/problem+json']);
    }
    expect(operation.parameters.map(({ name }) => name)).toEqual(['Cadenza-User']);
    expect(operation.tags).toEqual([tag]);
  },
);

it('BLK-14: says what bulk enrollments are good for', () => {
  const { description } = z
    .looseObject({ description: z.string() })
    .parse(document.paths['/v1/bulk-enrollments']?.['post']);
  expect(description).toMatch(/trade fair.*inactive accounts.*segment/);
});

it('shows the form of input where it differs from that of output', () => {
  expect(document.components.schemas['UserInput']).toMatchObject({
    required: ['email', 'name', 'timeZone'],
    additionalProperties: false,
  });
  const output = z.object({ required: z.array(z.string()) });
  expect(output.parse(document.components.schemas['User']).required).toContain('role');
});

it('is rendered at /docs from files of its own, without inline script', async () => {
  const page = await fetch(`${api.url}/docs`);
  const html = await page.text();
  expect(page.headers.get('content-type')).toContain('text/html');
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'self'");
  expect(policy).not.toMatch(/script-src[^;]*unsafe/);
  expect(html).not.toMatch(/<script>|onload=|https?:\/\//);
  const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
  expect(files).toHaveLength(4);
  for (const file of files) {
    const answer = await fetch(`${api.url}${file}`);
    expect([file, answer.status]).toEqual([file, 200]);
    await answer.arrayBuffer();
  }
  expect((await fetch(`${api.url}/docs/package.json`)).status).toBe(404);
});
