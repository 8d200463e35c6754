import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OfferId, ProviderId, PublishOffer } from '@adempauze/contracts';
import { createLifecycle, silentLog } from '@adempauze/http';
import { Day, dayOf, derivedId, hourMs, Instant, plusMs } from '@adempauze/kernel';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Marketplace, startMarketplace } from '../marketplace.ts';
import { confirmOffers, context, granted, offerIdOf, planSupply, publishSupply } from './publish.ts';
import { createRandom } from './random.ts';
import { readRegion } from './region.ts';

let now = Instant.parse('2027-03-01T08:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'adempauze-supply-'));
const lifecycle = createLifecycle({ log: silentLog, stopTimeoutMs: 10_000 });
let market: Marketplace;
let ids = 0;

beforeAll(async () => {
  market = await startMarketplace({
    ...{ folder, clock: () => now, lifecycle, sweepEveryMs: 60_000 },
    newId: () => {
      ids += 1;
      return derivedId('made', ids);
    },
    randomBytes: (count) => randomBytes(count),
    log: silentLog,
  });
});
afterAll(async () => {
  await lifecycle.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('it keeps its own offers fresh, and leaves those of people who try it to the rule of 90 days', async () => {
  const region = readRegion();
  const supply = planSupply(region, createRandom(2026)).slice(0, 1);
  const [first] = supply;
  const [form] = first?.provider.forms ?? [];
  if (first === undefined || form === undefined) throw new Error('The demonstration has a provider with a form.');
  await publishSupply(market.offers, region, supply, dayOf(now));
  const providerId = ProviderId.parse(derivedId('provider', 'mine'));
  const place = region.town(first.provider.town);
  const mine = OfferId.parse(derivedId('offer', 'mine'));
  granted(
    'register',
    await market.offers.registerProvider(
      { providerId, kind: 'home-care', name: 'De Linde', place },
      context('mine', 1),
    ),
  );
  const offer = PublishOffer.parse({
    ...{ offerId: mine, providerId, form: 'F01', title: 'Blokzorg', summary: '', place, travelKm: 10 },
    ...{
      conditionsServed: ['frailty'],
      unit: 'hour',
      tariff: { from: Day.parse('2027-03-01'), priceCents: 4000, vat: 'exempt' },
    },
    ...{ bearer: 'guarantee', instant: true },
  });
  granted('publish', await market.offers.publishOffer(offer, context('mine', 2)));
  const its = offerIdOf(first.provider.key, 0, form);
  const freshUntil = async (offerId: OfferId) => (await market.offers.findOffer({ offerId }))?.freshUntil;
  await market.settled();
  const mineBefore = await freshUntil(mine);

  now = plusMs(now, 80 * 24 * hourMs);
  await confirmOffers(market.offers, supply, now);
  await market.settled();
  expect(await freshUntil(mine)).toBe(mineBefore);
  expect(await freshUntil(its)).toBe(plusMs(now, 90 * 24 * hourMs));
});
