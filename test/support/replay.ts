import { readFile, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Runtime,
  Worker,
  type LogEntry,
  type WorkflowBundleOption,
} from '@temporalio/worker';

/** Where the committed histories are. */
export const historiesUrl = new URL('../replay/histories/', import.meta.url);

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
  const files = await readdir(historiesUrl);
  return files.filter((name) => name.endsWith('.json')).sort();
}

/** Bundles workflow code once for many replays. */
export function bundleOf(workflowsPath: string): Promise<WorkflowBundleOption> {
  listen();
  return bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
}

/** Replays one committed history; rejects when the code does not do what it did then, or when the SDK complains. */
export async function replay(workflowBundle: WorkflowBundleOption, name: string): Promise<void> {
  const before = complaints.length;
  const history: unknown = JSON.parse(await readFile(new URL(name, historiesUrl), 'utf8'));
  await Worker.runReplayHistory({ workflowBundle }, history, `enrollment/${name}`);
  const said = complaints.slice(before);
  if (said.length > 0) throw new Error(said.join('\n'));
}

/** The folder of the code that production runs. */
export const workflowsPath = fileURLToPath(new URL('../../src/workflows', import.meta.url));

/** The folder of a copy that is broken on purpose. */
export const brokenWorkflowsPath = fileURLToPath(
  new URL('./fixtures/broken-enrollment', import.meta.url),
);
