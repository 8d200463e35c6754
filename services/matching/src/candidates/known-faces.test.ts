import { afterEach, expect, test } from '@jest/globals';
import { helperIdOf, matchIdOf } from '../examples.fixtures.ts';
import { createWorld, endWorlds } from '../world.fixtures.ts';

afterEach(endWorlds);

test('what is urgent stands first in the queue (R08, R09)', async () => {
  const world = await createWorld();
  await world.organisation();
  await world.wanted('a');
  await world.wanted('b', { lane: 'urgent' });
  await world.wanted('c');
  await world.wanted('d', { lane: 'urgent' });
  const queue = await world.queue();
  const sorted = (names: readonly string[]) => names.map(matchIdOf).toSorted();
  expect([queue.slice(0, 2).toSorted(), queue.slice(2).toSorted()]).toEqual([sorted(['b', 'd']), sorted(['a', 'c'])]);
  expect(await world.rebuilds()).toEqual([]);
});

test('a stranger is not proposed as long as somebody can come whom the family knows (R08)', async () => {
  const world = await createWorld();
  const { api } = world.matching();
  await world.organisation();
  for (const name of ['Wim', 'Noor', 'Ada']) await world.helper(name);
  await world.delivered('before', 'Ada');
  await world.wanted('a', { lane: 'urgent', faces: 'known-first' });
  const proposed = async () =>
    (await api.listCandidates({ matchId: matchIdOf('a'), first: 10 })).map((it) => it.helperId);
  expect(await proposed()).toEqual([helperIdOf('Ada')]);
  expect(await world.propose('a', 'Wim')).toMatchObject({ rejection: { code: 'familiar-face-first' } });
  expect(await world.propose('a', 'Ada')).toMatchObject({ accepted: true });
  // She cannot: then somebody is better than nobody.
  await world.answer('a', 'Ada', 'no');
  await world.matching().settled();
  expect(await proposed()).toContain(helperIdOf('Wim'));
  expect(await world.propose('a', 'Wim')).toMatchObject({ accepted: true });
});
