import type { ReadySequence } from './ready-sequence.js';

export const inboundFollowUp: ReadySequence = {
  id: 'inbound-follow-up',
  description:
    'For people who asked for something: a form, a demo, a price. The first answer goes out at once, the call follows on the same day.',
  tokens: [],
  draft: {
    name: 'Inbound follow-up',
    settings: {},
    steps: [
      {
        id: 'answer',
        kind: 'automated_email',
        delayDays: 0,
        email: {
          subject: 'Your request',
          html: `<p>Hi {{contact.firstName|there}},</p>
<p>Thank you for getting in touch. I am the person who will look after your request, and you can reach me directly by answering this mail.</p>
<p>So that I can prepare: what made you look into this now, and when would you like to have it solved?</p>
<p>I will also try to reach you by phone.</p>
<p>Best regards,<br />{{sender.name}}</p>`,
        },
      },
      {
        id: 'first-call',
        kind: 'call',
        delayDays: 0,
        title: 'Call {{contact.firstName|the contact}} back today',
        notes: `<p>They asked for contact: call while they still remember.</p>
<ul><li>What do they want to achieve?</li><li>Who else decides?</li><li>By when?</li></ul>
<p>Agree on the next step before you hang up.</p>`,
        waitsForCompletion: false,
      },
      {
        id: 'second-mail',
        kind: 'automated_email',
        delayDays: 1,
        replyTo: 'answer',
        email: {
          html: `<p>Hi {{contact.firstName|there}},</p>
<p>I did not want your request to get lost. Shall we talk for fifteen minutes this week? Tell me two times that suit you, and I will take one of them.</p>
<p>If you prefer writing, send me your questions and I will answer them here.</p>
<p>{{sender.name}}</p>`,
        },
      },
      {
        id: 'second-call',
        kind: 'call',
        delayDays: 2,
        title: 'Second call to {{contact.firstName|the contact}}',
        notes:
          '<p>Try another time of the day than the first call. If somebody else answers, ask when {{contact.firstName|the contact}} is in.</p>',
        waitsForCompletion: true,
      },
      {
        id: 'useful',
        kind: 'automated_email',
        delayDays: 3,
        email: {
          subject: 'Three questions that help to decide',
          html: `<p>Hi {{contact.firstName|there}},</p>
<p>When others stood where {{company.name|your company}} stands now, these three questions helped them most:</p>
<ol><li>What does it cost us, in hours or in money, to go on as we are?</li><li>Who has to agree, and what matters to them?</li><li>What would have to be true in three months for us to call it a success?</li></ol>
<p>I am glad to go through them with you, without any obligation.</p>
<p>Best regards,<br />{{sender.name}}</p>`,
        },
      },
      {
        id: 'closing',
        kind: 'automated_email',
        delayDays: 5,
        replyTo: 'useful',
        email: {
          html: `<p>Hi {{contact.firstName|there}},</p>
<p>I close your request for now, so that I do not keep asking. It takes one line to open it again: just answer this mail, whenever it suits you.</p>
<p>All the best,<br />{{sender.name}}</p>`,
        },
      },
    ],
  },
};
