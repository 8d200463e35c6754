import { openTestStore } from '@adempauze/event-store/testing';
import { derivedId, plusMs } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import {
  at,
  booking,
  holdPlace,
  now,
  openResource,
  publishOffer,
  publishTimes,
  registerProvider,
  resourceId,
  span,
} from './examples.fixtures.ts';
import { startOffers } from './index.ts';

test('holds are counted while they stand, and those about to end apart', async () => {
  let time = now;
  const clock = () => time;
  const store = await openTestStore({ clock });
  const offers = await startOffers({ store, clock, folder: ':memory:', sweepEveryMs: 1e9 });
  const { api } = offers;
  let calls = 0;
  const call = () => {
    calls += 1;
    return { commandId: derivedId('call', calls), correlationId: 'test', actor: 'account-1' };
  };
  const told = async () => {
    await offers.settled();
    const measures = await offers.gauges();
    return ['adempauze_holds', 'adempauze_holds_expiring', 'adempauze_consumer_lag_seconds'].map((name) => {
      const found = measures.find((it) => it.name === name);
      return found?.type === 'gauge' ? found.samples.map(({ value }) => value) : undefined;
    });
  };

  await api.registerProvider(registerProvider(), call());
  await api.publishOffer(publishOffer(), call());
  await api.openResource(openResource({ capacity: 1 }), call());
  await api.publishTimes(publishTimes(span('2027-05-04T07:00:00Z', '2027-05-04T15:00:00Z')), call());
  expect(await told()).toEqual([[0], [0], [0]]);

  const expiresAt = plusMs(now, 15 * 60_000);
  const held = await api.holdPlace(
    holdPlace({ span: span('2027-05-04T07:00:00Z', '2027-05-04T11:00:00Z'), expiresAt }),
    call(),
  );
  expect(held).toMatchObject({ accepted: true });
  expect(await told()).toEqual([[1], [0], [0]]);
  time = plusMs(now, 11 * 60_000);
  expect(await told()).toEqual([[1], [1], [0]]);
  time = at(plusMs(now, 16 * 60_000));
  await offers.nudge();
  expect(await told()).toEqual([[0], [0], [0]]);
  expect((await api.findResource({ resourceId }))?.occupied.map((it) => it.bookingId)).not.toContain(booking(1));
  await offers.close();
  await store.close();
});
