// Turns the table of rooms into rules for dependency-cruiser.
const { rooms, domainOpens, packages } = require('./src/launch/check/rooms.cjs');

const spec = '\\.spec\\.tsx?$';
const either = (parts) => `(${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})`;
const inRooms = (names) => `^src/${either(names)}/`;

/** Specs stand beside their file and may open tests' parts; everything else keeps to its room. */
const roomRules = Object.entries(rooms).map(([room, { opens, outside = [] }]) => ({
  name: `room:${room}`,
  comment: `src/${room} opens ${opens.join(', ') || 'nothing of the others'}: see src/launch/check/rooms.cjs`,
  severity: 'error',
  from: { path: inRooms([room]), pathNot: spec },
  to: {
    path: '^(src|test|fabric-network|migrations)/',
    pathNot: [inRooms([room, ...opens]), ...outside.map((folder) => `^${folder}/`)],
  },
}));

const packageRules = Object.entries(packages).map(([name, places]) => ({
  name: `package:${name}`,
  comment: `${name} is opened only in ${places.join(', ')}`,
  severity: 'error',
  from: { path: '^src/', pathNot: [inRooms(places), spec] },
  to: { path: `(^|/)node_modules/${either([name])}/` },
}));

module.exports = {
  forbidden: [
    ...roomRules,
    ...packageRules,
    {
      name: 'domain:packages',
      comment: `src/domain opens node:crypto, ${domainOpens.join(', ')} and nothing else from outside`,
      severity: 'error',
      from: { path: '^src/domain/', pathNot: spec },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-peer', 'npm-optional', 'npm-no-pkg', 'npm-unknown'],
        pathNot: ['^(node:)?crypto$', `(^|/)node_modules/${either(domainOpens)}/`],
      },
    },
    {
      name: 'no-cycles',
      comment: 'files that need one another are one file, or lack a third; types alone may refer to one another',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'found', comment: 'what is opened exists', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'test-only',
      comment: 'a package for development is not opened by what runs',
      severity: 'error',
      from: { path: '^(src|migrations)/', pathNot: [spec, '^src/console/'] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['(^|/)dist/', '^src/console/', '^fabric-network/test-chaincode/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'require', 'default', 'types'],
      mainFields: ['main', 'types', 'typings'],
    },
  },
};
