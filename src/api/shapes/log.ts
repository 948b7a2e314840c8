import { z } from 'zod';
import type { LogRow } from '../../db/queries/log.js';
import { filedAs, isForAdmins, logNames, logSubjects, nameOf } from '../../domain/log/names.js';
import { writePosition } from '../../domain/log/position.js';
import { instantShape } from './common.js';
import { actorReply, causeReply, otherKind, showActor, showCause } from './log-parts.js';
import { pageQuery } from '../http/cursor.js';

/** The names of what the log is asked for, each with where it is filed. */
const typesQuery = z
  .string()
  .transform((text, context) =>
    text.split(',').flatMap((name) => {
      const filed = filedAs(name);
      if (filed !== undefined) return [filed];
      const known = logNames.join(', ');
      context.addIssue({
        code: 'custom',
        params: { code: 'unknown_type' },
        message: `The log tells of nothing by the name "${name}"; it knows ${known}.`,
      });
      return [];
    }),
  )
  .meta({
    description: `What is asked for, with commas between; everything without it. One of ${logNames.join(', ')}.`,
    examples: ['email.sent,enrollment.unenrolled'],
  });

const subjectQuery = z
  .string()
  .transform((text, context) => {
    const [kind = '', id = '', ...rest] = text.split(':');
    const subject = logSubjects.find((each) => each === kind);
    if (subject !== undefined && rest.length === 0 && z.uuid().safeParse(id).success) {
      return { subject, id };
    }
    context.addIssue({
      code: 'custom',
      params: { code: 'unknown_subject' },
      message: `Name one as <kind>:<id>, where the kind is one of ${logSubjects.join(', ')}.`,
    });
    return z.NEVER;
  })
  .meta({
    description: `Only what happened to this one: its kind (${logSubjects.join(', ')}), a colon and its id.`,
    examples: ['contact:019a0c1e-7b1c-7c3e-9a53-0d6b1a2c3d4e'],
  });

export const logQuery = pageQuery.extend({
  after: z.string().max(1000).optional().meta({
    description:
      'The `position` of the last entry that was seen to, or `paging.next.after`; from the beginning without it. It never expires, and goes with any `types` and `subject`.',
  }),
  types: typesQuery.optional(),
  subject: subjectQuery.optional(),
});

export const logEntry = z
  .object({
    position: z.string().meta({
      description: 'Where it stands in the log: give it as `after` to get what comes behind it.',
      examples: ['1795953600.48213.9021'],
    }),
    id: z.string().meta({ description: 'Tells it from every other, for whoever gets one twice.' }),
    type: z.enum([...logNames, otherKind]).meta({
      description: 'What happened; `other` for what this release does not know.',
    }),
    at: instantShape,
    subject: z
      .object({ kind: z.enum(logSubjects), id: z.uuid() })
      .meta({ description: 'What it happened to. Emails and tasks are told of their enrollment.' }),
    number: z.int().meta({
      description: 'Counts on within the subject; within an enrollment without gaps.',
    }),
    stepId: z.string().nullable(),
    actor: actorReply,
    cause: causeReply,
    data: z.looseObject({}).meta({
      description:
        'Ids, codes, times and names of fields; of nobody a name, an address or a text. Of settings, permissions, limits and servers the values `before` and `after`. Admins are shown `from` of what was administered: the network address of the caller, and the id of the key.',
    }),
  })
  .meta({ id: 'LogEntry' });

export const logPage = z
  .object({
    results: z.array(logEntry),
    paging: z.object({
      next: z.object({ after: z.string() }).meta({
        description: 'Where to read on, now or at any time later; there always is one.',
      }),
      more: z.boolean().meta({
        description:
          'True when there is more to be read at once, even if this page has few entries or none.',
      }),
    }),
    heldBackMs: z.int().meta({
      description:
        'How long ago the oldest change began that is still under way. What was committed since then is not shown before that one is committed or undone, so that nothing is missed.',
    }),
  })
  .meta({ id: 'LogPage' });

/** What only admins read of the log. */
export const subjectsOfAdmins = logSubjects.filter(isForAdmins);

/** One entry as the API shows it; from where something was done only to admins. */
export function showLogEntry(row: LogRow, toAdmin: boolean): z.input<typeof logEntry> {
  const { subject, subjectId, type, at, number, stepId, actor, cause } = row;
  const { from, ...data } = row.data;
  return {
    position: writePosition(row),
    // Counting goes on from an earlier number where a restore has lost some.
    id: `${row.generation}-${row.id}`,
    type: logNames.find((name) => name === nameOf({ subject, type })) ?? otherKind,
    at,
    subject: { kind: subject, id: subjectId },
    number,
    stepId,
    actor: showActor(actor),
    cause: showCause(cause),
    data: { ...data, ...(toAdmin && from !== undefined && { from }) },
  };
}
