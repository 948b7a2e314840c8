import { z } from 'zod';
import { logTypes } from '../../domain/enrollment/log.js';
import type { MissingToken } from '../../domain/enrollment/eligibility.js';
import type { PlayedLife } from '../../domain/enrollment/play-through/play-through.js';
import {
  playedOutcomes,
  type PlayedStep,
} from '../../domain/enrollment/play-through/played-steps.js';
import { meetingOrigins } from '../../domain/enrollment/stopping.js';
import { scriptedTypes } from '../../domain/enrollment/play-through/script.js';
import { enrollmentStates } from '../../domain/enrollment/state.js';
import { stepKinds } from '../../domain/sequence/step.js';
import { refusalCodes } from '../../usecases/refusal.js';
import { explain, localIso } from '../../domain/time/format.js';
import type { Instant, TimeZone } from '../../domain/time/types.js';
import {
  dateInput,
  instantInput,
  instantShape,
  referenceShape,
  timeZoneShape,
  toInstant,
  needsReply,
  placeholderReply,
} from './common.js';
import { enrollmentChoices, overridesShape } from './enrollment-choices.js';
import {
  actorReply,
  causeReply,
  reasonReply,
  showActor,
  showCause,
  whyShape,
} from './log-parts.js';
import { sequenceInput } from './sequence.js';

const toMinute = z.iso.datetime({ offset: true, precision: -1 }).transform(toInstant);

/** A time of a simulation: written like any instant of a body, or without seconds. */
export const playTime = z
  .union([instantInput, toMinute], {
    error: 'This is no time with an offset: write it like 2026-11-26T17:00-05:00.',
  })
  .meta({ description: 'A time with an offset.', examples: ['2026-11-26T17:00-05:00'] });

const at = playTime;
const stepId = z.string().min(1).max(64);

const plainEvent = z.strictObject({ type: z.enum(scriptedTypes), at });
const meetingEvent = z.strictObject({
  type: z.literal('meeting'),
  at,
  via: z.enum(meetingOrigins).optional().meta({
    description: 'Booked through a link in an email of the sequence, or logged, as without it.',
  }),
});
const pauseEvent = z.strictObject({
  type: z.literal('pause'),
  at,
  until: playTime.optional().meta({ description: 'It lasts until it is lifted without.' }),
});
const absenceEvent = z.strictObject({
  type: z.literal('out_of_office'),
  at,
  returnAt: playTime.optional().meta({ description: 'Without it five business days are taken.' }),
});
const skipEvent = z.strictObject({
  type: z.literal('skip_step'),
  at,
  stepId: stepId.optional().meta({ description: 'Only if it is at this step; any without it.' }),
});
const completionAt = z.strictObject({ type: z.literal('complete_task'), stepId, at });
const completionAfter = z.strictObject({
  type: z.literal('complete_task'),
  stepId,
  afterDays: z.number().meta({
    description: 'So many days after the task was created, as the delays of the sequence count.',
  }),
});

/** What happens on the way, each event at a time. The rules are the domain's, and are all checked at once. */
export const scriptShape = z
  .array(
    z.union(
      [
        plainEvent,
        meetingEvent,
        pauseEvent,
        absenceEvent,
        skipEvent,
        completionAt,
        completionAfter,
      ],
      {
        error:
          'Give type (reply, meeting, company_reply, company_meeting, pause, resume, out_of_office, unenroll, skip_step, complete_task) and at, a time with an offset; for complete_task stepId, and either at or afterDays.',
      },
    ),
  )
  .meta({
    id: 'SimulationScript',
    description: 'What happens on the way, in any order; at most 200.',
  });

/** What a simulation is played with, whether by the API or from files. */
export const playFields = {
  timeZone: timeZoneShape.optional().meta({
    description:
      "Where all steps run; without it the contact's zone where the sequence says so, else the sender's.",
  }),
  holidays: z
    .array(dateInput)
    .max(1000)
    .default([])
    .meta({ description: 'Days that are no business days, besides those of its calendars.' }),
  script: scriptShape.default([]),
  completeTasksAfterDays: z.number().nullable().default(0).meta({
    description:
      'After how many days a task that is waited for is completed when the script does not say it; 0 at once, null never.',
  }),
} as const;

const choicesShape = overridesShape
  .extend({
    startStepId: enrollmentChoices.shape.startStepId,
    firstStepAt: enrollmentChoices.shape.firstStepAt,
  })
  .meta({
    id: 'SimulatedChoices',
    description:
      'What the enrollment has otherwise than its sequence, as POST /v1/enrollments takes it.',
  });

export const simulationInput = z
  .strictObject({
    ...playFields,
    version: z.int().min(1).optional().meta({ description: 'The current version without it.' }),
    steps: sequenceInput.shape.steps.optional().meta({
      description: 'Instead of those of the version: steps that are not saved yet.',
    }),
    settings: sequenceInput.shape.settings
      .unwrap()
      .optional()
      .meta({ description: 'Settings that are other than those of the version.' }),
    choices: choicesShape.optional(),
    contact: referenceShape
      .optional()
      .meta({ description: 'Whose zone and tokens are looked at.' }),
    sender: referenceShape.optional().meta({ description: 'The acting user without it.' }),
    from: playTime.optional().meta({ description: 'When it is enrolled; now without it.' }),
  })
  .meta({ id: 'SimulationInput' });

export const localShape = z.string().meta({
  description: "The same instant as local time in the enrollment's zone.",
  examples: ['2026-12-01T17:00:00.000-05:00'],
});

export const playedStep = z
  .object({
    stepId: z.string(),
    position: z.int(),
    kind: z.enum(stepKinds),
    outcome: z.enum(playedOutcomes),
    plannedAt: instantShape.nullable(),
    plannedLocal: localShape.nullable(),
    why: z.array(whyShape),
    because: z.string().meta({ description: 'The rules of `why` as one English line.' }),
    ranAt: instantShape.nullable().meta({ description: 'When it was sent, or its task created.' }),
    dueAt: instantShape.nullable().meta({ description: 'When its task is due.' }),
    completedAt: instantShape.nullable(),
    assumesCompletionOf: z.array(z.string()).meta({
      description:
        'Steps before it whose tasks nobody said when they are completed: its time is relative to that assumption.',
    }),
    assumesResuming: z.boolean().meta({
      description:
        'True while its sequence or account is paused: its time takes it that this is resumed before the first step is due.',
    }),
  })
  .meta({ id: 'PlayedStep' });

export const missingTokenReply = z.object({
  stepId: z.string(),
  field: z.enum(['subject', 'html', 'title', 'notes']),
  token: z.string(),
  placeholder: placeholderReply,
  needs: needsReply,
});

export const simulationReply = z
  .object({
    timeZone: z.string(),
    state: z.enum(enrollmentStates),
    reason: reasonReply.nullable(),
    endedAt: instantShape.nullable(),
    explanation: z.string(),
    steps: z.array(playedStep),
    timeline: z
      .array(
        z.object({
          number: z.int(),
          at: instantShape,
          local: localShape,
          type: z.enum(logTypes),
          stepId: z.string().nullable(),
          cause: causeReply,
          actor: actorReply,
          data: z.looseObject({}).meta({
            description: 'What an entry of this type tells in a timeline, without ids.',
          }),
        }),
      )
      .meta({ description: "The enrollment's timeline as it would be, without ids." }),
    refusedEvents: z
      .array(
        z.object({
          index: z.int().meta({ description: 'In the script, from 0.' }),
          at: instantShape.nullable(),
          code: z.enum(refusalCodes),
          detail: z.string(),
        }),
      )
      .meta({ description: 'Events of the script that had no effect, and why.' }),
    missingTokens: z.array(missingTokenReply).meta({
      description: 'Tokens without value and fallback: a contact is not enrolled with any of them.',
    }),
  })
  .meta({ id: 'Simulation' });

/** A life that was played through, as it is shown. */
export function showSimulation(
  life: PlayedLife,
  timeZone: TimeZone,
  missingTokens: readonly MissingToken[],
): z.input<typeof simulationReply> {
  const { state, reason, endedAt } = life.standing;
  return {
    ...{ timeZone, state, reason, endedAt },
    explanation: life.explanation,
    steps: life.steps.map((step) => showPlayedStep(step, timeZone)),
    timeline: life.timeline.map(({ data, cause, actor, ...entry }, index) => ({
      ...entry,
      number: index + 1,
      local: localIso(entry.at, timeZone),
      cause: showCause(cause),
      actor: showActor(actor),
      data: { ...data },
    })),
    refusedEvents: [...life.refused],
    missingTokens: [...missingTokens],
  };
}

export function showPlayedStep(step: PlayedStep, timeZone: TimeZone): z.input<typeof playedStep> {
  const { plannedAt, why, assumesCompletionOf } = step;
  const local = (instant: Instant | null) =>
    instant === null ? null : localIso(instant, timeZone);
  return {
    ...step,
    plannedLocal: local(plannedAt),
    why: [...why],
    because: explain(why, timeZone),
    assumesCompletionOf: [...assumesCompletionOf],
  };
}
