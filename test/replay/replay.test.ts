import { describe, expect, it } from 'vitest';
import {
  brokenWorkflowsPath,
  bundleOf,
  historyNames,
  replay,
  workflowsPath,
} from '../support/replay.js';

const shapes = await historyNames();

describe('histories of earlier runs', () => {
  const bundle = bundleOf(workflowsPath);

  it('are there in every shape', () => {
    expect(shapes.length).toBeGreaterThanOrEqual(13);
  });

  it.each(shapes)('%s replays on the present code without a warning', async (name) => {
    await replay(await bundle, name);
  });

  it('do not replay on a workflow that is broken on purpose', async () => {
    const [name = ''] = shapes;
    const broken = await bundleOf(brokenWorkflowsPath);
    await expect(replay(broken, name)).rejects.toThrow(/nondeterminism|TMPRL1100/i);
  });
});
