import type { EnrollmentRefusal } from '../enrolling/request.js';
import { refuse, refuseUnknown } from './problem.js';

/** Answers a call that asked to enroll with the reason why nobody was enrolled. */
export function refuseEnrollment(refusal: EnrollmentRefusal): never {
  if (refusal.code === 'NOT_FOUND') return refuseUnknown(refusal.noun, refusal.pointer);
  const { code, ...details } = refusal;
  return refuse(code, details);
}
