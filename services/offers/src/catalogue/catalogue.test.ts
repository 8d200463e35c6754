import { DatabaseSync } from 'node:sqlite';
import { OfferId, Tariff } from '@adempauze/contracts';
import type { ReadDatabase, SourceEvent, Statement } from '@adempauze/event-store';
import { derivedId, fold, plusMs } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import { now, offerId, providerId, publishOffer, registerProvider } from '../examples.fixtures.ts';
import { factsOf } from '../offer/facts.rules.ts';
import { offerDecider } from '../offer/offer.decider.ts';
import type { OfferEvent } from '../offer/offer.events.ts';
import type { StoredEvent } from '../stored-event.ts';
import { catalogueProjection, listOffers, listProviders, listUnconfirmed, loadCatalogue } from './catalogue.ts';

const openCatalogue = () => {
  const database = new DatabaseSync(':memory:');
  database.exec(catalogueProjection.tables);
  const db: ReadDatabase = {
    first: (sql, ...parameters) => database.prepare(sql).get(...parameters),
    all: (sql, ...parameters) => database.prepare(sql).all(...parameters),
  };
  const run = (result: Statement | readonly Statement[] | undefined): void => {
    if (result === undefined) return;
    const [sql, ...parameters] = result;
    if (typeof sql !== 'string') for (const statement of result) run(statement as Statement);
    else database.prepare(sql).run(...(parameters as (string | number | null)[]));
  };
  /** Each event twice, as after a crash between the rows and whoever was told of them. */
  const project = (event: Pick<StoredEvent, 'type' | 'data'>, revision: number) => {
    const meta = { id: '1', stream: 'x-1', revision, position: '1', metadata: { v: 1, at: now } };
    const stored = { ...meta, ...event } as StoredEvent as SourceEvent;
    run(catalogueProjection.project(stored));
    run(catalogueProjection.project(stored));
  };
  return { db, project };
};
const provider = { type: 'ProviderRegistered', data: { ...registerProvider(), registeredAt: now } } as const;
const published = { type: 'OfferPublished', data: { ...publishOffer(), publishedAt: now } } as const;
const tariff = Tariff.parse({ from: '2027-06-01', priceCents: 2500, vat: 'exempt' });

const { minMinutes: _, maxMinutes: __, ...withoutLengths } = factsOf(publishOffer());

test('the rows are what the streams fold to, each event applied twice', () => {
  const { db, project } = openCatalogue();
  const history: OfferEvent[] = [
    published,
    { type: 'TariffChanged', data: { offerId, tariff, changedAt: now } },
    { type: 'TariffChanged', data: { offerId, tariff: { ...tariff, priceCents: 2600 }, changedAt: now } },
    { type: 'PayerTariffChanged', data: { offerId, tariff: { ...tariff, payer: 'insurer' }, changedAt: now } },
    {
      type: 'OfferChanged',
      data: {
        offerId,
        facts: { ...withoutLengths, title: 'Anders', exclusions: ['smoking'] },
        changedAt: plusMs(now, 1),
      },
    },
    { type: 'OfferConfirmed', data: { offerId, confirmedAt: plusMs(now, 2) } },
    { type: 'OfferWentStale', data: { offerId, providerId, wentStaleAt: plusMs(now, 3) } },
    { type: 'OfferConfirmed', data: { offerId, confirmedAt: plusMs(now, 4) } },
    { type: 'OfferWithdrawn', data: { offerId, withdrawnAt: now } },
  ];
  project(provider, 0);
  expect(loadCatalogue(db).providers).toEqual([registerProvider()]);
  history.forEach((event, revision) => {
    project(event, revision);
    const offer = fold(offerDecider, history.slice(0, revision + 1));
    expect(loadCatalogue(db).offers).toEqual([{ offer, providerName: 'De Linde', revision }]);
  });
  expect(listOffers(db, { page: { first: 1 } }).items[0]?.item).toMatchObject({
    status: 'withdrawn',
    providerName: 'De Linde',
    tariffs: [{ priceCents: 2300 }, { priceCents: 2600 }],
  });
});

test('pages go on where the last one stopped, whatever was added', () => {
  const { db, project } = openCatalogue();
  project(provider, 0);
  const publish = (number: number, secondsLater: number) => {
    const id = OfferId.parse(derivedId('offer', number));
    const data = { ...publishOffer({ offerId: id }), publishedAt: plusMs(now, secondsLater * 1000) };
    project({ type: 'OfferPublished', data }, 0);
    return id;
  };
  const ids = [publish(1, 1), publish(2, 2), publish(3, 3)];
  const first = listOffers(db, { providerId, page: { first: 2 } });
  expect([first.items.map(({ item }) => item.offerId), first.hasMore]).toEqual([ids.slice(0, 2), true]);
  publish(4, 0);
  const after = first.items.at(-1)?.cursor;
  const second = listOffers(db, { providerId, page: { first: 2, after } });
  expect([second.items.map(({ item }) => item.offerId), second.hasMore]).toEqual([ids.slice(2), false]);
  expect(listOffers(db, { page: { first: 2, after: 'nonsense' } })).toEqual({ items: [], hasMore: false });
  const [{ cursor } = { cursor: '' }] = listProviders(db, { first: 1 }).items;
  expect(listProviders(db, { first: 1, after: cursor })).toEqual({ items: [], hasMore: false });
});

test('finds offers that nobody confirmed, the oldest first, and each only until that is recorded', () => {
  const { db, project } = openCatalogue();
  project(provider, 0);
  project(published, 0);
  const due = (ms: number) => listUnconfirmed(db, Date.parse(now) + ms, 10).map((it) => it.offerId);
  expect([due(-1), due(0)]).toEqual([[], [offerId]]);
  project({ type: 'OfferWentStale', data: { offerId, providerId, wentStaleAt: now } }, 1);
  expect(due(0)).toEqual([]);
  project({ type: 'OfferConfirmed', data: { offerId, confirmedAt: plusMs(now, 5) } }, 2);
  expect([due(4), due(5)]).toEqual([[], [offerId]]);
});
