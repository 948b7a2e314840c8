import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, bundleWorkflowCode, type WorkflowBundleOption } from '@temporalio/worker';

const workflowsPath = fileURLToPath(new URL('../workflows', import.meta.url));
const builtPath = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));

/**
 * Modules that are loaded once and frozen, instead of once for each cached workflow: they hold declarations and pure functions
 * that no workflow can change. A cached enrollment takes a tenth less memory with them.
 */
export const sharedModules: readonly string[] = [
  '../contract/about-enrollment',
  '../contract/activities',
  '../contract/messages',
  '../contract/search-attributes',
  '../domain/enrollment/objection',
  '../domain/enrollment/read-message',
  '../domain/enrollment/state',
  '../workflows/details',
].map((path) => fileURLToPath(new URL(path, import.meta.url)));

/** The workflow code as a worker runs it: the bundle made at build time, or one made now from the sources. */
export async function loadWorkflowBundle(): Promise<WorkflowBundleOption> {
  return existsSync(builtPath) ? { codePath: builtPath } : buildWorkflowBundle();
}

/** Bundles the workflow code. Rejects when it imports what a workflow cannot have, such as a Node built-in. */
export function buildWorkflowBundle(): Promise<{ readonly code: string }> {
  return bundleWorkflowCode({
    workflowsPath,
    preloadModules: [...sharedModules],
    logger: new DefaultLogger('WARN'),
  });
}

/** Where the build puts the bundle. */
export const workflowBundlePath = builtPath;
