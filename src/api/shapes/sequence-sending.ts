import { z } from 'zod';
import { instantShape } from './common.js';
import { pausesShape } from './pauses.js';

export const sequenceSendingReply = z
  .object({
    at: instantShape,
    explanation: z.string().meta({
      description: 'Why nothing goes out, or when something does, in one sentence.',
    }),
    live: z
      .object({
        scheduled: z.int(),
        active: z.int(),
        waiting_task: z.int(),
        paused: z.int(),
      })
      .meta({ description: 'Enrollments that have not ended, by their state.' }),
    waitingFor: z.array(z.object({ rule: z.string(), count: z.int() })).meta({
      description:
        'What they wait for: `task`, `delay`, `window`, `weekend`, `holiday`, `leave`, `send_limit`, `mail_server`, `chosen_time`, or the reason of a pause; the most first.',
    }),
    pauses: pausesShape,
    nextEmail: z.object({ enrollmentId: z.uuid(), at: instantShape }).nullable().meta({
      description: 'The first whose time is still ahead.',
    }),
    lateSince: instantShape.nullable().meta({
      description:
        'The earliest time of an email that has passed without it; null when none is late.',
    }),
    overdueEmails: z.int().meta({
      description: 'Whose time passed more than five minutes ago: see whether workers run.',
    }),
    uncertainSends: z.int().meta({ description: 'Paused until a person has looked into them.' }),
  })
  .meta({ id: 'SequenceSendingStatus' });
