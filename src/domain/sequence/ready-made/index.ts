import { eventFollowUp } from './event-follow-up.js';
import { inboundFollowUp } from './inbound-follow-up.js';
import { onboarding } from './onboarding.js';
import { outboundIntroduction } from './outbound-introduction.js';
import { reEngagement } from './re-engagement.js';
import type { ReadySequence } from './ready-sequence.js';
import { renewal } from './renewal.js';

/** Every ready-made sequence (SEQ-19). */
export const readySequences: readonly ReadySequence[] = [
  outboundIntroduction,
  inboundFollowUp,
  reEngagement,
  eventFollowUp,
  renewal,
  onboarding,
];

/** The ready-made sequence with this id, or undefined. */
export function readySequence(id: string): ReadySequence | undefined {
  return readySequences.find((ready) => ready.id === id);
}
