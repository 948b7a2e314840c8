/**
 * What the demo enrolls its contacts in, and benchmarks theirs: an email, its follow-up, a call that must be made, a
 * LinkedIn request, and a closing email.
 */
export const demoSequence = {
  name: 'Northlight introduction',
  steps: [
    {
      id: 'intro',
      kind: 'automated_email',
      email: {
        subject: 'Better light for {{company.name|your team}}',
        html: '<p>Hello {{contact.firstName|there}},</p><p>would fifteen minutes next week suit you?</p><p>{{sender.name}}</p>',
      },
    },
    {
      id: 'follow-up',
      kind: 'automated_email',
      delayDays: 3,
      replyTo: 'intro',
      email: { html: '<p>{{contact.firstName|Hello}}, did you have a moment to look at this?</p>' },
    },
    {
      id: 'call',
      kind: 'call',
      delayDays: 2,
      title: 'Call {{contact.firstName|them}} at {{company.name|work}}',
      priority: 'high',
      waitsForCompletion: true,
    },
    {
      id: 'connect',
      kind: 'linkedin_connect',
      delayDays: 0,
      title: 'Connect with {{contact.firstName|them}}',
      notes: 'Good to have talked.',
      waitsForCompletion: false,
    },
    {
      id: 'closing',
      kind: 'automated_email',
      delayDays: 4,
      replyTo: 'follow-up',
      email: {
        html: '<p>I will leave it at that, {{contact.firstName|for now}}. All the best!</p>',
      },
    },
  ],
  settings: { sendWindowStartMinute: 8 * 60, sendWindowEndMinute: 18 * 60, unenrollCompany: true },
} as const;
