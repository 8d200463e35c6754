import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/*
 * `npm run test:kurrent -- --url esdb://user:password@host:2113?tls=true`: the contract suite against a server that is
 * already there. What it writes stands under a prefix of its own and is tombstoned at the end.
 */

const { values } = parseArgs({ options: { url: { type: 'string' } } });
const root = fileURLToPath(new URL('../../../..', import.meta.url));
if (values.url === undefined && !process.env.KURRENTDB_URL) {
  console.error('Which server? npm run test:kurrent -- --url esdb://user:password@host:2113?tls=true');
  process.exitCode = 2;
} else {
  const jest = fileURLToPath(import.meta.resolve('jest/bin/jest'));
  const file = 'packages/event-store/src/kurrent/server.contract.test.ts';
  const running = spawn(process.execPath, [jest, '--config', '.jest.config.mjs', '--verbose', file], {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      ...(values.url === undefined ? {} : { KURRENTDB_URL: values.url }),
      NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
    },
  });
  running.once('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
