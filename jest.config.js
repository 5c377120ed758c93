import { availableParallelism } from 'node:os';

/** Real git, bubblewrap and HTTP are started by these tests: hence the generous time-out, and never a timed assertion. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // Stories that take half a minute each: `npm run test:long`, and CI.
  testPathIgnorePatterns: process.env.COUNTERSIGN_LONG_TESTS === '1' ? [] : ['\\.long\\.test\\.ts$'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2023', parser: { syntax: 'typescript' }, experimental: { keepImportAttributes: true } },
        module: { type: 'es6' },
      },
    ],
  },
  // jest's own choice is one worker less than there are cores: here most of the time is spent waiting for the programs that tests start.
  maxWorkers: availableParallelism() + 1,
  testTimeout: 240_000,
};
