import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A small project in which each line breaks one rule: what imports, what it imports, and which rule says no. */
const offences: readonly (readonly [from: string, to: string, rule: string])[] = [
  ['src/domain/enrollment/offence.ts', 'node:crypto', 'domain-is-pure'],
  ['src/domain/sequence/offence.ts', 'luxon', 'domain-is-pure'],
  ['src/domain/time/offence.ts', 'node:fs', 'domain-time-knows-only'],
  ['src/domain/message/offence.ts', 'node:fs', 'domain-message-knows-only'],
  [
    'src/contract/offence.ts',
    '../domain/enrollment/thing.js',
    'contract-knows-only-types-of-domain',
  ],
  ['src/contract/offence-2.ts', '@temporalio/client', 'contract-knows-only'],
  ['src/workflows/offence.ts', '../db/thing.js', 'workflows-knows-only'],
  ['src/workflows/offence-2.ts', 'node:fs', 'workflows-knows-only'],
  ['src/workflows/offence-3.ts', '../domain/time/thing.js', 'workflows-plan-nothing'],
  ['src/activities/offence.ts', '../api/thing.js', 'activities-knows-only'],
  ['src/usecases/offence.ts', '../api/thing.js', 'usecases-knows-only'],
  ['src/usecases/offence-2.ts', 'zod', 'usecases-knows-only'],
  ['src/api/offence.ts', '../workflows/thing.js', 'api-knows-only'],
  ['src/db/offence.ts', '../temporal/thing.js', 'db-knows-only'],
  ['src/mail/offence.ts', '../db/thing.js', 'mail-knows-only'],
  ['src/net/offence.ts', 'zod', 'net-knows-only'],
  ['src/temporal/offence.ts', '../db/thing.js', 'temporal-knows-only'],
  ['src/config/offence.ts', 'pg', 'config-knows-only'],
  ['src/local/offence.ts', '../db/thing.js', 'local-knows-only'],
  ['src/api/offence-2.ts', '../local/thing.js', 'local-is-for-laptops'],
  ['src/api/offence-3.ts', '../assembly/thing.js', 'assembly-is-for-bin'],
  ['src/assembly/offence.ts', '../bin/thing.js', 'nothing-imports-bin'],
  ['src/db/offence-2.ts', '../../test/thing.js', 'src-knows-no-tests'],
  ['src/db/offence-3.ts', './nowhere.js', 'everything-resolves'],
  ['src/bin/offence.ts', './offence.js', 'no-cycles'],
];

let project: string;
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'cadenza-boundaries-'));
  await symlink(join(root, 'node_modules'), join(project, 'node_modules'));
  await write('tsconfig.json', JSON.stringify({ extends: join(root, 'tsconfig.json') }));
  await write('package.json', JSON.stringify({ type: 'module' }));
  for (const [from, to] of offences) {
    await write(from, `import * as x from '${to}';\nexport const y = x;\n`);
  }
  const rooms = ['db', 'api', 'workflows', 'temporal', 'local', 'assembly', 'bin'];
  for (const room of [...rooms, 'domain/enrollment', 'domain/time']) {
    await write(`src/${room}/thing.ts`, 'export const thing = 1;\nexport type Thing = 1;\n');
  }
  await write('test/thing.ts', 'export const thing = 1;\n');
});
afterAll(() => rm(project, { recursive: true, force: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(project, path)), { recursive: true });
  await writeFile(join(project, path), text);
}

/** What the given rules say of the small project, a line each: `rule: from → to`. */
function cruise(config: string): Promise<string> {
  const program = join(root, 'node_modules', '.bin', 'depcruise');
  return new Promise((resolve) => {
    const args = ['--config', join(root, config), '--no-progress', 'src', 'test'];
    execFile(program, args, { cwd: project }, (_, stdout, stderr) => {
      resolve(stdout + stderr);
    });
  });
}

test('each rule of the house bites', async () => {
  const report = await cruise('.dependency-cruiser.cjs');
  for (const [from, , rule] of offences) expect(report).toContain(`error ${rule}: ${from}`);
});

test('workflow code is kept from the calendar by whatever way, but may know its types', async () => {
  await write('src/domain/enrollment/by-value.ts', "export * from '../time/thing.js';\n");
  await write('src/workflows/detour.ts', "export * from '../domain/enrollment/by-value.js';\n");
  await write(
    'src/workflows/typed.ts',
    "import type { Thing } from '../domain/time/thing.js';\nexport const thing: Thing = 1;\n",
  );
  const report = await cruise('.dependency-cruiser-runtime.cjs');
  expect(report).toContain('error workflows-reach-no-calendar: src/workflows/detour.ts');
  expect(report).not.toContain('src/workflows/typed.ts');
});
