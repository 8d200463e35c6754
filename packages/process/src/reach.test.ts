import { StartError } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import { reach } from './reach.ts';

const sentence = { nl: 'Het is er niet.', en: 'It is not there.' };
const never = () => new Promise<never>(() => undefined);

test('goes on until it works', async () => {
  let attempts = 0;
  const attempt = async () => {
    attempts += 1;
    if (attempts < 3) throw new Error('Not yet.');
    return 'there';
  };
  expect(await reach(attempt, { timeoutMs: 5000, sentence, isFinal: () => false })).toBe('there');
  expect(attempts).toBe(3);
});

test.each([
  ['fails', () => Promise.reject(new Error('Not yet.'))],
  ['hangs', never],
])('what %s for too long is said in a sentence', async (_how, attempt) => {
  const reached = reach(attempt, { timeoutMs: 150, sentence, isFinal: () => false });
  const error = await reached.catch((it: unknown) => it);
  expect(error).toBeInstanceOf(StartError);
  expect(error).toMatchObject({ sentence });
});

test('what no waiting mends is thrown at once, as it is', async () => {
  const wrong = new StartError({ nl: 'Verkeerde sleutel.', en: 'Wrong key.' });
  let attempts = 0;
  const attempt = () => {
    attempts += 1;
    return Promise.reject(wrong);
  };
  await expect(reach(attempt, { timeoutMs: 60_000, sentence, isFinal: (it) => it === wrong })).rejects.toBe(wrong);
  expect(attempts).toBe(1);
});

test.each([
  ['fails', () => Promise.reject(new Error('Not yet.'))],
  ['hangs', never],
])('who is told to stop waits no longer for what %s', async (_how, attempt) => {
  const stopping = new AbortController();
  const reached = reach(attempt, { timeoutMs: 60_000, sentence, isFinal: () => false, signal: stopping.signal });
  setTimeout(() => stopping.abort(), 50);
  await expect(reached).rejects.toThrow('Told to stop.');
});
