import { z } from 'zod';
import { maxPauseDays } from '../../../domain/enrollment/pause-until.js';
import type { Instant } from '../../../domain/time/types.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { pausedByOf } from '../../../usecases/enrollment/paused-by.js';
import { tellEnrollment } from '../../../usecases/enrollment/tell-enrollment.js';
import { refuseFields } from '../../../usecases/refusal.js';
import { idParams, instantInput } from '../../shapes/common.js';
import { enrollmentReply, showEnrollment } from '../../shapes/enrollment.js';

export const pauseEnrollment = defineEndpoint({
  method: 'POST',
  path: '/v1/enrollments/{id}/pause',
  operationId: 'pauseEnrollment',
  summary: 'Pause an enrollment',
  description:
    'Its clock stops and the rest of the delay is kept. Nothing is sent while it is paused. With `until` it resumes by itself then. A pause takes the place of an automatic one, and no automatic one takes its place; pausing again gives it another end.',
  tag: 'enrollments',
  scope: 'write',
  actingUser: 'required',
  params: idParams,
  query: nothing,
  body: z.strictObject({
    until: instantInput.optional().meta({
      description: `When it resumes by itself, at most ${maxPauseDays} days ahead; it lasts until it is resumed without.`,
    }),
  }),
  replies: { 200: enrollmentReply },
  refusals: ['NOT_FOUND', 'ENROLLMENT_ENDED', 'INVALID_STATE'],
  handler: async (call) => {
    const { until } = call.body;
    if (until !== undefined) requireAhead(until, call.now);
    const saved = await tellEnrollment(call, call.params.id, {
      type: 'pause',
      ...(until !== undefined && { until }),
    });
    const by = await pausedByOf(call, saved);
    return { status: 200, body: showEnrollment(saved, call.ports.workflows.runUrl, by) };
  },
});

function requireAhead(until: Instant, now: Instant): void {
  const aheadMs = Date.parse(until) - Date.parse(now);
  if (aheadMs > 0 && aheadMs <= maxPauseDays * 86_400_000) return;
  const message = `A pause ends at a time ahead, within ${maxPauseDays} days.`;
  refuseFields([{ in: 'body', pointer: '/until', code: 'out_of_range', message }]);
}
