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

/** The names of the steps in what the demo prints. */
export const stepNames: Readonly<Record<string, string>> = {
  intro: 'email',
  'follow-up': 'follow-up email',
  call: 'call task',
  connect: 'LinkedIn task',
  closing: 'closing email',
};
