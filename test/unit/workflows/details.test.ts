import { expect, it } from 'vitest';
import { currentDetails } from '../../../src/workflows/details.js';
import { statusOf } from '../../../src/domain/enrollment/status.js';
import { started } from '../enrollment/cases.js';

const shown = (timeZone: string) => {
  const current = started();
  const step = (id: string, delayDays: number) =>
    ({ id, kind: 'automated_email', delayDays }) as const;
  const standing = { ...current.standing, stepId: 'two', stepPosition: 2 };
  const status = statusOf({
    ...current,
    standing: { ...standing, nextAt: '2026-12-01T22:00:00.000Z' },
  });
  return currentDetails({
    ...{ status, timeZone, heading: [], givenUp: undefined },
    outline: [step('one', 0), step('two', 2)],
    done: [{ id: 'one', at: '2026-11-26T22:00:00.000Z' }],
  }).replaceAll('\u2003', '');
};

it('5.5: the steps of a run have their times in the zone of the enrollment, which is named once', () => {
  expect(shown('America/New_York').split('\n').slice(-4)).toEqual([
    '| # | step | delay | progress (America/New_York) |',
    '|---|---|---|---|',
    '| 1 | automated email | at once | done 2026-11-26 17:00 |',
    '| 2 | automated email | +2 d | next: 2026-12-01 17:00 |',
  ]);
});

it('times of a zone that this process does not know are told in UTC', () => {
  expect(shown('Mars/Olympus').split('\n').slice(-1)).toEqual([
    '| 2 | automated email | +2 d | next: 2026-12-01 22:00 UTC |',
  ]);
});
