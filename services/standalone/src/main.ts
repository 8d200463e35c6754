import { runStandalone } from './run.ts';

await runStandalone(process, process.env, (line) => console.log(line));
