// One jest for the whole project; every package that ships only as ES modules is listed here and transformed.
const esm = ['jose', 'oidc-provider', 'openid-client', 'oauth4webapi', 'dpop', '@noble', 'uuid'];
const swc = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true, dynamicImport: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    keepClassNames: true,
  },
  module: { type: 'commonjs' },
  swcrc: false,
  sourceMaps: 'inline',
};
module.exports = {
  rootDir: __dirname,
  testEnvironment: 'node',
  testMatch: [
    '<rootDir>/src/**/*.spec.ts',
    '<rootDir>/test/**/*.spec.ts',
    '<rootDir>/fabric-network/**/*.spec.ts',
    '<rootDir>/chaincode/**/*.spec.ts',
  ],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/src/console/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.aggregora/'],
  transform: {
    '^.+\\.tsx?$': ['@swc/jest', swc],
    '^.+\\.m?jsx?$': ['@swc/jest', { ...swc, jsc: { target: 'es2022', parser: { syntax: 'ecmascript' } } }],
  },
  transformIgnorePatterns: [`/node_modules/(?!(?:${esm.join('|')})/)`],
  globalSetup: '<rootDir>/test/support/globalSetup.ts',
  globalTeardown: '<rootDir>/test/support/globalTeardown.ts',
  reporters: ['default', '<rootDir>/test/support/closing-reporter.cjs'],
  testTimeout: 60_000,
  maxWorkers: 2,
};
