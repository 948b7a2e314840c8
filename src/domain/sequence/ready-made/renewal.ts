import type { ReadySequence } from './ready-sequence.js';

export const renewal: ReadySequence = {
  id: 'renewal',
  description:
    'For customers whose contract ends in about two months. Give each contact a property "renewalDate", as it is to be read, such as "31 March".',
  tokens: ['contact.renewalDate'],
  draft: {
    name: 'Renewal',
    settings: {},
    steps: [
      {
        id: 'prepare',
        kind: 'general',
        delayDays: 0,
        title: 'Prepare the renewal of {{company.name|the customer}}',
        notes: `<p>The contract ends on {{contact.renewalDate}}. Before anybody writes:</p>
<ol><li>How much have they used it in the last three months?</li><li>Which requests are open?</li><li>What has changed in the price or the terms?</li></ol>`,
        waitsForCompletion: true,
      },
      {
        id: 'notice',
        kind: 'automated_email',
        delayDays: 1,
        email: {
          subject: 'Your contract runs until {{contact.renewalDate}}',
          html: `<p>Hi {{contact.firstName|there}},</p>
<p>Your contract with us runs until {{contact.renewalDate}}. I would like to talk about it in good time, so that nothing has to be decided in a hurry.</p>
<p>Two questions beforehand: what has been worth it for {{company.name|you}} in the past year, and what has been missing?</p>
<p>Best regards,<br />{{sender.name}}</p>`,
        },
      },
      {
        id: 'review-call',
        kind: 'call',
        delayDays: 5,
        title: 'Review the year with {{contact.firstName|the contact}}',
        notes:
          '<p>Listen first: what went well, what did not? Then the terms from {{contact.renewalDate}} on. Note who signs.</p>',
        waitsForCompletion: true,
      },
      {
        id: 'offer',
        kind: 'manual_email',
        delayDays: 2,
        title: 'Send {{contact.firstName|the contact}} the terms',
        notes: '<p>Put the terms into the draft that you agreed on by phone.</p>',
        waitsForCompletion: true,
        replyTo: 'notice',
        email: {
          html: `<p>Hi {{contact.firstName|there}},</p>
<p>Thank you for the conversation. Here are the terms from {{contact.renewalDate}} on, as we discussed them.</p>
<p>If they suit you, a short "agreed" is enough, and I will see to the rest.</p>
<p>Best regards,<br />{{sender.name}}</p>`,
        },
      },
      {
        id: 'reminder',
        kind: 'automated_email',
        delayDays: 7,
        replyTo: 'offer',
        email: {
          html: `<p>Hi {{contact.firstName|there}},</p>
<p>I only want to make sure that my mail reached you, since {{contact.renewalDate}} is coming closer. Is there anything you still need from me, or anybody I should speak with?</p>
<p>{{sender.name}}</p>`,
        },
      },
      {
        id: 'last-call',
        kind: 'call',
        delayDays: 5,
        title: 'Last call before {{contact.renewalDate}}',
        notes:
          '<p>Ask for a clear answer: go on, change, or end. Whatever it is, thank them and tell the team.</p>',
        waitsForCompletion: true,
      },
    ],
  },
};
