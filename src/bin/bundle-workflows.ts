import { writeFile } from 'node:fs/promises';
import { buildWorkflowBundle, workflowBundlePath } from '../temporal/bundle.js';
import { runMain } from './shared/run-main.js';

/** Part of the build: bundles the workflow code once, so that no worker has to when it starts. */
await runMain(async () => {
  const { code } = await buildWorkflowBundle();
  await writeFile(workflowBundlePath, code);
  console.log(`${workflowBundlePath}: ${Math.round(code.length / 1024)} kB`);
  return 0;
});
