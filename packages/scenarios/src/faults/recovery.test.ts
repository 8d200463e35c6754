import { expect, test } from '@jest/globals';
import { createJournal } from '../torture/journal.ts';
import { listenForRecovery } from './recovery.ts';

const listening = () => {
  let ms = 0;
  const heard = listenForRecovery(createJournal(), () => ms);
  const at = (then: number) => {
    ms = then;
    return heard.journal;
  };
  const ask = (then: number, key: string) => at(then).sending({ key, operation: 'cancelBooking', about: key });
  const answer = (then: number, key: string, it: 'accepted' | 'refused' = 'accepted') =>
    at(then).answered(key, it, undefined);
  return { heard, ask, answer };
};

test('counts from the end of a fault to a yes that was asked for after it, and the longest silence before', async () => {
  const { heard, ask, answer } = listening();
  for (const [then, key] of [
    [10, 'a'],
    [20, 'b'],
    [100, 'c'],
  ] as const)
    ask(then, key);
  answer(30, 'a');
  // The fault is from 50 to 200; what was asked before it ended says nothing of its end.
  const recovery = heard.after(50, 200, 60_000);
  answer(90, 'b');
  answer(210, 'c');
  ask(220, 'd');
  ask(230, 'e');
  answer(240, 'd', 'refused');
  answer(260, 'e');
  expect(await recovery).toEqual({ firstYesMs: 60, silenceMs: 120 });
  expect(heard.yeses()).toBe(4);
  expect(heard.journal.told()).toHaveLength(5);
});

test('says so when there is no yes in time', async () => {
  expect(await listening().heard.after(0, 0, 1)).toBeUndefined();
});
