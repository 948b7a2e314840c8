import type { EnrollmentRefusal } from '../../usecases/enrollment/request.js';
import { refuse, refuseFields, refuseUnknown } from './problem.js';

/** Answers a call that asked to enroll with the reason why nobody was enrolled. */
export function refuseEnrollment(refusal: EnrollmentRefusal): never {
  if (refusal.code === 'NOT_FOUND') return refuseUnknown(refusal.noun, refusal.pointer);
  if (refusal.code === 'VALIDATION_FAILED') {
    return refuseFields(refusal.errors.map((error) => ({ in: 'body', ...error })));
  }
  const { code, pointer, ...details } = refusal;
  if (pointer === undefined) return refuse(code, details);
  const error = { in: 'body', pointer, code: 'not_found', message: details.detail } as const;
  return refuse(code, { ...details, errors: [error] });
}
