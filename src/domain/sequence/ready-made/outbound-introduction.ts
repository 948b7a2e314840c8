import type { ReadySequence } from './ready-sequence.js';

export const outboundIntroduction: ReadySequence = {
  id: 'outbound-introduction',
  description:
    'For people who do not know you yet. Give each contact a property "topic": what you want to talk about, as it reads after "about", such as "shortening month-end close".',
  tokens: ['contact.topic'],
  draft: {
    name: 'Outbound introduction',
    settings: {},
    steps: [
      {
        id: 'introduction',
        kind: 'automated_email',
        delayDays: 0,
        email: {
          subject: 'A question about {{contact.topic}}',
          html: `<p>Hi {{contact.firstName|there}},</p>
<p>I talk to teams like {{company.name|yours}} about {{contact.topic}}, and I would like to learn how you go about it today.</p>
<p>Is that something you are working on this quarter? If so, would a fifteen-minute call be worth your time?</p>
<p>Best regards,<br />{{sender.name}}</p>`,
        },
      },
      {
        id: 'research',
        kind: 'general',
        delayDays: 1,
        title: 'Find one reason to write to {{contact.firstName|this contact}}',
        notes: `<p>Look at the website and the latest news of {{company.name|the company}} for five minutes.</p>
<ul><li>What changed there in the last three months?</li><li>Who else is concerned with {{contact.topic}}?</li></ul>
<p>Note it on the contact: the call on the next steps is better for it.</p>`,
        waitsForCompletion: false,
      },
      {
        id: 'nudge',
        kind: 'automated_email',
        delayDays: 2,
        replyTo: 'introduction',
        email: {
          html: `<p>Hi {{contact.firstName|there}},</p>
<p>Let me add one thing to my note: most teams I speak with begin with a small part of {{contact.topic}}, see whether it helps, and decide after that. Nothing has to be replaced first.</p>
<p>Would it help if I sent two or three examples?</p>
<p>{{sender.name}}</p>`,
        },
      },
      {
        id: 'call',
        kind: 'call',
        delayDays: 2,
        title: 'Call {{contact.firstName|the contact}} about {{contact.topic}}',
        notes: `<p>They have had two emails and not answered.</p>
<ol><li>Say who you are and that you wrote.</li><li>Ask how they deal with {{contact.topic}} now.</li><li>Offer a time for a longer call, or ask who is the right person.</li></ol>
<p>If nobody answers, leave no more than twenty seconds on voicemail.</p>`,
        waitsForCompletion: true,
      },
      {
        id: 'other-angle',
        kind: 'automated_email',
        delayDays: 3,
        email: {
          subject: 'The right person at {{company.name|your company}}?',
          html: `<p>Hi {{contact.firstName|there}},</p>
<p>I may be asking the wrong person. If somebody else looks after {{contact.topic}}, could you tell me who? A name is all I need.</p>
<p>And if it is you, but the time is wrong, tell me when to come back and I will.</p>
<p>Thank you,<br />{{sender.name}}</p>`,
        },
      },
      {
        id: 'closing',
        kind: 'automated_email',
        delayDays: 5,
        replyTo: 'other-angle',
        email: {
          html: `<p>Hi {{contact.firstName|there}},</p>
<p>I have not heard from you, so I take it that this is not on your list at present, and I will not write again.</p>
<p>Should that change, an answer to this mail reaches me.</p>
<p>All the best,<br />{{sender.name}}</p>`,
        },
      },
    ],
  },
};
