import { DatabaseSync } from 'node:sqlite';
import type { JsonObject, ReadDatabase, SourceEvent, Statement } from '@adempauze/event-store';
import { fold, instantFromMs } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { now, providerId, publishOffer } from '../examples.fixtures.ts';
import { offerDecider } from '../offer/offer.decider.ts';
import { anyLife, anyWholeLife, live } from '../resource/history.fixtures.ts';
import { ResourceEvent } from '../resource/resource.events.ts';
import { occupancyProjection } from './occupancy.ts';
import { listPassedHolds, listResources, loadResources } from './occupancy-queries.ts';

const offer = fold(offerDecider, [{ type: 'OfferPublished', data: { ...publishOffer(), publishedAt: now } }]);
if (offer === undefined) throw new Error('The example is an offer.');

const openDatabase = () => {
  const database = new DatabaseSync(':memory:');
  database.exec(occupancyProjection.tables);
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
  return {
    db,
    project: (event: SourceEvent) => run(occupancyProjection.project(event)),
    close: () => database.close(),
  };
};

const stored = ({ type, data }: ResourceEvent, revision: number): SourceEvent => ({
  id: `${revision}`,
  type,
  data: data as unknown as JsonObject,
  metadata: { v: 1, at: now },
  position: String(revision).padStart(6, '0'),
  stream: 'resource-1',
  revision,
});

test('the rows are what the stream folds to, each event applied twice', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(anyWholeLife, (life) => {
      const { db, project, close } = openDatabase();
      let revision = -1;
      for (const { events, after } of live(life, [offer])) {
        for (const event of events) {
          seen.add(event.type);
          revision += 1;
          project(stored(event, revision));
          project(stored(event, revision));
        }
        if (events.length === 0) continue;
        const [row] = [...loadResources(db)];
        expect(row?.revision).toBe(revision);
        const byBooking = <T extends { bookingId: string }>(list: readonly T[] = []) =>
          list.toSorted((a, b) => (a.bookingId < b.bookingId ? -1 : 1));
        expect({ ...row?.resource, occupations: byBooking(row?.resource.occupations) }).toEqual({
          ...after,
          occupations: byBooking(after?.occupations),
        });
      }
      close();
    }),
    { numRuns: 300 },
  );
  expect(seen).toEqual(new Set(ResourceEvent.options.map((it) => it.shape.type.value)));
});

test('finds the holds that have passed, the oldest first, and lists resources', () => {
  fc.assert(
    fc.property(anyLife, (life) => {
      const { db, project, close } = openDatabase();
      let revision = -1;
      for (const { events, after, nowMs } of live(life, [offer])) {
        for (const event of events) {
          revision += 1;
          project(stored(event, revision));
        }
        const passed = (after?.occupations ?? [])
          .filter((it) => it.expiresAtMs !== null && it.expiresAtMs <= nowMs)
          .map((it) => it.expiresAtMs)
          .sort();
        expect(listPassedHolds(db, instantFromMs(nowMs), 100).map((it) => it.expiresAtMs)).toEqual(passed);
      }
      const page = listResources(db, { providerId, page: { first: 1 } });
      expect(page).toMatchObject({ hasMore: false, items: [{ item: { capacity: life.capacity } }] });
      const next = listResources(db, { providerId, page: { first: 1, after: page.items[0]?.cursor } });
      expect(next).toEqual({ hasMore: false, items: [] });
      close();
    }),
    { numRuns: 50 },
  );
});
