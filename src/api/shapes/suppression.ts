import { z } from 'zod';
import { isDigest, type Suppression } from '../../db/queries/suppressions.js';
import { normalizedEmail } from '../../db/queries/reference.js';
import { enrollmentStates } from '../../domain/enrollment/state.js';
import { suppressionReasons } from '../../domain/enrollment/suppression.js';
import { domainShape } from './company.js';
import { emailShape, instantShape, lineShape } from './common.js';
import { actorReply, reasonReply, showActor } from './log-parts.js';

export const suppressionReason = z.enum(suppressionReasons).meta({
  description:
    'unsubscribed: of all mail; unsubscribed_personal: of one-to-one mail, as sequences send it; blocked_domain: with a domain, all others with an address.',
});

/** An address in the form in which addresses are compared. */
export const comparedAddress = emailShape.transform((text) => normalizedEmail(text) ?? text);

export const suppressionInput = z
  .strictObject({
    address: comparedAddress.optional(),
    domain: domainShape.optional().meta({
      description: 'For blocked_domain; what stands below the domain is blocked with it.',
    }),
    reason: suppressionReason,
    note: lineShape(500).optional(),
  })
  .superRefine(({ address, domain, reason }, context) => {
    const [wanted, unwanted] =
      reason === 'blocked_domain'
        ? (['domain', 'address'] as const)
        : (['address', 'domain'] as const);
    const given = { address, domain };
    if (given[wanted] === undefined) {
      context.addIssue({
        code: 'custom',
        path: [wanted],
        params: { code: 'required' },
        message: `The reason ${reason} is about ${wanted === 'domain' ? 'a domain' : 'an address'}: give the field ${wanted}.`,
      });
    }
    if (given[unwanted] !== undefined) {
      context.addIssue({
        code: 'custom',
        path: [unwanted],
        params: { code: 'not_applicable' },
        message: `The reason ${reason} takes no ${unwanted}.`,
      });
    }
  })
  .meta({ id: 'SuppressionInput' });

const fields = z.object({
  id: z.uuid(),
  address: z.string().nullable().meta({
    description:
      'Null for a domain, and for an address whose contact was deleted: of that only a digest is kept, and `?address=` finds it.',
  }),
  domain: z.string().nullable(),
  reason: suppressionReason,
  note: z.string().nullable(),
  createdBy: actorReply,
  createdAt: instantShape,
});

export const suppressionReply = fields.meta({ id: 'Suppression' });

export const suppressionMade = fields
  .extend({
    effects: z
      .array(
        z.object({ enrollmentId: z.uuid(), state: z.enum(enrollmentStates), reason: reasonReply }),
      )
      .meta({ description: 'The enrollments that it ended.' }),
  })
  .meta({ id: 'SuppressionMade' });

export function showSuppression(row: Suppression): z.input<typeof suppressionReply> {
  const ofDomain = row.reason === 'blocked_domain';
  return {
    ...row,
    address: ofDomain || isDigest(row) ? null : row.address,
    domain: ofDomain ? row.address : null,
    createdBy: showActor(row.createdBy),
  };
}
