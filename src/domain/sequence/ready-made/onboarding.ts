import type { ReadySequence } from './ready-sequence.js';

export const onboarding: ReadySequence = {
  id: 'onboarding',
  description:
    'For the first month of a new customer: a welcome, a first call, two checks on the way, and an open question at the end.',
  tokens: [],
  draft: {
    name: 'Onboarding',
    settings: {},
    steps: [
      {
        id: 'welcome',
        kind: 'automated_email',
        delayDays: 0,
        email: {
          subject: 'Welcome, {{contact.firstName|and thank you}}',
          html: `<p>Hi {{contact.firstName|there}},</p>
<p>Welcome! I am glad that {{company.name|your team}} is on board. I am the one to turn to in the coming weeks.</p>
<p>What happens next:</p>
<ol><li>We talk for half an hour about what you want to reach first.</li><li>You try it out with a small group.</li><li>After two weeks we look at what worked, and widen it.</li></ol>
<p>When would the first conversation suit you?</p>
<p>Best regards,<br />{{sender.name}}</p>`,
        },
      },
      {
        id: 'kick-off',
        kind: 'call',
        delayDays: 2,
        title: 'First conversation with {{contact.firstName|the new customer}}',
        notes: `<p>Agree on three things and write them down:</p>
<ul><li>the first result that {{company.name|the customer}} wants to see,</li><li>who takes part,</li><li>the day on which you look at it together.</li></ul>`,
        waitsForCompletion: true,
      },
      {
        id: 'summary',
        kind: 'manual_email',
        delayDays: 0,
        title: 'Send {{contact.firstName|the customer}} what was agreed',
        notes: '<p>Fill in the three points from the conversation before you send it.</p>',
        waitsForCompletion: true,
        replyTo: 'welcome',
        email: {
          html: `<p>Hi {{contact.firstName|there}},</p>
<p>Thank you for the conversation. This is what we agreed on; please tell me if I misunderstood something.</p>
<p>{{sender.name}}</p>`,
        },
      },
      {
        id: 'first-week',
        kind: 'automated_email',
        delayDays: 5,
        email: {
          subject: 'How was the first week?',
          html: `<p>Hi {{contact.firstName|there}},</p>
<p>The first week is when most questions come up. Is there anything that holds you up, however small? Answer with a word, and I will see to it.</p>
<p>{{sender.name}}</p>`,
        },
      },
      {
        id: 'usage-check',
        kind: 'general',
        delayDays: 5,
        title: 'Look at how {{company.name|the customer}} uses it',
        notes:
          '<p>Who has signed in, who has not? What was begun and left? Bring one observation and one suggestion to the next conversation.</p>',
        waitsForCompletion: false,
      },
      {
        id: 'review',
        kind: 'call',
        delayDays: 2,
        title: 'Review after three weeks with {{contact.firstName|the customer}}',
        notes:
          '<p>Is the first result there? What comes next? Who else at {{company.name|the customer}} could use it?</p>',
        waitsForCompletion: true,
      },
      {
        id: 'open-question',
        kind: 'automated_email',
        delayDays: 5,
        replyTo: 'first-week',
        email: {
          html: `<p>Hi {{contact.firstName|there}},</p>
<p>You have been with us for a month. If you could change one thing, what would it be?</p>
<p>I pass on every answer, and I will tell you what comes of it.</p>
<p>Thank you,<br />{{sender.name}}</p>`,
        },
      },
    ],
  },
};
