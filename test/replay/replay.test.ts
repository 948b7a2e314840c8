import { describe, expect, it } from 'vitest';
import {
  brokenWorkflowsPath,
  bundleOf,
  historyNames,
  presentBundle,
  replay,
} from '../support/replay.js';

const shapes = await historyNames();

describe('histories of earlier runs', () => {
  const bundle = presentBundle();

  it('are there of every release, in every shape and of every workflow', () => {
    const releases = new Set(shapes.map((name) => name.split('/')[0]));
    expect([...releases]).toEqual(['0.1.0-1', '0.1.0-2']);
    for (const kind of ['bulk-', 'task-email-', 'sweeper', 'remind', 'finished', 'cancelled']) {
      const found = shapes.filter((name) => name.startsWith(`0.1.0-2/${kind}`));
      expect(found, kind).not.toEqual([]);
    }
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
