import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { pino } from 'pino';
import { z } from 'zod';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { introduction } from '../../../src/api/http/openapi-introduction.js';
import { endpoints, streamEndpoints } from '../../../src/api/routes/index.js';
import { printTrial } from '../../../src/bin/up/print-trial.js';
import { playAnswers } from '../../../src/assembly/play-answers.js';
import { makeTrial } from '../../../src/bin/up/trial.js';
import {
  allDocuments,
  anchorsOf,
  blocksOf,
  codeOf,
  localLinksOf,
  readDocument,
  root,
} from '../../support/documents.js';
import { announce, type RunningStack } from '../../support/running.js';
import { runCalls } from '../../support/shell.js';
import { startStack, type Stack } from '../../support/stack.js';

const documents = allDocuments();
const readme = readDocument('README.md');
const apiPage = readDocument('docs/api.md');

describe('what documents say', () => {
  it('the README has at most 900 words, its code counted', () => {
    expect(readme.text.split(/\s+/).filter(Boolean).length).toBeLessThanOrEqual(900);
  });

  it('every link leads to a file that is there, and to a heading in it', () => {
    const astray = documents.flatMap((document) =>
      localLinksOf(document)
        .filter((target) => !leadsSomewhere(document.path, target))
        .map((target) => `${document.path}: ${target}`),
    );
    expect(astray).toEqual([]);
  });

  it('every page below docs is linked from another document', () => {
    const linked = new Set(
      documents.flatMap((document) =>
        localLinksOf(document).map((target) => placeOf(document.path, target).path),
      ),
    );
    const pages = documents.map(({ path }) => path).filter((path) => path.startsWith('docs/'));
    expect(pages.filter((path) => !linked.has(path))).toEqual([]);
  });

  it('every command names a script, a program or a file that is there', () => {
    const unknown = documents.flatMap((document) =>
      commandsIn(codeOf(document))
        .filter((command) => !isThere(command))
        .map((command) => `${document.path}: ${command}`),
    );
    expect(unknown).toEqual([]);
  });

  it('every endpoint that is named to users is there', () => {
    const known = new Set([...endpoints, ...streamEndpoints].map(nameOfEndpoint));
    const unknown = documents
      .filter(({ path }) => !path.startsWith('docs/design/'))
      .flatMap((document) =>
        [...codeOf(document).matchAll(/\b(GET|POST|PUT|PATCH|DELETE) (\/v1[\w/{}-]*)/g)]
          .map(([, method = '', path = '']) => nameOfEndpoint({ method, path }))
          .filter((name) => !known.has(name))
          .map((name) => `${document.path}: ${name}`),
      );
    expect(unknown).toEqual([]);
  });

  it('every path that the architecture and its chapters name is there', () => {
    const missing = documents
      .filter(({ path }) => path === 'ARCHITECTURE.md' || path.startsWith('docs/design/'))
      .flatMap((document) =>
        [...codeOf(document).matchAll(/^[a-z][\w.-]*(?:\/[\w.-]+)+\/?$/gm)]
          .filter(([path]) => !existsSync(join(root, path)) && !existsSync(join(root, 'src', path)))
          .map(([path]) => `${document.path}: ${path}`),
      );
    expect(missing).toEqual([]);
  });
});

/** `GET /v1/tasks/{}`: whatever its parameters are called. */
function nameOfEndpoint({ method, path }: { readonly method: string; readonly path: string }) {
  return `${method} ${path.replace(/\{\w+\}/g, '{}').replace(/\/$/, '')}`;
}

function placeOf(from: string, target: string): { readonly path: string; readonly anchor: string } {
  const [path = '', anchor = ''] = target.split('#');
  return { path: path === '' ? from : normalize(join(dirname(from), path)), anchor };
}

function leadsSomewhere(from: string, target: string): boolean {
  const { path, anchor } = placeOf(from, target);
  if (!existsSync(join(root, path))) return false;
  return anchor === '' || anchorsOf(readDocument(path)).includes(anchor);
}

const commands = /(?:npm run|npm|npx vitest run --project|npx|node) [\w.'][\w.:/*'-]*|\.ci\/\w+/g;

function commandsIn(code: string): readonly string[] {
  return [...code.matchAll(commands)].map(([command]) => command);
}

const scriptNames = new Set(
  Object.keys(
    z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).scripts,
  ),
);
const projects = readFileSync(join(root, 'vitest.config.ts'), 'utf8');

function isThere(command: string): boolean {
  const [program = '', ...rest] = command.split(' ');
  const name = (rest.at(-1) ?? '').replace(/['*]/g, '');
  if (command.startsWith('npm run ')) return scriptNames.has(name);
  if (command.startsWith('npx vitest ')) return projects.includes(`'${name}'`) || name === 'unit';
  switch (program) {
    case 'npm':
      return name === 'ci' || scriptNames.has(name);
    case 'npx':
      return existsSync(join(root, 'node_modules/.bin', name));
    case 'node':
      // What is built stands in dist, and what it is built from is there before.
      return existsSync(join(root, name.replace(/^dist\/(.+)\.js$/, 'src/$1.ts')));
    default:
      return existsSync(join(root, program));
  }
}

describe('what documents show', () => {
  let stack: Stack;
  let running: RunningStack;
  let answers: Awaited<ReturnType<typeof playAnswers>>;
  beforeAll(async () => {
    stack = await startStack();
    const logger = pino({ level: 'fatal' });
    answers = await playAnswers({ ...stack.workerSettings, logger, mail: stack.catcher });
    running = await announce(stack);
  });
  afterAll(async () => {
    await running.remove();
    await answers.stop();
    await stack.close();
  });

  /** These blocks, beside what they take for `npm start`. */
  async function run(blocks: readonly string[]) {
    const script = blocks.join('\n');
    expect(script).toContain('API=http://localhost:3000/v1\n');
    const ended = await runCalls(
      script.replace('http://localhost:3000', stack.apiUrl),
      running.env,
    );
    const paths = ended.calls.map((call) => call.replace(`${stack.apiUrl}/v1`, ''));
    return { ...ended, calls: paths };
  }

  it('the README’s first enrollment works as printed, in five calls, and ends by itself', async () => {
    const { status, calls, out, err } = await run(blocksOf(readme, 'bash'));
    expect(calls, err).toEqual([
      '201 /sequences',
      '201 /contacts',
      '200 /enrollments/preview',
      '201 /enrollments',
      expect.stringMatching(/^200 \/enrollments\/[\w-]+$/),
    ]);
    expect(status, err).toBe(0);
    expect(out).toMatch(/"state":"unenrolled","reason":"replied"/);
    const mails = stack.catcher
      .messages()
      .filter(({ to }) => to.some(({ address }) => address === 'grace+reply@example.com'));
    expect(mails.map(({ subject }) => subject)).toEqual(['Light for your team']);
  });

  it('what /docs shows first works as printed', async () => {
    const [helpers = ''] = blocksOf(readme, 'bash')[0]?.split('\n\n') ?? [];
    const shown = blocksOf({ path: '/docs', text: introduction }, 'bash');
    expect(shown).toHaveLength(1);
    expect(shown.join()).toContain('"http://localhost:3000/v1$1"');
    const script = shown.join('\n').replace('http://localhost:3000', stack.apiUrl);
    const { status, calls, out, err } = await run([helpers, script]);
    expect(status, err).toBe(0);
    expect(calls).toEqual([
      '201 /sequences',
      '201 /contacts',
      '200 /enrollments/preview',
      '201 /enrollments',
      '200 /enrollments',
    ]);
    expect(out).toMatch(/"results":\[\{[^\n]*"state":"active"/);
  });

  it('what npm start prints with the key works as printed', async () => {
    const trial = await makeTrial(stack.db, stack.apiUrl, stack.catcher);
    const print = vi.spyOn(console, 'log').mockReturnValue(undefined);
    printTrial(trial, stack.apiUrl);
    const printed = print.mock.calls.flat().join('\n');
    print.mockRestore();
    const shown = printed.split('\n\n').filter((part) => part.startsWith('  curl '));
    const { status, calls, err } = await runCalls(shown.join('\n'));
    expect(status, err).toBe(0);
    expect(calls.map((call) => call.replace(stack.apiUrl, ''))).toEqual([
      '201 /v1/contacts',
      '201 /v1/enrollments',
      '200 /v1/enrollments',
    ]);
  });

  it('the examples of docs/api.md work as printed, from top to bottom', async () => {
    const [wayToCall = ''] = blocksOf(readme, 'bash');
    const helpers = wayToCall.split('\n\n')[0] ?? '';
    const { status, calls, out, err } = await run([helpers, ...blocksOf(apiPage, 'bash')]);
    // While a worker has not made a task yet, the example asks again; that is no refusal.
    expect(calls.filter((call) => !/^2\d\d /.test(call))).toEqual([]);
    expect(status, err).toBe(0);
    const examples =
      blocksOf(apiPage, 'bash')
        .join('\n')
        .match(/\bcadenza ["/]/g) ?? [];
    expect(calls.length).toBeGreaterThanOrEqual(examples.length);
    expect(examples.length).toBeGreaterThan(40);
    // What they show is there to be seen: contacts in the search and in both lists, an absence, then a reply.
    expect(out).toMatch(/\{"results":\[\{"id":"[^{]*"email":"edsger@/);
    expect(out).toMatch(/"name":"Renewals that never replied"[^\n]{0,600}"count":[1-9]/);
    expect(out).toMatch(/"added":1,/);
    for (const reason of ['out_of_office', 'replied']) {
      expect(out).toMatch(new RegExp(`"effects":\\[\\{[^}]*"reason":"${reason}"`));
    }
    expect(out).toMatch(/"steps":\[\{/);
  });
});
