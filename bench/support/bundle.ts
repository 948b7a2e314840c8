import { fileURLToPath } from 'node:url';
import { DefaultLogger, bundleWorkflowCode } from '@temporalio/worker';
import { sharedModules } from '../../src/temporal/bundle.js';

/** Bundles one file of `bench/workflows`, so that each kind of workflow carries no more than its own code, and ours as a worker does. */
export function bundleOf(
  name: 'chain' | 'plain' | 'enrollment',
): Promise<{ readonly code: string }> {
  const workflowsPath = fileURLToPath(new URL(`../workflows/${name}.ts`, import.meta.url));
  return bundleWorkflowCode({
    workflowsPath,
    preloadModules: name === 'enrollment' ? [...sharedModules] : [],
    logger: new DefaultLogger('WARN'),
  });
}
