// The lint rules: everything strict, and each exception with its reason.
import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      'node_modules/**',
      'dist/**',
      'coverage/**',
      '.aggregora/**',
      'chaincode/**/dist/**',
      'chaincode/**/node_modules/**',
      'fabric-network/test-chaincode/**',
      '**/*.cjs',
      '**/*.mjs',
      '**/*.js',
    ],
  },
  {
    files: ['src/**/*.ts', 'migrations/**/*.ts', 'test/**/*.ts', 'fabric-network/**/*.ts', 'chaincode/src/**/*.ts'],
    ignores: ['src/console/**'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { project: ['tsconfig.json', 'chaincode/tsconfig.json'], tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Nest's modules are classes with a decorator and nothing else.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Its remedy is `!`, which is forbidden; `as` with a reason beside it stays the only way.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      // Entities and DTOs are rows that are classes only because decorators want classes; options of Nest likewise.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      // `entry<V>(key)`: the reader of stored JSON names what it expects.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-deprecated': [
        'error',
        {
          allow: [
            // Marked so that it stands out; we use it for loopback addresses only.
            { from: 'package', package: 'openid-client', name: 'allowInsecureRequests' },
            { from: 'package', package: 'fast-check', name: ['beforeEach', 'afterEach'] },
          ],
        },
      ],
      // `type` and `interface` are both fine; which one reads better is for the author.
      '@typescript-eslint/consistent-type-definitions': 'off',
      // `() => promise.close()` in short arrow functions is how the code reads; statements are still checked.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true, ignoreVoidOperator: true },
      ],
    },
  },
  {
    // Ports are asynchronous, so an implementation in memory or an Express handler is `async` without an `await`.
    files: ['**/*.ts'],
    rules: { '@typescript-eslint/require-await': 'off' },
  },
  {
    // node-seal types its enumerations as `any`; @hpke/core names a browser's CryptoKeyPair, which Node's types lack.
    files: ['src/compute-node/seal/*.ts', 'src/domain/confidential/envelope.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  {
    // Specs look into answers of unknown shape and pass wrong input on purpose; strictness there only hurts.
    files: ['**/*.spec.ts', 'test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
      // `list[0] as never` says that the list is not empty.
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      // A flag that a callback sets is not followed by the types.
      '@typescript-eslint/no-unnecessary-condition': 'off',
    },
  },
  {
    // The console has its own tsconfig (DOM, JSX); without one, the rules that need no types still hold.
    files: ['src/console/**/*.{ts,tsx}'],
    extends: [tseslint.configs.strict, tseslint.configs.stylistic],
    rules: { '@typescript-eslint/consistent-type-definitions': 'off' },
  },
);
