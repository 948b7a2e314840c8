export { bulkEnrollment } from './bulk-enrollment.js';
export { enrollment } from './enrollment.js';
export { remind } from './remind.js';
export { sweeper } from './sweeper.js';
export { taskEmail } from './task-email.js';
