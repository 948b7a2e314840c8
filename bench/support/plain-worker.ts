import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { bundleOf } from './bundle.js';
import { startChild } from './child.js';
import type { Ground } from './ground.js';

/** A worker of plain workflows, in a process of its own. */
export interface PlainWorker {
  readonly taskQueue: string;
  stop(): Promise<void>;
}

export async function startPlainWorker(
  { temporal }: Ground,
  maxCachedWorkflows: number,
): Promise<PlainWorker> {
  const directory = await mkdtemp(join(tmpdir(), 'cadenza-bench-'));
  const codePath = join(directory, 'plain.js');
  await writeFile(codePath, (await bundleOf('plain')).code);
  const taskQueue = `plain-${randomUUID()}`;
  const child = startChild('worker-process');
  await child.ask(
    { kind: 'start', temporal, taskQueue, codePath, maxCachedWorkflows },
    z.object({}),
  );
  return {
    taskQueue,
    stop: async () => {
      await child.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
