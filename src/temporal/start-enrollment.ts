import { TypedSearchAttributes } from '@temporalio/common';
import { aboutEnrollment } from '../contract/about-enrollment.js';
import {
  enrollmentWorkflowId,
  enrollmentWorkflowType,
  type EnrollmentInput,
  type EnrollmentStart,
} from '../contract/enrollment.js';
import { searchAttributes } from '../contract/search-attributes.js';
import { waitingFor } from '../domain/enrollment/state.js';
import { startOnce, type Reuse, type Started, type StartingDeps } from './start-once.js';

/** Starts the run of an enrollment where it stands, unless there is one. */
export async function startEnrollment(
  deps: StartingDeps,
  begin: EnrollmentStart,
  reuse: Reuse,
): Promise<Started> {
  const input: EnrollmentInput = {
    ...begin.input,
    searchAttributesEachStep: deps.searchAttributesEachStep,
    sequenceVersion: begin.sequenceVersion,
  };
  const run = {
    type: enrollmentWorkflowType,
    workflowId: enrollmentWorkflowId(input.enrollmentId),
    input,
    attributes: attributesOf(begin),
    ...aboutEnrollment({ ...begin, ...input, steps: input.outline.length }),
  };
  return startOnce(deps, run, reuse);
}

function attributesOf(begin: EnrollmentStart): TypedSearchAttributes {
  const { status, accountId } = begin.input;
  return new TypedSearchAttributes([
    { key: searchAttributes.accountId, value: accountId },
    { key: searchAttributes.sequenceId, value: begin.sequenceId },
    { key: searchAttributes.sequence, value: begin.sequenceName },
    { key: searchAttributes.contactId, value: begin.contactId },
    { key: searchAttributes.senderId, value: begin.senderId },
    { key: searchAttributes.enrollmentState, value: status.state },
    { key: searchAttributes.waitingFor, value: waitingFor(status.state) },
    ...(status.step === null
      ? []
      : [{ key: searchAttributes.currentStep, value: status.step.position }]),
    ...(status.nextAt === null
      ? []
      : [{ key: searchAttributes.nextActionAt, value: new Date(status.nextAt) }]),
  ]);
}
