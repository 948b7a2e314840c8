import { refuse, refuseFields, refuseUnknown } from '../refusal.js';
import type { EnrollmentRefusal } from './request.js';

/** Ends the caller's transaction with the reason why nobody was enrolled. */
export function refuseEnrollment(refusal: EnrollmentRefusal): never {
  if (refusal.code === 'NOT_FOUND') return refuseUnknown(refusal.noun, refusal.pointer);
  if (refusal.code === 'VALIDATION_FAILED') return refuseFields(refusal.errors);
  const { code, pointer, ...details } = refusal;
  if (pointer === undefined) return refuse(code, details);
  return refuse(code, {
    ...details,
    errors: [{ pointer, code: 'not_found', message: details.detail }],
  });
}
