import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Runtime,
  Worker,
  type LogEntry,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import { buildWorkflowBundle } from '../../src/temporal/bundle.js';

/** Where the committed histories are, in a directory for each release or each state of the workflow code within one. */
const historiesUrl = new URL('../replay/histories/', import.meta.url);

/** Where the histories of the present code go. */
const presentHistoriesUrl = new URL('0.1.0-2/', historiesUrl);

const complaints: string[] = [];
let listening = false;

/** Collects what the SDK warns of while it replays: a replay whose last task fails only logs. */
function listen(): void {
  if (listening) return;
  listening = true;
  const note = ({ level, message, meta }: LogEntry): void => {
    if (level === 'WARN' || level === 'ERROR') {
      complaints.push(`${level} ${message} ${JSON.stringify(meta ?? {})}`);
    }
  };
  Runtime.install({
    logger: new DefaultLogger('WARN', note),
    telemetryOptions: { logging: { filter: 'WARN', forward: {} } },
  });
}

/** Names of the committed histories, each the shape of one run. */
export async function historyNames(): Promise<readonly string[]> {
  const files = await readdir(historiesUrl, { recursive: true });
  return files.filter((name) => name.endsWith('.json')).sort();
}

/** Bundles the code that production runs, as its workers load it: with the modules that runs share. */
export function presentBundle(): Promise<WorkflowBundleOption> {
  listen();
  return buildWorkflowBundle();
}

/** Writes a history for later releases to replay, without what tells of the machine that it was made on. */
export async function writeHistory(name: string, run: WorkflowHandle): Promise<void> {
  await mkdir(presentHistoriesUrl, { recursive: true });
  const json: unknown = JSON.parse(historyToJSON(await run.fetchHistory()));
  const text = JSON.stringify(json, (key, value: unknown) =>
    key === 'identity' ? 'worker' : value,
  );
  await writeFile(new URL(`${name}.json`, presentHistoriesUrl), `${text}\n`);
}

/** Bundles workflow code once for many replays. */
export function bundleOf(workflowsPath: string): Promise<WorkflowBundleOption> {
  listen();
  return bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
}

/** Replays one committed history; rejects when the code does not do what it did then, or when the SDK complains. */
export async function replay(
  workflowBundle: WorkflowBundleOption,
  name: string,
  dataConverter: DataConverter = {},
): Promise<void> {
  const before = complaints.length;
  const history: unknown = JSON.parse(await readFile(new URL(name, historiesUrl), 'utf8'));
  await Worker.runReplayHistory({ workflowBundle, dataConverter }, history, `enrollment/${name}`);
  const said = complaints.slice(before);
  if (said.length > 0) throw new Error(said.join('\n'));
}

/** The folder of a copy that is broken on purpose. */
export const brokenWorkflowsPath = fileURLToPath(
  new URL('./fixtures/broken-enrollment', import.meta.url),
);
