import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

const clockBan = [
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: "Take 'now' as a parameter; only bin and the API's edge own a clock.",
  },
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: "Take 'now' as a parameter; only bin and the API's edge own a clock.",
  },
];
const generalBans = [
  {
    selector: 'ExportDefaultDeclaration',
    message: 'Use a named export, so that a thing has one name everywhere.',
  },
  {
    selector: "CallExpression[callee.object.name='DateTime'][callee.property.name=/^(local|now)$/]",
    message: 'Name the zone: luxon falls back to the zone of the process.',
  },
  {
    selector: "CallExpression[callee.object.name='vi'][callee.property.name=/^(mock|doMock)$/]",
    message: 'Pass a fake through deps; modules of ours are never mocked.',
  },
];
const envBan = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'Read the environment in config or bin only.',
};
const randomBan = [
  {
    selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    message: 'Domain and workflow code is deterministic; pass the value in.',
  },
  {
    selector: "CallExpression[callee.property.name='randomUUID']",
    message: 'Domain and workflow code is deterministic; pass the value in.',
  },
];

export default tseslint.config(
  {
    ignores: [
      ...['dist/', 'node_modules/', 'coverage/', '.data/', 'drizzle/'],
      // Its types are made while a test runs.
      'test/support/client/',
    ],
  },
  eslint.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      complexity: ['error', 12],
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 70 }],
      'max-params': ['error', 4],
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...generalBans, ...clockBan, envBan],
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/domain/**', 'src/workflows/**', 'src/contract/**'],
    rules: {
      'no-restricted-syntax': ['error', ...generalBans, ...clockBan, envBan, ...randomBan],
    },
  },
  {
    // Workflow code may read Date: inside the sandbox it is the workflow's own time.
    files: ['src/workflows/**'],
    rules: { 'no-restricted-syntax': ['error', ...generalBans, envBan, ...randomBan] },
  },
  {
    files: ['src/config/**'],
    rules: { 'no-restricted-syntax': ['error', ...generalBans, ...clockBan] },
  },
  {
    files: [
      'src/bin/**',
      'src/local/**',
      'src/temporal/**',
      'bench/**',
      'test/**',
      'tools/**',
      'vitest.config.ts',
      'vitest.mutation.config.ts',
      'drizzle.config.ts',
    ],
    rules: { 'no-restricted-syntax': ['error', ...generalBans] },
  },
  {
    files: ['src/bin/**', 'bench/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**', 'bench/**'],
    rules: {
      'max-lines': ['error', { max: 500 }],
      'max-lines-per-function': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
    },
  },
  {
    files: [
      'vitest.config.ts',
      'vitest.mutation.config.ts',
      'drizzle.config.ts',
      'eslint.config.js',
    ],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['**/*.{js,cjs,mjs}'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        module: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        fetch: 'readonly',
        AbortController: 'readonly',
      },
    },
    rules: {
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      'no-console': 'off',
      'no-restricted-syntax': 'off',
    },
  },
);
