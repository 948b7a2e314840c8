import type { TimeZone } from '../../domain/time/types.js';

/** What becomes of a contact; `scenes.ts` makes it happen, and it is checked at the end. */
export const roles = [
  'finishes',
  'replies',
  'meets',
  'colleague_replies',
  'company_replied',
  'paused',
  'late_task',
] as const;
export type Role = (typeof roles)[number];

export interface Person {
  readonly role: Role;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly timeZone: TimeZone;
  readonly company: string;
  /** The user whose mailbox sends, by email. */
  readonly sender: string;
}

export const users = [
  { email: 'nora@northlight.example', name: 'Nora Lind', timeZone: 'Europe/Stockholm' },
  { email: 'ben@northlight.example', name: 'Ben Okafor', timeZone: 'Europe/London' },
] as const;

const [nora, ben] = users;

/** Seven people who do not exist, in six zones; two of them share a company. */
export const people: readonly Person[] = [
  {
    role: 'finishes',
    firstName: 'Beatriz',
    lastName: 'Almeida',
    email: 'beatriz@cafe-almeida.example.com',
    timeZone: 'America/Sao_Paulo',
    company: 'Café Almeida',
    sender: nora.email,
  },
  {
    role: 'replies',
    firstName: 'Marco',
    lastName: 'Rinaldi',
    email: 'marco@rinaldi.example.net',
    timeZone: 'Europe/Rome',
    company: 'Rinaldi Ceramiche',
    sender: nora.email,
  },
  {
    role: 'meets',
    firstName: 'Hannah',
    lastName: 'Reed',
    email: 'hannah.reed@reedworks.example.org',
    timeZone: 'America/New_York',
    company: 'Reedworks',
    sender: ben.email,
  },
  {
    role: 'colleague_replies',
    firstName: 'Haruto',
    lastName: 'Mori',
    email: 'mori@sakura-optics.example',
    timeZone: 'Asia/Tokyo',
    company: 'Sakura Optics',
    sender: ben.email,
  },
  {
    role: 'company_replied',
    firstName: 'Yui',
    lastName: 'Kato',
    email: 'kato@sakura-optics.example',
    timeZone: 'Asia/Tokyo',
    company: 'Sakura Optics',
    sender: ben.email,
  },
  {
    role: 'paused',
    firstName: 'Omar',
    lastName: 'Haddad',
    email: 'omar@haddad-trading.example',
    timeZone: 'Asia/Dubai',
    company: 'Haddad Trading',
    sender: nora.email,
  },
  {
    role: 'late_task',
    firstName: 'Isla',
    lastName: 'Murray',
    email: 'isla@murraysurf.example',
    timeZone: 'Australia/Sydney',
    company: 'Murray Surf',
    sender: nora.email,
  },
];

/** Five steps: an email, its follow-up, a call that must be made, a LinkedIn request, and a closing email. */
export const sequence = {
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

/** The names of the steps in what the demo prints. */
export const stepNames: Readonly<Record<string, string>> = {
  intro: 'email',
  'follow-up': 'follow-up email',
  call: 'call task',
  connect: 'LinkedIn task',
  closing: 'closing email',
};
