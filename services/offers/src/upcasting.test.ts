import { createEventCodec } from '@adempauze/event-store';
import { upcasterFixtures } from '@adempauze/event-store/testing';
import { expect, test } from '@jest/globals';
import { OfferEvent } from './offer/offer.events.ts';
import { offerUpcasters } from './offer/offer.upcasters.ts';
import { ResourceEvent } from './resource/resource.events.ts';
import { resourceUpcasters } from './resource/resource.upcasters.ts';

const folder = (path: string) => new URL(path, import.meta.url).pathname;

test('events of every older shape are read as those of today', async () => {
  const offers = createEventCodec({ schema: OfferEvent, upcasters: offerUpcasters });
  const resources = createEventCodec({ schema: ResourceEvent, upcasters: resourceUpcasters });
  expect(await upcasterFixtures(offers, folder('./offer/offer.fixtures'))).toBe(1);
  expect(await upcasterFixtures(resources, folder('./resource/resource.fixtures'))).toBe(1);
});
