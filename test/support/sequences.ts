/** An email step; without `replyTo` it opens a thread. */
export function emailStep(id: string, delayDays: number, replyTo?: string): object {
  return {
    id,
    kind: 'automated_email',
    delayDays,
    email: {
      subject: `About ${id}`,
      html: `<p>Hello {{contact.firstName|there}}, this is ${id}.</p>`,
    },
    ...(replyTo === undefined ? {} : { replyTo }),
  };
}

/** A call to be made; the sequence waits for it unless `waitsForCompletion` is false. */
export function callStep(id: string, delayDays: number, waitsForCompletion = true): object {
  return {
    id,
    kind: 'call',
    delayDays,
    title: 'Call {{contact.firstName|them}}',
    waitsForCompletion,
  };
}

/** A manual email, with a template unless `email` is null; the sequence waits for it unless `waitsForCompletion` is false. */
export function manualStep(id: string, delayDays: number, fields: object = {}): object {
  return {
    id,
    kind: 'manual_email',
    delayDays,
    title: 'Write to {{contact.firstName|them}}',
    email: {
      subject: `About ${id}`,
      html: `<p>Hello {{contact.firstName|there}}, this is ${id}.</p>`,
    },
    ...fields,
  };
}

/** Email, answer to it, a call that must be made, a LinkedIn task, a closing email: five steps on business days. */
export const fiveSteps = {
  name: 'Five steps',
  steps: [
    emailStep('intro', 0),
    emailStep('follow-up', 2, 'intro'),
    callStep('call', 1),
    {
      id: 'connect',
      kind: 'linkedin_connect',
      delayDays: 1,
      title: 'Connect',
      waitsForCompletion: false,
    },
    emailStep('closing', 3),
  ],
};

/** Every day and hour is allowed, so that a test need not wait for Monday. */
export const anyTime = {
  eligibleFollowUpDays: 'EVERYDAY',
  sendWindowStartMinute: 0,
  sendWindowEndMinute: 1440,
};
