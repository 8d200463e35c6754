import { randomBytes } from 'node:crypto';
import { createLifecycle, createLog, readSettings, runMain, stopOnSignals } from '@adempauze/http';
import { Settings } from './config.ts';
import { startStandalone } from './standalone.ts';

await runMain(process, async () => {
  const settings = readSettings(Settings, process.env);
  const log = createLog({ service: 'adempauze', level: settings.LOG_LEVEL });
  const lifecycle = createLifecycle({ log });
  stopOnSignals(lifecycle, process);
  await startStandalone(settings, {
    log,
    lifecycle,
    machineMs: Date.now,
    randomBytes,
    say: (line) => console.log(line),
  });
});
