import type { ReadySequence } from './ready-sequence.js';

export const eventFollowUp: ReadySequence = {
  id: 'event-follow-up',
  description:
    'For people you met at a fair, a talk or a webinar. Give each contact a property "eventName", as it reads after "at", such as "the spring trade fair".',
  tokens: ['contact.eventName'],
  draft: {
    name: 'Event follow-up',
    settings: {},
    steps: [
      {
        id: 'thanks',
        kind: 'automated_email',
        delayDays: 0,
        email: {
          subject: 'Good to meet you at {{contact.eventName}}',
          html: `<p>Hi {{contact.firstName|there}},</p>
<p>Thank you for stopping by at {{contact.eventName}}. So many people in so little time: I would like to take up what we could only begin there.</p>
<p>What was it that interested you most? I will send you what fits, and nothing else.</p>
<p>Best regards,<br />{{sender.name}}</p>`,
        },
      },
      {
        id: 'personal-note',
        kind: 'manual_email',
        delayDays: 1,
        title: 'Write {{contact.firstName|the contact}} what was promised at {{contact.eventName}}',
        notes:
          '<p>Look at your notes from {{contact.eventName}}. Put what you promised into the draft, or write a mail of your own.</p>',
        waitsForCompletion: true,
        replyTo: 'thanks',
        email: {
          html: `<p>Hi {{contact.firstName|there}},</p>
<p>As promised, here is what we spoke about at {{contact.eventName}}.</p>
<p>Tell me whether it answers your question, or what is still missing.</p>
<p>{{sender.name}}</p>`,
        },
      },
      {
        id: 'call',
        kind: 'call',
        delayDays: 3,
        title: 'Call {{contact.firstName|the contact}} about {{contact.eventName}}',
        notes:
          '<p>Ask what they took home from {{contact.eventName}}, and offer a longer conversation with whoever else should be in it.</p>',
        waitsForCompletion: true,
      },
      {
        id: 'proposal',
        kind: 'automated_email',
        delayDays: 2,
        email: {
          subject: 'Next step for {{company.name|your team}}?',
          html: `<p>Hi {{contact.firstName|there}},</p>
<p>After {{contact.eventName}} several people asked me for a short conversation about their own case. It takes half an hour, and afterwards you know whether it is worth going on.</p>
<p>Would next week suit you? Name a day, and I will propose a time.</p>
<p>Best regards,<br />{{sender.name}}</p>`,
        },
      },
      {
        id: 'closing',
        kind: 'automated_email',
        delayDays: 6,
        replyTo: 'proposal',
        email: {
          html: `<p>Hi {{contact.firstName|there}},</p>
<p>This is my last mail about {{contact.eventName}}. If the subject comes up again, you know where to find me; and I hope that we meet at the next one.</p>
<p>All the best,<br />{{sender.name}}</p>`,
        },
      },
    ],
  },
};
