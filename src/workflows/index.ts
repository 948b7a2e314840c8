export { bulkEnrollment } from './bulk-enrollment.js';
export { enrollment } from './enrollment.js';
export { remind } from './remind.js';
export { sweep } from './sweep.js';
export { taskEmail } from './task-email.js';
