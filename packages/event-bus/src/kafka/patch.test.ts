import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';
import { patchKafkajs } from './patch.ts';

test('a connection with nothing to send and nothing to wait for sets no timer', () => {
  patchKafkajs();
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue');
  const idle = { throttledUntil: -1, throttleCheckTimeoutId: null, pending: [] };
  prototype.scheduleCheckPendingRequests.call(idle);
  expect(idle.throttleCheckTimeoutId).toBeNull();
});

test('a connection with something to send looks again soon, once', async () => {
  patchKafkajs();
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue');
  const looked = Promise.withResolvers<void>();
  const busy = { throttledUntil: -1, throttleCheckTimeoutId: null, pending: [1], checkPendingRequests: looked.resolve };
  prototype.scheduleCheckPendingRequests.call(busy);
  const timeout = busy.throttleCheckTimeoutId;
  prototype.scheduleCheckPendingRequests.call(busy);
  expect(busy.throttleCheckTimeoutId).toBe(timeout);
  await looked.promise;
  expect(busy.throttleCheckTimeoutId).toBeNull();
});
