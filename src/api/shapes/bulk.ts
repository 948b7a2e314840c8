import { z } from 'zod';
import { problemCodes } from '../http/problem.js';

const index = z.int().meta({ description: 'Which row, from 0; empty lines do not count.' });

/** A line of a streamed answer: what became of a row, or, on the last line, the totals. */
export const bulkResult = z
  .union([
    z.object({ index, status: z.enum(['created', 'updated']), id: z.uuid() }),
    z.object({
      index,
      status: z.literal('refused'),
      code: z.enum(problemCodes),
      detail: z.string(),
      errors: z
        .array(
          z.object({
            in: z.literal('body'),
            pointer: z.string().meta({ description: 'A JSON pointer into the row.' }),
            code: z.string(),
            message: z.string(),
          }),
        )
        .optional()
        .meta({ description: 'The first ten fields that are not acceptable.' }),
    }),
    z.object({
      totals: z.object({ rows: z.int(), created: z.int(), updated: z.int(), refused: z.int() }),
      complete: z.boolean().meta({ description: 'False when not all rows were taken.' }),
    }),
  ])
  .meta({ id: 'BulkResult' });
