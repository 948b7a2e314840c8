// What workflow code reaches when it runs, by whatever way: imports of types are gone by then.
module.exports = {
  extends: './.dependency-cruiser.cjs',
  forbidden: [
    {
      name: 'workflows-reach-no-calendar',
      severity: 'error',
      comment: 'A fix of the planner, or new zone data, would break enrollments that run.',
      from: { path: '^src/workflows/' },
      to: { path: '^src/domain/time/', reachable: true },
    },
    {
      name: 'workflows-reach-no-heavy-package',
      severity: 'error',
      comment: 'zod multiplies the memory of a cached workflow by ten, luxon by two.',
      from: { path: '^src/workflows/' },
      to: { path: 'node_modules/(luxon|zod|sanitize-html)/', reachable: true },
    },
  ],
  options: { tsPreCompilationDeps: false },
};
