import { namedId } from '../../db/named-id.js';

const sendNamespace = '6b1c2f04-52b5-4a0e-9a53-0d0c6e2a0f11';

/** Names the send of a step: the same for every attempt, retry and replay. */
export function sendIdOf(enrollmentId: string, stepId: string): string {
  return namedId(`${enrollmentId}/${stepId}`, sendNamespace);
}
