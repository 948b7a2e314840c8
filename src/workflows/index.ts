export { bulkEnrollment } from './bulk-enrollment.js';
export { enrollment } from './enrollment.js';
export { sweep } from './sweep.js';
export { taskEmail } from './task-email.js';
