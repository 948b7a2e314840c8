import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readCommand } from '../../../src/bin/admin/commands.js';
import { settings } from '../../../src/config/settings.js';
import {
  allDocuments,
  blocksOf,
  codeOf,
  commandsInComments,
  commandsOf,
  readDocument,
  root,
  type ShownCommand,
} from '../../support/documents.js';
import { announce, type RunningStack } from '../../support/running.js';
import { runShell } from '../../support/shell.js';
import { startStack, type Stack } from '../../support/stack.js';

const documents = allDocuments();

/** Run by `documents.test.ts` as a whole, from top to bottom. */
const runAsAWhole = ['README.md', 'docs/api.md'];

/** Blocks that show no commands, by their first line. */
const pictures: Readonly<Record<string, string>> = {
  'Hannah Reed, Reedworks, New York: unenrolled (meeting_link)': 'what the demo prints',
  ' callers ──HTTP──▶ API ──────── what is true ───────▶ Postgres': 'a drawing',
};

/** Files besides documents that show commands in their comments. */
const commented = [
  'docker-compose.yml',
  'examples/sequence.yaml',
  'examples/payload-codec.mjs',
  'deploy/pin-images.sh',
];

const ci = '.ci/run has it as a step';
const inProduction = 'npm run production:check runs it';
const noDocker = 'needs Docker';
const measures = 'measures the machine for minutes';

/** What no test runs, and why. */
const notRun: Readonly<Record<string, string>> = {
  'npm run demo': ci,
  'npm test': ci,
  'npm ci': ci,
  'npm run build': ci,
  'npm run production:check': ci,
  'npm run check': 'its parts are steps of .ci/run',
  '.ci/run': 'it runs this test',
  'node dist/bin/migrate.js': inProduction,
  'node dist/bin/api.js': inProduction,
  'node dist/bin/worker.js': inProduction,
  'npm run mutation': 'takes hours',
  "npm run mutation -- --mutate 'src/domain/time/*.ts'": 'takes an hour',
  'CAPTURE_HISTORIES=yes npx vitest run --project capture': 'writes the committed histories',
  'npm run bench': measures,
  'npm run bench -- --only history': measures,
  'npm run bench -- --json figures.json': measures,
  'npm run bench -- --whole': measures,
  'npm run bench -- --strict': measures,
  'docker compose down': noDocker,
  'docker compose run --rm databases --no-psqlrc --username cadenza --dbname postgres --file /deploy/part-users.sql':
    'needs Docker; npm run production:check has psql run the file',
  'docker compose up --build': noDocker,
  'docker compose run --rm api node dist/bin/admin.js create-account --name Northlight --admin-email you@northlight.example --smtp mail:1025 --smtp-security none':
    'needs Docker; its words are read below',
  'PAYLOAD_KEYS=2027:…,2026:…    pairs of a name and a key of 32 bytes in base64, with commas between':
    'no command: the form of a variable',
  'PAYLOAD_ENCRYPT=no            reads what is encrypted, and encrypts nothing: to begin with it, and to give it up':
    'no command: what a variable does',
};

const isSql = (command: string) => /^(?:select|update) /.test(command);
const isRun = (command: string) => /^npm run (?:admin|simulate) -- /.test(command);
/** Makes the secrets of docker-compose.yml. */
const makesSecrets = ({ path, command }: ShownCommand) =>
  path === 'docker-compose.yml' && !command.startsWith('docker ');

const shown: readonly ShownCommand[] = [
  ...documents.flatMap((document) => {
    const { path } = document;
    const bash = runAsAWhole.includes(path) ? [] : blocksOf(document, 'bash');
    const plain = blocksOf(document, '').filter((block) => !(firstLine(block) in pictures));
    return [...bash, ...plain].flatMap((block) => commandsOf(path, block));
  }),
  ...commented.flatMap(commandsInComments),
];

function firstLine(block: string): string {
  return block.split('\n')[0] ?? '';
}

describe('every command that is shown', () => {
  let stack: Stack;
  let running: RunningStack;
  beforeAll(async () => {
    stack = await startStack({ worker: false });
    running = await announce(stack);
  });
  afterAll(async () => {
    await running.remove();
    await stack.close();
  });

  it('is run by a test, or stands in the list of those that are not, with the reason', () => {
    const unheld = shown.filter(
      (each) =>
        !isRun(each.command) &&
        !isSql(each.command) &&
        !makesSecrets(each) &&
        !(each.command in notRun),
    );
    expect(unheld).toEqual([]);
    const languages = documents.flatMap(({ path, text }) =>
      [...text.matchAll(/^```(\w+)\n/gm)].map(([, language]) => `${path} ${language}`),
    );
    const known = languages.filter((each) => / bash$/.test(each) || each === operationsYaml);
    expect(languages).toEqual(known);
  });

  it('is listed for nothing that is not shown any more, and as a step of CI only where it is one', () => {
    const commands = new Set(shown.map(({ command }) => command));
    expect(Object.keys(notRun).filter((command) => !commands.has(command))).toEqual([]);
    const blocks = documents.flatMap((document) => blocksOf(document, '')).map(firstLine);
    expect(Object.keys(pictures).filter((line) => !blocks.includes(line))).toEqual([]);
    const steps = readFileSync(join(root, '.ci/run'), 'utf8');
    const missing = Object.entries(notRun)
      .filter(([command, reason]) => reason === ci && !steps.includes(command))
      .map(([command]) => command);
    expect(missing).toEqual([]);
  });

  it.each([...new Set(shown.map(({ command }) => command).filter(isRun))])(
    '%s ends well',
    async (command) => {
      const { status, err } = await runShell(command, { cwd: root, env: running.env });
      expect([status, err]).toEqual([0, '']);
    },
  );

  const statements = [
    ...shown.map(({ command }) => command),
    ...documents.flatMap((document) => codeOf(document).split('\n')),
  ].filter(isSql);

  it.each([...new Set(statements)])('%s is understood by Postgres', async (statement) => {
    const whole = statement.replace("'…'", `'${randomUUID()}'`).replace('where …', 'where true');
    const plan = await stack.db.execute(sql.raw(`explain ${whole}`));
    expect(plan.rows.length).toBeGreaterThan(0);
  });

  it('the secrets of docker-compose.yml are made as its head says', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'cadenza-secrets-'));
    try {
      const script = shown.filter(makesSecrets).map(({ command }) => command);
      const { status, err } = await runShell(script.join('\n'), { cwd: directory });
      expect([status, err]).toEqual([0, '']);
      const lines = (await readFile(join(directory, '.env'), 'utf8')).trim().split('\n');
      const made = new Map(
        lines.map((line) => {
          const [name = '', value = ''] = line.split(/=(.*)/s);
          return [name, value];
        }),
      );
      const asked = readDocument('docker-compose.yml').text.matchAll(/\$\{(\w+):\?/g);
      expect([...made.keys()].sort()).toEqual(
        [...new Set([...asked].map(([, name]) => name))].sort(),
      );
      for (const name of ['CADENZA_ENCRYPTION_KEY', 'CADENZA_MESSAGE_ID_SECRET'] as const) {
        expect(settings.shape[name].safeParse(made.get(name)).error).toBeUndefined();
      }
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });

  it('the words after admin.js in docker-compose.yml are words of npm run admin', () => {
    const words = shown.flatMap(({ command }) =>
      command.split(' node dist/bin/admin.js ').slice(1),
    );
    expect(words).toHaveLength(1);
    expect(() => readCommand(words.join('').split(' '))).not.toThrow();
  });

  it('the override for the payload codec names a module, variables and a file that are there', () => {
    const [text = ''] = blocksOf(readDocument('docs/operations.md'), 'yaml');
    const { 'x-codec': codec, services } = override.parse(parse(text));
    expect(services).toEqual({ api: codec, worker: codec });
    const [file = '', inside] = (codec.volumes[0] ?? '').split(':');
    expect(existsSync(join(root, file))).toBe(true);
    expect(codec.environment['CADENZA_PAYLOAD_CODEC']).toBe(inside);
    for (const name of Object.keys(codec.environment)) {
      expect(name in settings.shape || readDocument(file).text.includes(name)).toBe(true);
    }
  });
});

const operationsYaml = 'docs/operations.md yaml';
const override = z.object({
  'x-codec': z.object({
    environment: z.record(z.string(), z.string()),
    volumes: z.array(z.string()),
  }),
  services: z.record(z.string(), z.unknown()),
});
