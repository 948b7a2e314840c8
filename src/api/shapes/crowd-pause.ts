import { z } from 'zod';
import { instantShape } from './common.js';

export const pauseScopeInput = z
  .strictObject({
    scope: z.enum(['own', 'all']).default('own').meta({
      description: 'The enrollments that the acting user made, or, for an admin, all.',
    }),
  })
  .meta({ id: 'PauseScopeInput' });

export const crowdPauseReply = z
  .object({
    paused: z.boolean(),
    since: instantShape.nullable(),
    affected: z.int().meta({ description: 'How many enrollments were stopped, or go on.' }),
  })
  .meta({ id: 'CrowdPause' });
