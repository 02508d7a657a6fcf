/**
 * The whole Jest configuration of every project: the stack plugin runs it with `--rootDir <project>`,
 * so a new project needs no configuration file of its own.
 */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/src/**/*.spec.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript', decorators: true } }, module: { type: 'commonjs' } },
    ],
  },
  moduleNameMapper: {
    '^@dr/([^/]+)/contract$': `${__dirname}/apps/$1/src/contract.ts`,
    '^@dr/aws-sandbox/commands$': `${__dirname}/tools/aws-sandbox/src/commands/index.ts`,
    '^@dr/stack-plugin/commands$': `${__dirname}/tools/stack-plugin/src/commands/index.ts`,
    '^@dr/stack-plugin/generators$': `${__dirname}/tools/stack-plugin/src/generators/index.ts`,
    '^@dr/stack-plugin/engine$': `${__dirname}/tools/stack-plugin/src/engine/index.ts`,
    '^@dr/stack-plugin/accounts$': `${__dirname}/tools/stack-plugin/src/accounts/open-account.ts`,
    '^@dr/change-review/revision$': `${__dirname}/tools/change-review/src/revision/check-out-revision.ts`,
    '^@dr/([^/]+)$': [`${__dirname}/libs/$1/src/index.ts`, `${__dirname}/tools/$1/src/index.ts`],
  },
  // A test that waits for ever ends; a busy machine is no failure.
  testTimeout: 30_000,
  clearMocks: true,
};
