import { DatabaseSync } from 'node:sqlite';
import { OfferId, Tariff } from '@adempauze/contracts';
import type { ReadDatabase, SourceEvent, Statement } from '@adempauze/event-store';
import { derivedId, fold, plusMs } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import { now, offerId, providerId, publishOffer, registerProvider } from '../examples.fixtures.ts';
import { offerDecider } from '../offer/offer.decider.ts';
import type { OfferEvent } from '../offer/offer.events.ts';
import type { StoredEvent } from '../stored-event.ts';
import { catalogueProjection, listOffers, listProviders, loadCatalogue } from './catalogue.ts';

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

test('the rows are what the streams fold to, each event applied twice', () => {
  const { db, project } = openCatalogue();
  const history: OfferEvent[] = [
    published,
    { type: 'TariffChanged', data: { offerId, tariff, changedAt: now } },
    { type: 'TariffChanged', data: { offerId, tariff: { ...tariff, priceCents: 2600 }, changedAt: now } },
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
