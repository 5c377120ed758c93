import config from '../../jest.config.js';

/** Scenarios on a real runner: `npm run test:act`, which makes act, the stand-ins and the export first. */
export default {
  ...config,
  rootDir: '../..',
  roots: ['<rootDir>/test/runner'],
  testMatch: ['**/*.act.ts'],
  maxWorkers: 2,
  testTimeout: 180_000,
};
