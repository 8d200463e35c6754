// Who may import whom. packages/testing/src/boundaries.test.ts breaks every rule once and sees it fire.

/** Files that only run in tests: the tests, the contract suites of ports, and shared examples. */
const tests = '[.](test|servers|contract|fixtures)[.]ts$|-contract[.]ts$';
/** Files that hold rules: pure, so that the log can be replayed anywhere and at any time. */
const pure = '[.](decider|events|commands|rules)[.]ts$';
/** Files of these folders, as the cruiser names them: `packages/kernel/src/money.ts`. */
const inside = (...folders) => folders.map((it) => `^${it}/`);
const packages = (...names) => inside(...names.map((it) => `packages/${it}`));
/** A third-party package wherever npm has put it, or by its bare name where it is not installed. */
const npm = (...names) => names.map((it) => `(^|node_modules/)${it}(/|$)`);

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** A client library is imported in its one adapter, so that swapping it stays one folder's work. */
const onlyIn = (folders, name, ...libraries) =>
  forbid(
    name,
    `Only ${folders.join(', ')} may import this library; everybody else goes through the port.`,
    { pathNot: inside(...folders) },
    { path: npm(...libraries) },
  );

module.exports = {
  forbidden: [
    forbid('no-circular', 'Two files that need each other are one file, or three.', {}, { circular: true }),
    forbid('no-unresolvable', 'It leads nowhere.', {}, { couldNotResolve: true, pathNot: '^@adempauze/' }),
    forbid(
      'no-unlisted-dependency',
      "A third-party package stands in the importing workspace's own package.json; tools may stand in the root's.",
      {},
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    ),
    forbid(
      'no-deep-import',
      'Another workspace is imported by its name and through the doors in its `exports`, never by file path.',
      { path: '^(packages|services)/([^/]+)/' },
      {
        path: ['^(packages|services)/', '^@adempauze/'],
        pathNot: '^$1/$2/',
        dependencyTypesNot: ['aliased-workspace'],
      },
    ),
    forbid(
      'services-stay-apart',
      'What one service must know of another reaches it as contracts and integration events.',
      { path: '^services/([^/]+)/', pathNot: inside('services/standalone') },
      { path: '^services/', pathNot: '^services/$1/' },
    ),
    forbid(
      'packages-know-no-service',
      'Only the scenarios, which tell stories about the whole, see the services from a package.',
      { path: '^packages/', pathNot: packages('scenarios') },
      { path: '^services/' },
    ),
    forbid(
      'kernel-imports-only-zod',
      'The shared kernel has no I/O. From `node:crypto` it takes the hash that turns a key into an id.',
      { path: packages('kernel'), pathNot: tests },
      { pathNot: [...packages('kernel', 'testing', 'scenarios'), ...npm('zod'), '^(node:)?crypto$'] },
    ),
    forbid(
      'contracts-import-only-kernel',
      'The published language is kernel, zod and nothing that runs. A `make-…` script writes the files made from it.',
      { path: packages('contracts'), pathNot: [tests, '/make-[^/]+[.]ts$'].flat() },
      { pathNot: [...packages('contracts', 'kernel', 'testing', 'scenarios'), ...npm('zod')] },
    ),
    forbid(
      'packages-lean-on-the-core',
      'A package imports kernel and contracts. The bus knows the store; http, process, testing and scenarios may see more.',
      {
        path: '^packages/([^/]+)/',
        pathNot: packages('kernel', 'contracts', 'http', 'process', 'testing', 'scenarios'),
      },
      {
        path: '^packages/',
        pathNot: ['^packages/$1/', ...packages('kernel', 'contracts', 'event-store', 'testing', 'scenarios')],
      },
    ),
    forbid(
      'only-the-bus-knows-the-store',
      'The event store is the outbox of the bus; no other package reads it. A process opens it for its service.',
      { path: '^packages/', pathNot: packages('event-store', 'event-bus', 'http', 'process', 'testing', 'scenarios') },
      { path: packages('event-store') },
    ),
    forbid(
      'a-service-knows-no-adapters',
      'What a service runs on is chosen by configuration, in packages/process; only its main and config know of that.',
      { path: '^services/(offers|bookings|matching|invoicing)/', pathNot: [tests, '/src/(main|config)[.]ts$'] },
      {
        path: [
          ...packages('process', 'event-store/src/kurrent', 'event-bus/src/kafka', 'event-bus/src/postgres'),
          '^packages/personal-data/src/postgres',
        ],
      },
    ),
    forbid(
      'testing-is-for-tests',
      'What runs in production imports neither test helpers nor stories.',
      { pathNot: [tests, ...packages('testing', 'scenarios'), '^services/gateway/src/testing/'] },
      { path: packages('testing', 'scenarios') },
    ),
    forbid(
      'rules-are-pure',
      "Commands, events, deciders and rules import kernel, contracts, zod and their own service's likes: no I/O.",
      { path: `^((?:services|packages)/[^/]+)/.*${pure}` },
      { pathNot: [`^$1/.*${pure}`, ...packages('kernel', 'contracts'), ...npm('zod')] },
    ),
    onlyIn(['packages/event-bus'], 'kafkajs-in-one-place', 'kafkajs'),
    onlyIn(['packages/event-store', 'packages/testing'], 'eventstoredb-in-one-place', '@eventstore', '@kurrent'),
    onlyIn(
      ['packages/personal-data', 'packages/event-bus/src/postgres', 'services/gateway/src/sign-in/postgres'],
      'postgres-in-one-place',
      'pg',
      'postgres',
    ),
    onlyIn(['packages/http'], 'undici-in-one-place', 'undici'),
    onlyIn(
      ['packages/http', 'packages/process', 'services/gateway', 'services/standalone'],
      'express-at-the-doors',
      'express',
    ),
    onlyIn(['services/gateway', 'packages/scenarios'], 'graphql-in-the-gateway', 'graphql', 'graphql-yoga', '@pothos'),
  ],
  options: {
    // TypeScript 7 has no API that the cruiser can use; swc sees every import but `import('./x.ts').Type`.
    parser: 'swc',
    combinedDependencies: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
