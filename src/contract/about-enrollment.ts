/** What an operator is told of an enrollment's run, beside where it stands. */
export interface AboutEnrollment {
  readonly enrollmentId: string;
  readonly timeZone: string;
  readonly steps: number;
  readonly sequenceName: string;
  /** The version that it began with; left out where nobody knows it any more. */
  readonly sequenceVersion?: number;
  readonly contactId: string;
  readonly senderId: string;
}

/** One line, and lines of markdown, for the Temporal UI: no personal data. */
export function aboutEnrollment(about: AboutEnrollment): {
  readonly summary: string;
  readonly details: readonly string[];
} {
  const { sequenceName, sequenceVersion, timeZone, enrollmentId, contactId, senderId } = about;
  const version = sequenceVersion === undefined ? '' : `, version ${sequenceVersion}`;
  return {
    summary: `${sequenceName}: ${about.steps} steps`,
    details: [
      `Sequence **${sequenceName}**${version}, in ${timeZone}.`,
      '',
      `- Enrollment \`${enrollmentId}\``,
      `- Contact \`${contactId}\`, sender \`${senderId}\``,
      '',
      'Under "More Actions": updates `pause`, `resume`, `unenroll`, `completeTask`, `skipStep` and signals `reply`, `meeting`, `outOfOffice`; none needs an argument. `pause` takes `until`, `outOfOffice` takes `returnAt`.',
    ],
  };
}
