import type { Endpoint } from '../endpoint.js';
import { createUser } from './users/create-user.js';
import { getUser } from './users/get-user.js';
import { listUsers } from './users/list-users.js';

/** Every endpoint, in the order of the documentation. */
export const endpoints: readonly Endpoint[] = [createUser, listUsers, getUser];
