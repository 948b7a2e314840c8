import { findCorrespondence } from '../../db/queries/correspondence.js';
import { readEnrollment } from '../../db/queries/enrollments/read.js';
import type { TaskRow } from '../../db/queries/tasks.js';
import { valuesAt } from '../../domain/enrollment/overlay.js';
import { describeMissing } from '../../domain/message/describe-missing.js';
import { renderForPerson } from '../../domain/message/render-for-person.js';
import { missingValues } from '../../domain/message/render-template.js';
import { tokenValues } from '../../domain/message/token-values.js';
import { parseTemplate, type TokenValues } from '../../domain/message/tokens.js';
import { maxNotesLength, textProblems } from '../../domain/sequence/step-rules.js';
import { harmlessHtml } from '../../html/render-safely.js';
import type { Act } from '../act.js';
import { refuseFields } from '../refusal.js';
import { readPlacedTexts } from '../sequence/read-rich-texts.js';

/**
 * A formatted text as it is kept with a task: checked and cleaned like the notes of a step (TSK-10), with what its tokens stand
 * for. Refuses an unfit one, which stands at `pointer` of the body, and one with a link that a token's value does not fit.
 */
export async function readTaskText(
  act: Act,
  task: TaskRow,
  { pointer, text }: { readonly pointer: string; readonly text: string },
): Promise<string> {
  const place = { pointer, text, maxLength: maxNotesLength };
  const { htmlAt, problems } = await readPlacedTexts(act, [place]);
  const html = htmlAt(pointer) ?? '';
  const all = [...problems, ...(html === '' ? [] : textProblems(pointer, html, maxNotesLength))];
  if (all.length > 0) refuseFields(all.map((problem) => ({ ...problem })));
  if (!html.includes('{{')) return html;
  const values = await valuesOf(act, task);
  refuseUnfitLinks(pointer, html, values);
  return harmlessHtml(renderForPerson(html, values, 'html'));
}

/** Nobody would see in a link what they see in a text: that the name of a token stands in place of a value. */
function refuseUnfitLinks(pointer: string, html: string, values: TokenValues): void {
  const parsed = parseTemplate(html);
  const missing = parsed.ok ? missingValues(parsed.template, values, 'html') : [];
  const unfit = missing.filter(({ needs }) => needs !== undefined);
  if (unfit.length > 0) refuseFields([{ pointer, code: 'unfit', message: describeMissing(unfit) }]);
}

/** What tokens stand for in a task. */
async function valuesOf({ tx, accountId }: Act, task: TaskRow): Promise<TokenValues> {
  const enrollment = await readEnrollment(tx, accountId, task.enrollmentId, null);
  const people = enrollment && (await findCorrespondence(tx, accountId, enrollment.row));
  if (people === undefined) return {};
  const known = tokenValues(people.contact, people.company, people.sender, people);
  return valuesAt(known, enrollment?.row.overrides ?? null, task.stepId);
}
