import { z } from 'zod';
import type { LogRow } from '../../db/queries/log.js';
import { factsOf, logTypes, type LogData, type LogType } from '../../domain/enrollment/log.js';
import { enrollmentStates } from '../../domain/enrollment/state.js';
import { suppressionReasons } from '../../domain/enrollment/suppression.js';
import { sendProblems } from '../../domain/sending/send-problem.js';
import { schemaRoot } from '../http/schema-book.js';
import { instantShape, needsReply, placeholderReply } from './common.js';
import {
  actorReply,
  causeReply,
  otherKind,
  reasonReply,
  showActor,
  showCause,
  whyShape,
} from './log-parts.js';

const id = z.uuid();

/** How each fact is told. */
const facts: Readonly<Record<keyof LogData, z.ZodType>> = {
  state: z.enum(enrollmentStates).meta({ description: 'The state that it came into.' }),
  reason: reasonReply,
  occurredAt: instantShape,
  plannedAt: instantShape.meta({ description: 'When the step was planned to run.' }),
  why: z.array(whyShape).meta({ description: 'The rules that put it there.' }),
  next: z
    .object({ stepId: z.string(), at: instantShape.nullable(), why: z.array(whyShape) })
    .meta({ id: 'PlannedNext', description: 'What was planned to come next.' }),
  fromVersion: z.int(),
  toVersion: z.int(),
  taskId: id,
  outcome: z.string().meta({ description: 'What the task was completed with.' }),
  hasNote: z.boolean().meta({ description: 'True when something was noted with it.' }),
  assigneeId: id.meta({ description: 'Who works its tasks, or the task, from now on.' }),
  fromAssigneeId: id.meta({ description: 'Who was to work the task until now.' }),
  sendId: id,
  dueAt: instantShape,
  restMs: z.int().meta({ description: 'What the pause keeps of the delay, in milliseconds.' }),
  until: instantShape.meta({ description: 'When the pause ends by itself.' }),
  smtpCode: z.int().meta({ description: 'The code of the mail server’s answer.' }),
  problem: z.enum(sendProblems).meta({ description: 'Why an email can never go out.' }),
  missing: z
    .array(
      z.object({
        field: z.enum(['subject', 'html']),
        token: z.string(),
        placeholder: placeholderReply,
        needs: needsReply,
      }),
    )
    .meta({ description: 'The tokens that have neither a value that can be used nor a fallback.' }),
  throughEnrollmentId: id.meta({
    description: 'The enrollment whose reply or meeting ended this one.',
  }),
  suppression: z
    .enum(suppressionReasons)
    .meta({ description: 'Why the address may not be written to.' }),
};

const common = {
  number: z.int().meta({ description: 'Counts the entries of one enrollment, without gaps.' }),
  at: instantShape,
  stepId: z.string().nullable(),
  cause: causeReply,
  actor: actorReply,
};

/** What is not kept in the log, but told with its entries. */
const besides: Readonly<Partial<Record<LogType, Readonly<Record<string, z.ZodType>>>>> = {
  task_completed: {
    note: z.string().optional().meta({ description: 'HTML: what was noted with it.' }),
  },
};

function dataOf(type: LogType): z.ZodObject<Record<string, z.ZodType>> {
  const { always, sometimes } = factsOf[type];
  return z.object({
    ...Object.fromEntries(always.map((fact) => [fact, facts[fact]])),
    ...Object.fromEntries(sometimes.map((fact) => [fact, facts[fact].optional()])),
    ...besides[type],
  });
}

/** `email_sent` → `EmailSentEntry`. */
function nameOf(type: string): string {
  const words = type.split('_').map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`);
  return `${words.join('')}Entry`;
}

function entryOf(type: LogType) {
  return z
    .object({ ...common, type: z.literal(type), data: dataOf(type) })
    .meta({ id: nameOf(type) });
}

const entries = new Map(logTypes.map((type) => [type, entryOf(type)]));

const otherEntry = z
  .object({
    ...common,
    type: z.literal(otherKind),
    writtenAs: z.string().meta({ description: 'The type that the release gave it.' }),
    data: z.looseObject({}),
  })
  .meta({
    id: nameOf(otherKind),
    description: 'What an earlier or a later release has written, and this one does not know.',
  });

const [first, ...others] = entries.values();
if (first === undefined) throw new Error('nothing can stand in a timeline');

const mapping = Object.fromEntries(
  [...logTypes, otherKind].map((type) => [type, `${schemaRoot}${nameOf(type)}`]),
);

/** An entry of a timeline: `type` says what is in `data`. */
export const timelineEntry = z
  .discriminatedUnion('type', [first, ...others, otherEntry])
  .meta({ id: 'TimelineEntry', discriminator: { propertyName: 'type', mapping } });

/** One entry of an enrollment's log as the API shows it. No row that is kept is refused: what does not fit is `other`. */
export function showTimelineEntry(row: LogRow): z.output<typeof timelineEntry> {
  const { number, at, type, stepId, data } = row;
  const told = { number, at, stepId, cause: showCause(row.cause), actor: showActor(row.actor) };
  const shape = logTypes.find((each) => each === type);
  const known = shape && entries.get(shape)?.safeParse({ ...told, type, data }).data;
  return known ?? { ...told, type: otherKind, writtenAs: type, data: { ...data } };
}
