import { z } from 'zod';
import { defaultLimit, pageQuery } from '../http/cursor.js';

/** The query field of a call that can be tried before it is made. */
export const dryRunField = z
  .enum(['true', 'false'])
  .default('false')
  .meta({ description: 'With `true` nothing is kept: the answer says what the call would do.' });

const { limit, after } = pageQuery.shape;

/** The query of a call whose dry run is answered in pages. */
export const pagedDryRunQuery = z
  .strictObject({
    dryRun: dryRunField,
    limit: limit
      .unwrap()
      .optional()
      .meta({
        description: `Of a dry run: how many contacts at most, 1–100; ${defaultLimit} without it.`,
      }),
    after: after.unwrap().optional().meta({
      description: 'Of a dry run: the cursor `paging.next.after` of the page before.',
    }),
  })
  .refine((query) => query.dryRun === 'true' || (query.limit ?? query.after) === undefined, {
    path: ['dryRun'],
    params: { code: 'only_dry_run' },
    error: 'Only a dry run is told in pages: send dryRun=true with limit and after.',
  });
