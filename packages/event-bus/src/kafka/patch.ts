import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const patchedVersion = '2.2.4';

type RequestQueue = {
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  readonly pending: readonly unknown[];
  checkPendingRequests(): void;
};

/**
 * kafkajs 2.2.4 arms a timer with `-Date.now()` for every connection, again and again: a warning on every Node since 24
 * and some 870 wake-ups a second per idle connection on any (kafkajs issue 1751, never released). The timer is only
 * needed while a broker throttles us or something waits. Guarded by the exact version: another one is looked at first.
 */
export const patchKafkajs = (): void => {
  const { version } = require('kafkajs/package.json');
  if (version !== patchedVersion)
    throw new Error(`kafkajs is ${version}; the timer patch was made for ${patchedVersion}.`);
  const { prototype } = require('kafkajs/src/network/requestQueue');
  prototype.scheduleCheckPendingRequests = scheduleCheckPendingRequests;
};

function scheduleCheckPendingRequests(this: RequestQueue): void {
  if (this.throttleCheckTimeoutId) return;
  const throttledForMs = this.throttledUntil - Date.now();
  if (throttledForMs <= 0 && this.pending.length === 0) return;
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    },
    Math.max(throttledForMs, 10),
  );
}
