import { randomBytes } from 'node:crypto';
import type { Surroundings } from '../../src/bin/admin/surroundings.js';

const keys = [randomBytes(32)];

/** What a command of `npm run admin` finds around it, where no `npm start` is running. */
export function surroundings(given: Partial<Surroundings> = {}): Surroundings {
  return {
    encryptionKeys: () => Promise.resolve(keys),
    smtpPassword: () => Promise.reject(new Error('nobody is there to ask')),
    outgoing: {},
    apiUrl: 'http://localhost:3000',
    ...given,
  };
}
