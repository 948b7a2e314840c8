import { z } from 'zod';
import type { SequenceVersion, VersionOutline } from '../../db/queries/sequence-versions.js';
import type { Difference } from '../../domain/sequence/difference.js';
import { idParams, instantShape } from './common.js';
import { sequenceReply, showDefinition } from './sequence.js';

/** A version's number as it stands in a path or a query. */
export const versionNumber = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, { error: 'A version is a whole number from 1.' })
  .transform(Number)
  .meta({ examples: ['3'] });

export const versionParams = idParams.extend({ version: versionNumber });

const outline = {
  version: z.int(),
  createdById: z.uuid().meta({ description: 'The user who saved it.' }),
  createdAt: instantShape,
};

export const versionOutline = z
  .object({ ...outline, stepCount: z.int() })
  .meta({ id: 'SequenceVersionOutline' });

export const versionReply = z
  .object({ ...outline, ...sequenceReply.pick({ steps: true, settings: true }).shape })
  .meta({ id: 'SequenceVersion' });

const value = z.union([z.string(), z.number(), z.boolean()]).nullable();
const fieldChange = z
  .object({
    field: z.string().meta({ examples: ['email.subject'] }),
    from: value,
    to: value,
  })
  .meta({ id: 'FieldChange' });
const place = z.object({ stepId: z.string(), position: z.int() });

const differences = {
  added: z.array(place).meta({ description: 'With the position in `to`.' }),
  deleted: z.array(place).meta({ description: 'With the position in `from`.' }),
  moved: z
    .array(z.object({ stepId: z.string(), from: z.int(), to: z.int() }))
    .meta({ description: 'The fewest steps that had to be moved past others.' }),
  changed: z.array(z.object({ stepId: z.string(), fields: z.array(fieldChange) })),
  settings: z.array(fieldChange),
};

export const differenceReply = z
  .object({ from: z.int(), to: z.int(), ...differences })
  .meta({ id: 'SequenceDifference' });

/** What an edit changes: of the name too, which belongs to the sequence and to none of its versions. */
export const editDifference = z
  .object({
    ...differences,
    name: z.object({ from: z.string(), to: z.string() }).nullable(),
  })
  .meta({ id: 'EditDifference', description: 'What the edit changes of the current version.' });

export function showOutline(version: VersionOutline): z.input<typeof versionOutline> {
  const { createdBy, ...rest } = version;
  return { ...rest, createdById: createdBy };
}

export function showVersion(version: SequenceVersion): z.input<typeof versionReply> {
  const { definition, createdBy, ...rest } = version;
  return { ...rest, createdById: createdBy, ...showDefinition(definition) };
}

export function showDifference(
  versions: { readonly from: number; readonly to: number },
  difference: Difference,
): z.input<typeof differenceReply> {
  return { ...versions, ...showChanges(difference) };
}

/** The parts of a difference. */
export function showChanges({
  added,
  deleted,
  moved,
  changed,
  settings,
}: Difference): Omit<z.input<typeof differenceReply>, 'from' | 'to'> {
  return {
    added: [...added],
    deleted: [...deleted],
    moved: [...moved],
    changed: changed.map(({ stepId, fields }) => ({ stepId, fields: [...fields] })),
    settings: [...settings],
  };
}
