import { fileURLToPath } from 'node:url';
import { DefaultLogger, bundleWorkflowCode } from '@temporalio/worker';

/** Bundles one file of `bench/workflows`, so that each kind of workflow carries no more than its own code. */
export function bundleOf(name: 'chain' | 'plain' | 'enrollment'): Promise<{ readonly code: string }> {
  const workflowsPath = fileURLToPath(new URL(`../workflows/${name}.ts`, import.meta.url));
  const src = (f: string) => fileURLToPath(new URL(`../../src/${f}.ts`, import.meta.url));
  return bundleWorkflowCode({ workflowsPath, ...(process.env['PRE'] && name === 'enrollment' ? { preloadModules: ['contract/messages','contract/search-attributes','contract/activities','domain/enrollment/state','domain/enrollment/objection','workflows/details','workflows/inbox'].map(src) } : {}), logger: new DefaultLogger('WARN') });
}
