import { ApplicationFailure } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRunGuard } from '../../../src/activities/run-guard.js';
import type { OfInstallation } from '../../../src/contract/installation.js';
import { createInstallationId } from '../../../src/db/installation-id.js';
import { InvariantError } from '../../../src/usecases/invariant-error.js';
import { startApi, type TestApi } from '../../support/api.js';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const minuteMs = 60_000;

/** What the guard makes of an activity at an attempt: its answer, or how long the next attempt has to wait. */
async function guarded(
  input: OfInstallation,
  attempt: number,
  work: () => string = () => 'done',
): Promise<unknown> {
  const activity = createRunGuard(api)<OfInstallation, string>(() => Promise.resolve().then(work));
  try {
    const environment = new MockActivityEnvironment({ attempt });
    return await environment.run<[OfInstallation], string, typeof activity>(activity, input);
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
    const waitMs: unknown = error.nextRetryDelay;
    return { type: error.type, waitMs, isFinal: error.nonRetryable };
  }
}

describe('the guard before what a run does', () => {
  it('lets runs of this installation through, and those of a release that names none', async () => {
    const installationId = await createInstallationId(api.db)();
    expect(await guarded({ installationId }, 1)).toBe('done');
    expect(await guarded({}, 1)).toBe('done');
  });

  it('leaves a run of another installation to its own workers soon, and ever later while there are none', async () => {
    const foreign = { installationId: 'another' };
    const waits = async (attempt: number) => guarded(foreign, attempt, () => 'never');
    for (const attempt of [1, 2, 10]) {
      expect(await waits(attempt)).toEqual({ type: 'ForeignRun', waitMs: 500, isFinal: false });
    }
    expect(await waits(12)).toMatchObject({ waitMs: 2_000 });
    expect(await waits(40)).toMatchObject({ waitMs: 15 * minuteMs });
  });

  it('tries again where rows are missing, after a second at first and never over 15 minutes', async () => {
    const missing = (): never => {
      throw new InvariantError('no enrollment');
    };
    const type = 'InvariantError';
    expect(await guarded({}, 1, missing)).toEqual({ type, waitMs: 1_000, isFinal: false });
    expect(await guarded({}, 3, missing)).toMatchObject({ waitMs: 4_000 });
    expect(await guarded({}, 60, missing)).toMatchObject({ waitMs: 15 * minuteMs });
  });
});
