import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { simulationReply } from '../../../src/api/shapes/simulation.js';
import { simulateProgram } from '../../../src/bin/simulate/program.js';

interface Ended {
  readonly status: number | string;
  readonly out: string;
  readonly err: string;
}

const zone = 'Asia/Tokyo';

/** Runs the program as `npm run simulate` does, with nothing in its environment that a server could be found by. */
function runAlone(...args: readonly string[]): Promise<Ended> {
  const command = ['--import', 'tsx', 'src/bin/simulate.ts', ...args];
  const env = { PATH: process.env['PATH'], TZ: zone, NO_COLOR: '1' };
  return new Promise((resolve) => {
    execFile(process.execPath, command, { env }, (error, out, err) => {
      resolve({ status: error === null ? 0 : (error.code ?? 'killed'), out, err });
    });
  });
}

/** Runs the program in this process, which takes a hundredth of the time. */
async function run(...args: readonly string[]): Promise<Ended> {
  const said = { log: '', error: '' };
  const spies = (['log', 'error'] as const).map((stream) =>
    vi.spyOn(console, stream).mockImplementation((text: string) => {
      said[stream] += `${text}\n`;
    }),
  );
  vi.stubEnv('TZ', zone);
  try {
    return { status: await simulateProgram(args), out: said.log, err: said.error };
  } finally {
    vi.unstubAllEnvs();
    for (const spy of spies) spy.mockRestore();
  }
}

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'simulate-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function file(name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

const example = ['examples/sequence.yaml', '--contact', 'examples/contact.yaml'] as const;
const from = ['--from', '2026-11-26T17:00-05:00'] as const;

describe('npm run simulate', () => {
  it('SET-05: prints each step with its time in the contact’s zone, why then, and the outcome', async () => {
    const { status, out, err } = await runAlone(...example, ...from);
    expect([status, err]).toEqual([0, '']);
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toBe('Outbound, in America/New_York');
    expect(lines[4]).toMatch(
      /^ {2}2\/5 nudge: email +Mon 30 Nov 17:00 {2}on time +2 business days after Thu 26 Nov 17:00; Sat 28 Nov is a weekend → Mon 30 Nov$/,
    );
    expect(out).toContain('outcome  finished (all_steps)');
    expect(out).toContain('dates behind call rest on when its task is completed');
  });

  it('plays a script, holidays and a zone of its own, and answers as JSON', async () => {
    const args = ['--script', 'examples/script.yaml', '--holiday', '2026-11-30', '--zone', 'UTC'];
    const { status, out } = await run(...example, ...from, ...args, '--json');
    expect(status).toBe(0);
    const life = simulationReply.parse(JSON.parse(out));
    expect(life).toMatchObject({ timeZone: 'UTC', state: 'finished', refusedEvents: [] });
    expect(life.timeline.map(({ type }) => type)).toContain('paused');
    expect(life.steps[1]?.plannedAt).toBe('2026-12-02T08:00:00.000Z');
    expect(life.steps.flatMap(({ assumesCompletionOf }) => assumesCompletionOf)).toEqual([]);
  });

  it('SET-08: plans by the opens that the contact’s file names, where the sequence says so', async () => {
    const step = (id: string) =>
      `  - { id: ${id}, kind: automated_email, email: { subject: Hello, html: <p>Hello</p> } }`;
    const settings = 'settings: { sendTime: from_opens }';
    const text = ['name: Habits', settings, 'steps:', step('one'), step('two')].join('\n');
    const contact = await file(
      'opens.yaml',
      'timeZone: America/New_York\nopens: [2026-11-02T13:05-05:00, 2026-11-03T13:10-05:00, 2026-11-04T13:20-05:00]',
    );
    const args = ['--contact', contact, '--from', '2026-11-26T09:30-05:00'];
    const { status, out } = await run(await file('habits.yaml', text), ...args);
    expect(status).toBe(0);
    expect(out).toContain('when the contact usually opens mail → Thu 26 Nov 13:00');
    const odd = await file('odd.yaml', 'opens: [yesterday]');
    const refused = await run('examples/sequence.yaml', '--contact', odd);
    expect(refused.err).toContain(`${odd}:1: /opens/0: `);
  });

  it('TSK-11: ends waiting for a task that nobody completes', async () => {
    const { status, out } = await run(...example, ...from, '--tasks-after', 'never');
    expect(status).toBe(0);
    expect(out).toContain('outcome  waiting_task\n  Waits until the task of step 3 (call)');
  });

  it('ERR-09: ends with 1 when the contact has no value for a token, and names it', async () => {
    const steps = '[{ "kind": "call", "title": "Call {{contact.lastName}}" }]';
    const path = await file('json.json', `{ "name": "One", "steps": ${steps} }`);
    const { status, out } = await runAlone(path, '--contact', 'examples/contact.yaml', ...from);
    expect(status).toBe(1);
    expect(out).toContain('no value for contact.lastName in title of step step-1');
  });

  it('LIM-01: ends with 1 for a file with mistakes, each with its file, line and field', async () => {
    const text = [
      'name: Bad',
      'settings: { holidayCalendarIds: [0192f0c1-0000-7000-8000-000000000000] }',
      'steps:',
      '  - kind: call',
      '    title: Call',
      '  - kind: automated_email',
      '    delayDays: 91',
      '    email:',
      '      subject: Hello',
      '      html: <p>{{snippet.signature}}</p>',
      '  - { kind: call, title: Call, templateId: 0192f0c1-0000-7000-8000-000000000000 }',
    ];
    const path = await file('bad.yaml', text.join('\n'));
    const { status, err } = await run(path);
    expect(status).toBe(1);
    const places = err
      .trimEnd()
      .split('\n')
      .map((line) => line.split(': ').slice(0, 2).join(' '));
    expect(places).toEqual([
      `${path}:10 /steps/1/email/html`,
      `${path}:11 /steps/2/templateId`,
      `${path}:2 /settings/holidayCalendarIds`,
      `${path}:7 /steps/1/delayDays`,
    ]);
  });

  it('ends with 1 for what is no YAML, no sequence, not there, or a script out of place', async () => {
    const broken = await file('broken.yaml', 'name: A\nsteps: [\n');
    const other = await file('other.yaml', 'name: A\nsteps:\n  - kind: sneeze\n');
    const early = await file('early.yaml', '- type: reply\n  at: 2026-11-01T00:00Z\n');
    for (const [args, place] of [
      [[broken], `${broken}:`],
      [[other], `${other}:3: /steps/0/kind: `],
      [['nowhere.yaml'], 'nowhere.yaml: '],
      [[...example, ...from, '--script', early], `${early}:2: /0/at: `],
    ] as const) {
      const { status, out, err } = await run(...args);
      expect([args, status, out]).toEqual([args, 1, '']);
      expect(err).toContain(place);
    }
  });

  it('ends with 2 for a command line that cannot be understood', async () => {
    for (const args of [
      [],
      ['a.yaml', 'b.yaml'],
      [...example, '--sideways'],
      [...example, '--from', 'tomorrow'],
      [...example, '--zone', 'EST'],
      [...example, '--tasks-after', '-1'],
    ]) {
      const { status, out, err } = await run(...args);
      expect([args, status, out]).toEqual([args, 2, '']);
      expect(err).toContain('npm run simulate -- SEQUENCE.yaml');
    }
    expect(await runAlone('--sideways')).toMatchObject({ status: 2, out: '' });
    expect((await run('--help')).status).toBe(0);
  });
});
