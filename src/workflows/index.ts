export { enrollment } from './enrollment.js';
export { sweep } from './sweep.js';
