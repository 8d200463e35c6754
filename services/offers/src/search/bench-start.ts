import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { JsonObject, ReadDatabase, SourceEvent, Statement } from '@adempauze/event-store';
import { Day, instantFromMs, instantOn } from '@adempauze/kernel';
import { createPlaces } from '@adempauze/places';
import { catalogueProjection, loadCatalogue } from '../catalogue/catalogue.ts';
import { occupancyProjection } from '../occupancy/occupancy.ts';
import { loadResources } from '../occupancy/occupancy-queries.ts';
import type { StoredEvent } from '../stored-event.ts';
import { offerAt, resourceFor, type SearchBench, seeded } from './bench-supply.ts';
import { createSearchIndex } from './search-index.ts';

export type StartFigures = {
  readonly offers: number;
  readonly occupations: number;
  /** From the rows of the read model until the first search can be answered. */
  readonly startMs: number;
  /** The least that it can take: reading those rows, and doing nothing with them. */
  readonly floorMs: number;
  readonly heapMb: number;
};

/** How long the index takes to fill from the read model, which is what a start waits for, and what it holds. */
export const benchStart = (bench: SearchBench, timeMs: () => number = () => performance.now()): StartFigures => {
  const database = new DatabaseSync(':memory:');
  database.exec(`${catalogueProjection.tables}${occupancyProjection.tables}BEGIN`);
  const prepared = new Map<string, StatementSync>();
  const statementOf = (sql: string): StatementSync => {
    const known = prepared.get(sql) ?? database.prepare(sql);
    prepared.set(sql, known);
    return known;
  };
  const run = ([sql, ...parameters]: Statement): void => void statementOf(sql).run(...parameters);
  let occupations = 0;
  for (const event of eventsOf(bench)) {
    if (event.type === 'PlaceTaken') occupations += 1;
    for (const { project } of [catalogueProjection, occupancyProjection]) {
      const made = project(event);
      if (made === undefined) continue;
      if (isList(made)) for (const it of made) run(it);
      else run(made);
    }
  }
  database.exec('COMMIT');
  const db: ReadDatabase = {
    first: (sql, ...parameters) => statementOf(sql).get(...parameters),
    all: (sql, ...parameters) => statementOf(sql).all(...parameters),
  };
  const tables = db.all("SELECT name FROM sqlite_master WHERE type = 'table'");
  const floorFrom = timeMs();
  for (const { name } of tables) db.all(`SELECT * FROM ${name}`);
  const floorMs = Math.round(timeMs() - floorFrom);
  globalThis.gc?.();
  const heapBefore = process.memoryUsage().heapUsed;
  const began = timeMs();
  const index = createSearchIndex({ clock: () => now });
  const catalogue = loadCatalogue(db);
  for (const provider of catalogue.providers) index.setProvider(provider);
  for (const { offer, revision } of catalogue.offers) index.setOffer(offer, revision);
  for (const { resource, revision } of loadResources(db)) index.setResource(resource, revision);
  const startMs = Math.round(timeMs() - began);
  globalThis.gc?.();
  const heapMb = Math.round((process.memoryUsage().heapUsed - heapBefore) / 1e6);
  database.close();
  return { offers: index.size().offers, occupations, startMs, floorMs, heapMb };
};

const now = instantOn(Day.parse('2027-05-03'), '08:00');
const isList = (made: Statement | readonly Statement[]): made is readonly Statement[] => typeof made[0] !== 'string';

function* eventsOf(bench: SearchBench): Generator<SourceEvent> {
  const random = seeded(bench.seed);
  const places = createPlaces().nearest({ lat: 52.1, lon: 5.3 }, 100_000);
  const told = ({ type, data }: Pick<StoredEvent, 'type' | 'data'>, revision: number): SourceEvent => ({
    ...{ id: '', type, data: data as unknown as JsonObject, stream: '', revision, position: '' },
    metadata: { v: 1, at: now },
  });
  for (let i = 0; i < bench.offers; i += 1) {
    const place = places[Math.floor(random() * places.length)];
    if (place === undefined) throw new RangeError('There are no places.');
    const offer = offerAt(place.item, i, random, now);
    yield told({ type: 'OfferPublished', data: offer.asPublished }, 0);
    for (let j = 0; j < bench.resourcesPerOffer && !offer.needsHelper; j += 1) {
      const resource = resourceFor(offer, `${i}/${j}`, bench, random, now);
      const { resourceId, providerId, offerIds, capacity, bufferMinutes, travelMinutes } = resource;
      const opened = { resourceId, providerId, offerIds: [...offerIds], capacity, bufferMinutes, travelMinutes };
      yield told({ type: 'ResourceOpened', data: { ...opened, openedAt: now } }, 0);
      const spans = resource.openings.map((it) => ({
        from: instantFromMs(it.fromMs),
        until: instantFromMs(it.untilMs),
      }));
      yield told({ type: 'TimesPublished', data: { resourceId, spans, publishedAt: now } }, 1);
      for (const { bookingId, householdId, fromMs, untilMs, terms } of resource.occupations) {
        const span = { from: instantFromMs(fromMs), until: instantFromMs(untilMs) };
        const { offerId } = offer;
        const held = { resourceId, bookingId, householdId, offerId, span, expiresAt: span.until, terms, heldAt: now };
        yield told({ type: 'PlaceHeld', data: held }, 2);
        yield told({ type: 'PlaceTaken', data: { resourceId, bookingId, takenAt: now } }, 3);
      }
    }
  }
}
