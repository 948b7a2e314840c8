import { defineSearchAttributeKey } from '@temporalio/common';

/** Ids and codes that operators filter by. No name and no address of a person is ever in one. */
export const searchAttributes = {
  accountId: defineSearchAttributeKey('AccountId', 'KEYWORD'),
  sequenceId: defineSearchAttributeKey('SequenceId', 'KEYWORD'),
  sequence: defineSearchAttributeKey('Sequence', 'KEYWORD'),
  contactId: defineSearchAttributeKey('ContactId', 'KEYWORD'),
  senderId: defineSearchAttributeKey('SenderId', 'KEYWORD'),
  enrollmentState: defineSearchAttributeKey('EnrollmentState', 'KEYWORD'),
  waitingFor: defineSearchAttributeKey('WaitingFor', 'KEYWORD'),
  currentStep: defineSearchAttributeKey('CurrentStep', 'INT'),
  nextActionAt: defineSearchAttributeKey('NextActionAt', 'DATETIME'),
} as const;
