import { describe, expect, it } from 'vitest';
import { buildWorkflowBundle } from '../../src/temporal/bundle.js';

describe('the workflow bundle', () => {
  const bundle = buildWorkflowBundle();
  it('holds neither zod nor luxon, which would multiply the memory of every cached enrollment', async () => {
    const { code } = await bundle;
    const modules = [...code.matchAll(/node_modules\/((?:@[\w.-]+\/)?[\w.-]+)\//g)].map(
      ([, name]) => name,
    );
    expect(new Set(modules)).toContain('@temporalio/workflow');
    expect(new Set(modules)).not.toContain('zod');
    expect(new Set(modules)).not.toContain('luxon');
  });

  it('holds nothing of domain/time', async () => {
    const { code } = await bundle;
    expect(code).toContain('src/domain/enrollment/state.ts');
    expect(code).not.toContain('src/domain/time/');
  });
});
