import { describe } from '@jest/globals';
import { adapterContract } from './adapter-contract.ts';
import { createMemoryAdapters } from './memory-adapter.ts';

describe('in memory', () => {
  adapterContract(async () => {
    let nowMs = Date.parse('2027-05-01T08:00:00Z');
    return {
      adapters: createMemoryAdapters(() => nowMs),
      pass(ms) {
        nowMs += ms;
      },
    };
  });
});
