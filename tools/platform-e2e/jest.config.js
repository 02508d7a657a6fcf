const preset = require('../../jest.preset.js');

/** The end-to-end tests: they run the workspace's own commands, so they are no part of `test`. */
module.exports = { ...preset, rootDir: __dirname, testMatch: ['<rootDir>/src/**/*.e2e.ts'], testTimeout: 300_000 };
