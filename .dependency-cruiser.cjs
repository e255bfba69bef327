// The arrows of the house: each folder may reach only what stands below it. `docs/architecture.md` draws them.
const products = '^(sdk|apollo-server)/';
const may = (folder, allowed) => ({
  name: `${folder}-reaches-only-down`,
  comment: `${folder}/ may import ${allowed.length > 0 ? allowed.join(', ') : 'npm packages only'}. Move the code, or hand the thing in as an argument.`,
  severity: 'error',
  from: { path: `^${folder}/`, pathNot: '\\.test\\.ts$' },
  to: {
    path: '^(prisma|kernel|engine|queue|connectors|core|subgraphs|gateway|apollo-server|worker|warehouse|cli|sdk|console|examples|tests|bench|scripts)/',
    pathNot: [`^${folder}/`, ...allowed.map((path) => `^${path}`)],
  },
});

module.exports = {
  forbidden: [
    may('kernel', ['prisma/_generated/']),
    may('engine', ['kernel/']),
    may('queue', ['kernel/']),
    may('connectors', ['kernel/']),
    may('core', [
      'queue/',
      'engine/',
      'connectors/',
      'kernel/',
      'prisma/_generated/',
      // Its verify/ alone: what seals and what verifies hash by the same code.
      'sdk/',
    ]),
    may('subgraphs', ['core/', 'connectors/', 'kernel/', 'prisma/_generated/']),
    may('gateway', ['kernel/', 'core/access/']),
    may('worker', ['core/', 'queue/', 'engine/', 'connectors/', 'kernel/']),
    may('warehouse', ['core/', 'connectors/', 'kernel/', 'prisma/_generated/']),
    may('cli', [
      'subgraphs/',
      'gateway/',
      'worker/',
      'warehouse/',
      'core/',
      'engine/',
      'kernel/',
      'sdk/',
      'examples/',
    ]),
    may('sdk', []),
    may('console', ['sdk/']),
    {
      name: 'features-never-reach-each-other',
      comment: 'What two features share belongs in console/src/trail/ or console/src/ui/.',
      severity: 'error',
      from: { path: '^console/src/features/([^/]+)/' },
      to: { path: '^console/src/features/', pathNot: '^console/src/features/$1/' },
    },
    may('apollo-server', ['gateway/', 'kernel/']),
    {
      name: 'subgraphs-never-reach-each-other',
      comment: 'A subgraph knows core/ and subgraphs/server/. What two share belongs there.',
      severity: 'error',
      from: { path: '^subgraphs/(access|jobs|integrations|audit)/' },
      to: { path: '^subgraphs/(access|jobs|integrations|audit)/', pathNot: '^subgraphs/$1/' },
    },
    {
      name: 'gateway-serves-any-graph',
      comment:
        'Only gateway/operandi/ knows the platform. Hand the thing in as an option of the gateway.',
      severity: 'error',
      from: { path: '^gateway/', pathNot: ['^gateway/operandi/', '\\.test\\.ts$'] },
      to: { path: '^core/' },
    },
    {
      name: 'no-circular',
      comment:
        'Two files that need each other are one file, or miss a third, types included: put the type beside its maker or in a file of its own.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'Nothing imports this file and it is no entry. Delete it.',
      severity: 'error',
      from: {
        orphan: true,
        path: `^(kernel|engine|queue|connectors|core|subgraphs|gateway|worker|warehouse)/|${products}`,
        pathNot: '\\.(test|d)\\.ts$|\\.cjs$',
      },
      to: {},
    },
    {
      name: 'no-dev-dependency-in-product',
      comment: 'This package is not there in production. Move it to dependencies.',
      severity: 'error',
      from: {
        path: '^(kernel|engine|queue|connectors|core|subgraphs|gateway|worker|warehouse|cli)/',
        pathNot: ['\\.test\\.ts$', '/testing/', '^connectors/conformance/'],
      },
      // A peer is named as one, and who lacks it is told.
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm-peer'] },
    },
    {
      name: 'not-to-unresolvable',
      comment: 'This import leads nowhere.',
      severity: 'error',
      from: { pathNot: '^bench/' },
      // It has types only, and the resolver looks for code.
      to: { couldNotResolve: true, pathNot: '^@apollo/server-gateway-interface$' },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '_generated'] },
    exclude: { path: ['sdk/dist', 'apollo-server/dist', '\\.cache'] },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      // A package of types alone has no main.
      mainFields: ['module', 'main', 'types', 'typings'],
      extensions: ['.ts', '.js', '.json', '.d.ts'],
    },
  },
};
