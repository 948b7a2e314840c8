import { z } from 'zod';
import { pageOf } from '../../api/http/cursor.js';
import { instantShape } from '../../api/shapes/common.js';
import { enrollmentReply } from '../../api/shapes/enrollment.js';
import { logTypes } from '../../domain/enrollment/log.js';
import { isLive } from '../../domain/enrollment/state.js';
import type { Why } from '../../domain/time/types.js';
import type { ApiClient } from '../shared/api-client.js';
import type { Person } from './cast.js';

const whyList = z.custom<readonly Why[]>((value) => Array.isArray(value));
const entrySchema = z.object({
  number: z.int(),
  at: instantShape,
  type: z.enum(logTypes),
  stepId: z.string().nullable(),
  data: z.looseObject({
    plannedAt: instantShape.optional(),
    why: whyList.optional(),
    next: z.object({ stepId: z.string(), at: instantShape.nullable(), why: whyList }).optional(),
    dueAt: instantShape.optional(),
    taskId: z.string().optional(),
    restMs: z.number().optional(),
    reason: z.string().optional(),
    throughEnrollmentId: z.string().optional(),
  }),
});
const enrollmentPage = pageOf(enrollmentReply);
const timelinePage = pageOf(entrySchema);

export type Enrollment = z.output<typeof enrollmentReply>;
/** One entry of an enrollment's timeline. */
export type Entry = z.output<typeof entrySchema>;

/** A contact's way through the sequence, as the API tells it. */
export interface Life {
  readonly person: Person;
  readonly enrollment: Enrollment;
  readonly entries: readonly Entry[];
}

/** Reads how all lives stand now; it reads timelines only of those that have changed. */
export async function readLives(api: ApiClient, lives: readonly Life[]): Promise<readonly Life[]> {
  const { results } = await api.get(enrollmentPage, '/v1/enrollments?limit=100');
  return Promise.all(
    lives.map(async (life) => {
      const { id } = life.enrollment;
      const enrollment = results.find((each) => each.id === id);
      if (enrollment === undefined) throw new Error(`the API lost the enrollment ${id}`);
      const same = JSON.stringify(enrollment) === JSON.stringify(life.enrollment);
      if (same && life.entries.length > 0) return life;
      const page = await api.get(timelinePage, `/v1/enrollments/${id}/timeline?limit=100`);
      return { ...life, enrollment, entries: page.results };
    }),
  );
}

/** Whether anything is still to come. */
export function goesOn({ enrollment }: Life): boolean {
  return isLive(enrollment.state);
}

/** The entry of a type, and of a step if one is named; the first if there are several. */
export function entryOf(life: Life, type: string, stepId?: string): Entry | undefined {
  return life.entries.find(
    (entry) => entry.type === type && (stepId === undefined || entry.stepId === stepId),
  );
}
