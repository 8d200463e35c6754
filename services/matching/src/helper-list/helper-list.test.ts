import { randomBytes } from 'node:crypto';
import { PageRequest } from '@adempauze/contracts';
import { createSqliteKeyStore, createVault } from '@adempauze/personal-data';
import { afterAll, expect, test } from '@jest/globals';
import {
  at,
  bookingIdOf,
  helperIdOf,
  matchIdOf,
  organisationId,
  registered,
  registration,
  tuesday,
} from '../examples.fixtures.ts';
import { createHelperCodec } from '../helper/helper.codec.ts';
import { type HelperEvent, helperStream } from '../helper/helper.events.ts';
import { matchStream } from '../match/match.events.ts';
import { projected, recorded } from '../projection.fixtures.ts';
import { helperListProjection, listHelpers } from './helper-list.ts';

const keyStore = createSqliteKeyStore({ file: ':memory:', masterKey: randomBytes(32), randomBytes });
afterAll(() => keyStore.close());
const vault = createVault(keyStore, { randomBytes });
const codec = createHelperCodec(vault);

const now = at('2027-02-22T10:00:00Z');
const helperId = helperIdOf('Wim');
const about = { helperId, matchId: matchIdOf('a'), bookingId: bookingIdOf('a') };
const assigned: HelperEvent = {
  type: 'HelperAssigned',
  data: { ...about, proposal: 1, span: { ...tuesday }, assignedAt: now },
};
const released: HelperEvent = { type: 'HelperReleased', data: { ...about, releasedAt: now } };
const forgotten: HelperEvent = { type: 'HelperForgotten', data: { helperId, forgottenAt: now } };

/** As the log holds them: sealed, each with its place. */
const stored = async (...events: HelperEvent[]) => {
  const stream = helperStream(helperId);
  const ids = events.map((_, index) => recorded(stream, index, { type: '', data: {} }).id);
  const encoded = await codec.encode(stream, events, { ids, metadata: { at: now } });
  return encoded.map((event, index) => codec.upcast({ ...recorded(stream, index, event), ...event }));
};
const tablesAfter = async (...events: HelperEvent[]) => projected(helperListProjection, await stored(...events));
const listed = async (db: Awaited<ReturnType<typeof tablesAfter>>) => {
  const { items } = await listHelpers(db, vault, { organisationId, page: PageRequest.parse({}), now });
  return items.map(({ item }) => item);
};

test('every event of a helper, each applied twice', async () => {
  const wim = registered('Wim', { phone: '06 12345678' });
  const view = { ...registration('Wim', { phone: '06 12345678' }), assignments: [] as object[] };
  expect(await listed(await tablesAfter(wim))).toEqual([view]);
  const assignments = [{ bookingId: about.bookingId, span: tuesday }];
  expect(await listed(await tablesAfter(wim, assigned))).toEqual([{ ...view, assignments }]);
  expect(await listed(await tablesAfter(wim, assigned, released))).toEqual([view]);
  const gone = await tablesAfter(wim, assigned, forgotten);
  expect(await listed(gone)).toEqual([{ ...view, name: null, phone: null, place: null, assignments }]);
  expect(gone.first('SELECT name, phone, place, forgotten FROM helpers')).toEqual({
    name: null,
    phone: null,
    place: null,
    forgotten: 1,
  });
});

test('nothing of a person stands in the tables in the clear', async () => {
  const db = await tablesAfter(registered('Wim Woudstra', { helperId, phone: '06 12345678' }));
  const row = JSON.stringify(db.first('SELECT * FROM helpers'));
  for (const personal of ['Woudstra', '12345678', 'Rijswijk']) expect(row).not.toContain(personal);
});

test('when somebody was last asked is remembered', async () => {
  const ask = (proposedAt: string, revision: number) =>
    recorded(matchStream(about.matchId), revision, {
      type: 'HelperProposed',
      data: { ...about, proposal: 1, answerBy: now, proposedAt },
    });
  const events = [
    ...(await stored(registered('Wim'))),
    ask('2027-02-20T10:00:00.000Z', 1),
    ask('2027-02-19T10:00:00.000Z', 2),
  ];
  expect(projected(helperListProjection, events).first('SELECT askedAt FROM helpers')).toEqual({
    askedAt: '2027-02-20T10:00:00.000Z',
  });
});
