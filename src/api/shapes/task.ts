import { z } from 'zod';
import type { TaskListing } from '../../db/queries/tasks.js';
import { maxNotesLength, maxTitleLength } from '../../domain/sequence/step-rules.js';
import { stepKinds, taskPriorities } from '../../domain/sequence/step.js';
import { maxOutcomeId } from '../../domain/task/outcome.js';
import { sendDelays, shownState, taskEmailStates } from '../../domain/task/task-email.js';
import { harmlessHtml } from '../../html/render-safely.js';
import { idShape, instantShape, lineShape, needsReply, placeholderReply } from './common.js';

export const taskStates = ['open', 'completed', 'cancelled'] as const;

const taskEmail = z
  .object({
    state: z.enum(taskEmailStates).meta({
      description:
        '`sending`; `deferred`: tried again at `nextAttemptAt`; `sent`: the mail server has it, and the task is completed; `rejected`, `given_up` and `withdrawn`: nothing was delivered, and it may be sent again while the task is open; `unknown`: it may have arrived, so look into the mailbox and complete the task by hand.',
    }),
    requestedAt: instantShape,
    requestedById: z.uuid().meta({ description: 'The user who sent it off.' }),
    nextAttemptAt: instantShape.nullable(),
    rule: z.enum(sendDelays).nullable().meta({
      description:
        'Why it is tried again: `deferred`: put off by the recipient’s server; `no_connection`: the mail server was not reached; `password_unreadable`: no key opens the password of the mailbox.',
    }),
    serverReply: z.string().nullable().meta({
      description:
        'What the mail server said last, as far as it said something after EHLO: at most 200 characters of text.',
    }),
  })
  .meta({ id: 'TaskEmail' });

export const taskReply = z
  .object({
    id: z.uuid(),
    enrollmentId: z.uuid(),
    stepId: z.string(),
    contactId: z.uuid(),
    assigneeId: z.uuid(),
    kind: z.enum(stepKinds),
    title: z.string(),
    notes: z.string(),
    priority: z.enum(taskPriorities),
    queueId: z.uuid().nullable(),
    waitsForCompletion: z.boolean(),
    state: z.enum(taskStates),
    createdAt: instantShape,
    dueAt: instantShape,
    closedAt: instantShape.nullable(),
    closedById: z.uuid().nullable(),
    outcome: z
      .string()
      .nullable()
      .meta({
        description:
          'What it was completed with: of a call `connected`, `left_voicemail`, `left_live_message`, `no_answer`, `busy`, `wrong_number`, of any kind one of `taskOutcomes` of the account, which may have been taken away since; null without one.',
        examples: ['left_voicemail'],
      }),
    note: z.string().nullable().meta({
      description: 'HTML: what was noted when it was completed; null without.',
    }),
    email: taskEmail.nullable().meta({
      description: 'What became of the email that a user sent from it; null without one.',
    }),
  })
  .meta({ id: 'Task' });

export const taskPatch = z
  .strictObject({
    title: lineShape(maxTitleLength).optional(),
    notes: z
      .string()
      .max(maxNotesLength)
      .optional()
      .meta({ description: 'HTML; links, tokens, snippets.' }),
    priority: z.enum(taskPriorities).optional(),
    queueId: idShape.nullable().optional(),
    assigneeId: z.string().min(1).max(320).optional().meta({
      description: 'The active user who is to work it: an id, an externalId or an email.',
    }),
  })
  .meta({ id: 'TaskPatch' });

export const outcomeInput = z.string().min(1).max(maxOutcomeId);

export const taskCompletion = z
  .strictObject({
    outcome: outcomeInput.optional().meta({
      description:
        'Of a call `connected`, `left_voicemail`, `left_live_message`, `no_answer`, `busy` or `wrong_number`; of any kind one of `taskOutcomes` of the account that is for it.',
      examples: ['left_voicemail'],
    }),
    note: z
      .string()
      .max(maxNotesLength)
      .optional()
      .meta({ description: 'HTML; links, tokens, snippets.' }),
  })
  .meta({ id: 'TaskCompletion' });

export const taskEmailInput = z
  .strictObject({
    subject: z
      .string()
      .optional()
      .meta({ description: 'One line; may hold tokens. A reply has that of its thread.' }),
    html: z.string().optional().meta({ description: 'The body; may hold tokens and snippets.' }),
  })
  .meta({ id: 'TaskEmailInput' });

const address = z.object({ name: z.string().nullable(), address: z.string().nullable() });

export const taskDraftReply = z
  .object({
    taskId: z.uuid(),
    from: address,
    to: address.meta({ description: 'Without an address nothing can be sent.' }),
    subject: z.string(),
    html: z.string(),
    text: z.string().meta({ description: 'The plain text that goes out beside the HTML.' }),
    template: z
      .object({ id: z.uuid(), version: z.int() })
      .nullable()
      .meta({ description: 'The template that the content was taken from.' }),
    answers: z
      .object({
        stepId: z.string(),
        messageId: z.string().nullable().meta({
          description: 'Of the email that it answers; null when that was never sent.',
        }),
      })
      .nullable()
      .meta({ description: 'The email of an earlier step that it answers; null in a new thread.' }),
    missingTokens: z.array(
      z.object({
        field: z.enum(['subject', 'html']),
        token: z.string().meta({ examples: ['company.name'] }),
        placeholder: placeholderReply,
        needs: needsReply,
      }),
    ),
    canBeSent: z.boolean().meta({
      description:
        'As far as the draft goes: false when it is empty, lacks an address, or has a token with neither a value that can be used nor a fallback, whose path in brackets shows where.',
    }),
  })
  .meta({ id: 'TaskDraft' });

export function showTask({ task, email }: TaskListing): z.input<typeof taskReply> {
  const note = task.note === null ? null : harmlessHtml(task.note);
  const shown = { ...task, notes: harmlessHtml(task.notes), note };
  if (email === null) return { ...shown, email };
  const { requestedAt, requestedById, serverReply } = email;
  const state = shownState(email.state, task.state);
  const [nextAttemptAt, rule] = state === 'deferred' ? [email.nextAt, email.rule] : [null, null];
  const about = { state, requestedAt, requestedById, nextAttemptAt, rule, serverReply };
  return { ...shown, email: about };
}
