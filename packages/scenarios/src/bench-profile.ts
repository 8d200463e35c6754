import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lineOf, measureBookings } from './bench/bookings.ts';
import { digestLines, digestOf, parseCpuProfile } from './bench/profile.ts';
import type { Bench } from './bench/standalone.ts';

/**
 * Books at 32 connections with Node's sampling profiler on the server, and says where its main thread spends its time.
 * `seconds` of load; what lies before them is left out.
 */
export const profileBookings = async (
  bench: Bench,
  { seconds, nowMs, say }: { seconds: number; nowMs: () => number; say: (line: string) => void },
): Promise<void> => {
  const folder = join(bench.folder, 'profiles');
  await bench.restart('stop', ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=500']);
  await measureBookings(bench, { connections: 32, seconds: 3, name: 'profile-warm-0001', nowMs });
  const run = await measureBookings(bench, { connections: 32, seconds, name: 'profile-run-0002', nowMs });
  const endedMs = nowMs();
  await bench.process().stop();
  const stoppingMs = nowMs() - endedMs;
  say(lineOf(run));
  for (const file of await readdir(folder)) {
    const profile = parseCpuProfile(await readFile(join(folder, file), 'utf8'));
    // The writing thread has a profile of its own: it knows none of our services.
    if (!profile.nodes.some(({ callFrame }) => callFrame.url.includes('/services/'))) continue;
    const digest = digestOf(profile, seconds * 1000 + stoppingMs);
    for (const line of digestLines(digest, run.bookings, 60)) say(line);
  }
};
