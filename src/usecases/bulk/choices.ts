import type { BulkRow } from '../../db/queries/bulk-enrollments.js';
import type { Sequence } from '../../db/queries/sequences.js';
import type { BulkChoices } from '../../domain/bulk/bulk.js';
import { overlay } from '../../domain/enrollment/overlay.js';
import type { SequenceDefinition } from '../../domain/sequence/definition.js';
import { checkChoices } from '../enrollment/check-choices.js';
import type { Act } from '../act.js';
import { refuseFields, type FieldError } from '../refusal.js';

/** The choices of how many contacts are checked at a time. */
const perTurn = 25;

/** Choices as they are kept, or everything that is wrong with them. */
type Checked =
  | { readonly choices: BulkChoices; readonly errors?: undefined }
  | { readonly errors: readonly FieldError[] };

/** The choices for the contacts of a batch that have none of their own. */
export function definitionForAll(
  { defaults }: Pick<BulkRow, 'defaults'>,
  { definition }: Sequence,
): SequenceDefinition {
  return overlay(definition, defaults);
}

/**
 * Checks the choices for all contacts of a batch and returns them as they are kept. Refuses those that do not suit the
 * sequence, each with its place.
 */
export async function checkDefaults(
  act: Act,
  { definition }: Sequence,
  written: BulkChoices,
): Promise<BulkChoices> {
  return accept(await check(act, definition, { written, place: '/defaults' }));
}

/**
 * Checks the choices for one contact of a batch and returns them as they are kept. Refuses those that do not suit the
 * sequence, each with its place.
 */
export async function checkOwn(
  act: Act,
  { bulk, sequence }: { readonly bulk: BulkRow; readonly sequence: Sequence },
  written: BulkChoices,
): Promise<BulkChoices> {
  const definition = definitionForAll(bulk, sequence);
  return accept(await check(act, definition, { written, place: '/overrides' }));
}

/** The choices of many contacts, and everything that is wrong with any of them. */
export async function checkAll(
  act: Act,
  definition: SequenceDefinition,
  given: readonly { readonly overrides: BulkChoices }[],
): Promise<{ readonly choices: readonly BulkChoices[]; readonly errors: readonly FieldError[] }> {
  const choices: BulkChoices[] = [];
  const errors: FieldError[] = [];
  for (const [index, { overrides: written }] of given.entries()) {
    // Lets other calls have their turn in between.
    if (index % perTurn === perTurn - 1) await new Promise(setImmediate);
    const place = `/contacts/${index}/overrides`;
    const checked = await check(act, definition, { written, place });
    if (checked.errors) errors.push(...checked.errors);
    else choices.push(checked.choices);
  }
  return { choices, errors };
}

function accept(checked: Checked): BulkChoices {
  return checked.errors ? refuseFields(checked.errors) : checked.choices;
}

async function check(
  act: Act,
  definition: SequenceDefinition,
  { written, place }: { readonly written: BulkChoices; readonly place: string },
): Promise<Checked> {
  const result = await checkChoices(act, definition, written);
  if (result.kind === 'checked') {
    const { timeZone, useContactTimeZone, continueWithoutCompleting } = written;
    return {
      choices: {
        ...result.overrides,
        ...result.start,
        // Alone it says nothing, but one contact may have it otherwise than all.
        ...(continueWithoutCompleting !== undefined && { continueWithoutCompleting }),
        ...(timeZone !== undefined && { timeZone }),
        ...(useContactTimeZone !== undefined && { useContactTimeZone }),
      },
    };
  }
  const { refusal } = result;
  if (refusal.code === 'VALIDATION_FAILED') {
    const within = refusal.errors.map((error) => ({ ...error, pointer: place + error.pointer }));
    return { errors: within.map((error) => ({ ...error })) };
  }
  const pointer = `${place}${refusal.pointer ?? ''}`;
  return { errors: [{ pointer, code: 'not_found', message: refusal.detail }] };
}
