import { z } from 'zod';
import type { UserAbsence } from '../../db/queries/user-absences.js';
import { dayMs } from '../../domain/time/local-date.js';
import { dateInput, idShape, instantShape, referenceParams } from './common.js';

/** The longest leave, in days. */
const maxLeaveDays = 366;

const dayInput = dateInput.meta({
  description: "A whole day in the user's zone.",
  examples: ['2026-12-24'],
});

export const absenceInput = z
  .strictObject({ firstOn: dayInput, lastOn: dayInput })
  .refine(({ firstOn, lastOn }) => firstOn <= lastOn, {
    path: ['lastOn'],
    error: 'The last day is not before the first.',
  })
  .refine(
    ({ firstOn, lastOn }) => !(Date.parse(lastOn) - Date.parse(firstOn) >= maxLeaveDays * dayMs),
    {
      path: ['lastOn'],
      error: `A leave has at most ${maxLeaveDays} days.`,
    },
  )
  .meta({ id: 'AbsenceInput' });

export const absenceReply = z
  .object({
    id: z.uuid(),
    userId: z.uuid(),
    firstOn: z.string(),
    lastOn: z.string(),
    createdAt: instantShape,
  })
  .meta({ id: 'Absence' });

export const absenceParams = referenceParams.extend({ absenceId: idShape });

export function showAbsence({
  id,
  userId,
  firstOn,
  lastOn,
  createdAt,
}: UserAbsence): z.input<typeof absenceReply> {
  return { id, userId, firstOn, lastOn, createdAt };
}

const rescheduled = z.int().meta({ description: 'How many enrollments got another date by it.' });
export const absenceMadeReply = absenceReply.extend({ rescheduled }).meta({ id: 'AbsenceMade' });
export const absenceTakenReply = z.object({ rescheduled }).meta({ id: 'AbsenceTaken' });
