export { collect } from './collect.js';
export * from '../../src/workflows/index.js';
