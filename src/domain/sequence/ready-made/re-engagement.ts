import type { ReadySequence } from './ready-sequence.js';

export const reEngagement: ReadySequence = {
  id: 're-engagement',
  description:
    'For people you once spoke with and have not heard from for months. It asks rather than sells, and ends politely.',
  tokens: [],
  draft: {
    name: 'Re-engagement',
    settings: {},
    steps: [
      {
        id: 'hello-again',
        kind: 'automated_email',
        delayDays: 0,
        email: {
          subject: 'Is this still on your list, {{contact.firstName|or has it changed}}?',
          html: `<p>Hi {{contact.firstName|there}},</p>
<p>We were in touch some time ago, and then it went quiet. That usually has a good reason: other things came first, or somebody else took it over.</p>
<p>May I ask how things stand at {{company.name|your company}} today? One of these is enough:</p>
<ul><li>Still relevant, let us talk.</li><li>Relevant, but later.</li><li>Solved another way.</li></ul>
<p>Best regards,<br />{{sender.name}}</p>`,
        },
      },
      {
        id: 'reread',
        kind: 'general',
        delayDays: 2,
        title: 'Read what was last agreed with {{contact.firstName|the contact}}',
        notes:
          '<p>Go through the last notes and mails. What was open? Has {{contact.firstName|the contact}} changed jobs since? If so, end this sequence and look for the successor.</p>',
        waitsForCompletion: true,
      },
      {
        id: 'what-is-new',
        kind: 'automated_email',
        delayDays: 1,
        replyTo: 'hello-again',
        email: {
          html: `<p>Hi {{contact.firstName|there}},</p>
<p>A good deal has changed on our side since we last spoke, and some of it answers questions that people in your place used to ask me.</p>
<p>Shall I send you the two or three points that matter, in five lines? A "yes" is enough.</p>
<p>{{sender.name}}</p>`,
        },
      },
      {
        id: 'call',
        kind: 'call',
        delayDays: 4,
        title: 'Call {{contact.firstName|the contact}}: what has changed?',
        notes:
          '<p>No pitch. Ask what has changed since your last contact, and whether it makes sense to stay in touch.</p>',
        waitsForCompletion: true,
      },
      {
        id: 'farewell',
        kind: 'automated_email',
        delayDays: 7,
        email: {
          subject: 'Shall I close your file?',
          html: `<p>Hi {{contact.firstName|there}},</p>
<p>Since I have not heard from you I would close your file and not write again. If you would rather stay in touch, answer with a month, and I will come back then.</p>
<p>Thank you for the time you took for us.</p>
<p>All the best,<br />{{sender.name}}</p>`,
        },
      },
    ],
  },
};
