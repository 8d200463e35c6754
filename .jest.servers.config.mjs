// `npm run test:servers`: what needs a real server. One file at a time, because each starts servers of its own.
import config from './.jest.config.mjs';

export default {
  ...config,
  testMatch: ['**/src/**/*.servers.ts'],
  maxWorkers: 1,
  testTimeout: 60_000,
};
