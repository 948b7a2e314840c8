import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, bundleWorkflowCode } from '@temporalio/worker';
import { inject } from 'vitest';
import { buildWorkflowBundle } from '../../src/temporal/bundle.js';

export interface BundleFile {
  readonly codePath: string;
}

/** The workflows as production bundles them. */
export const workflowBundle = (): Promise<BundleFile> =>
  bundleOnce('workflows', buildWorkflowBundle);

/** The workflows of a folder of `fixtures`. */
export const fixtureBundle = (
  name: 'sleeper' | 'stuck' | 'twice' | 'canary',
): Promise<BundleFile> =>
  bundleOnce(name, () =>
    bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url)),
      logger: new DefaultLogger('WARN'),
    }),
  );

/** Bundling takes seconds, so all processes of a run share the file; two that need it at once may both make it. */
async function bundleOnce(
  name: string,
  build: () => Promise<{ readonly code: string }>,
): Promise<BundleFile> {
  const codePath = join(inject('bundleDirectory'), `${name}.cjs`);
  if (!existsSync(codePath)) {
    const unfinished = `${codePath}.${randomUUID()}`;
    await writeFile(unfinished, (await build()).code);
    await rename(unfinished, codePath);
  }
  return { codePath };
}
