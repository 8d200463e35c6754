import {
  decodeCursor,
  type OfferView,
  type Page,
  type PageRequest,
  Place,
  type ProviderId,
  ProviderKind,
  type ProviderView,
  pageFrom,
  Tariff,
} from '@adempauze/contracts';
import type { Projection, ReadDatabase, SourceEvent } from '@adempauze/event-store';
import { z } from 'zod';
import { offerDecider } from '../offer/offer.decider.ts';
import { OfferEvent } from '../offer/offer.events.ts';
import type { Offer } from '../offer/terms.rules.ts';
import { isStoredEvent } from '../stored-event.ts';
import { offerViewOf } from './views.ts';

/** Providers and what they offer. `published` is the offer as it was published; what changed since stands beside it. */
const tables = `
  CREATE TABLE providers (
    providerId TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, place TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX providers_by_name ON providers (name, providerId);
  CREATE TABLE offers (
    offerId TEXT PRIMARY KEY, providerId TEXT NOT NULL, status TEXT NOT NULL, published TEXT NOT NULL,
    publishedAt TEXT NOT NULL, revision INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX offers_by_time ON offers (publishedAt, offerId);
  CREATE INDEX offers_by_provider ON offers (providerId, publishedAt, offerId);
  CREATE TABLE tariffs (
    offerId TEXT NOT NULL, fromDay TEXT NOT NULL, priceCents INTEGER NOT NULL, vat TEXT NOT NULL,
    PRIMARY KEY (offerId, fromDay)
  ) STRICT, WITHOUT ROWID;
`;

const keepRevision = 'UPDATE offers SET revision = max(revision, ?) WHERE offerId = ?';
const setTariff = `INSERT INTO tariffs (offerId, fromDay, priceCents, vat) VALUES (?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET priceCents = excluded.priceCents, vat = excluded.vat`;

export const catalogueProjection: Projection<SourceEvent> = {
  name: 'catalogue-1',
  tables,
  project(event) {
    if (!isStoredEvent(event)) return undefined;
    const { revision } = event;
    switch (event.type) {
      case 'ProviderRegistered': {
        const { providerId, kind, name, place } = event.data;
        return ['INSERT OR IGNORE INTO providers VALUES (?, ?, ?, ?)', providerId, kind, name, JSON.stringify(place)];
      }
      case 'OfferPublished': {
        const { offerId, providerId, tariff, publishedAt } = event.data;
        const published = JSON.stringify(event.data);
        return [
          [
            "INSERT OR IGNORE INTO offers VALUES (?, ?, 'published', ?, ?, ?)",
            ...[offerId, providerId, published, publishedAt, revision],
          ],
          [setTariff, offerId, tariff.from, tariff.priceCents, tariff.vat],
        ];
      }
      case 'TariffChanged': {
        const { offerId, tariff } = event.data;
        return [
          [setTariff, offerId, tariff.from, tariff.priceCents, tariff.vat],
          [keepRevision, revision, offerId],
        ];
      }
      case 'OfferWithdrawn': {
        const { offerId } = event.data;
        return [
          ["UPDATE offers SET status = 'withdrawn' WHERE offerId = ?", offerId],
          [keepRevision, revision, offerId],
        ];
      }
      default:
        return undefined;
    }
  },
};

const json = z.string().transform((text): unknown => JSON.parse(text));
const [OfferPublished] = OfferEvent.options;
const ProviderRow = z.object({
  providerId: z.custom<ProviderId>((it) => typeof it === 'string'),
  kind: ProviderKind,
  name: z.string(),
  place: json.pipe(Place),
});
const OfferRow = z.object({
  status: z.enum(['published', 'withdrawn']),
  published: json.pipe(OfferPublished.shape.data),
  tariffs: json.pipe(z.array(Tariff)),
  providerName: z.string(),
  revision: z.int(),
});

const selectOffers = `
  SELECT offers.status, offers.published, offers.publishedAt, offers.offerId, offers.revision,
    coalesce(providers.name, '') AS providerName,
    (SELECT json_group_array(json_object('from', fromDay, 'priceCents', priceCents, 'vat', vat) ORDER BY fromDay)
     FROM tariffs WHERE tariffs.offerId = offers.offerId) AS tariffs
  FROM offers LEFT JOIN providers USING (providerId)`;

/** The offer of a row: the same state that its stream folds to. */
const offerOf = (row: Record<string, unknown>): { offer: Offer; providerName: string; revision: number } => {
  const { published, tariffs, status, providerName, revision } = OfferRow.parse(row);
  const offer = offerDecider.evolve(undefined, { type: 'OfferPublished', data: published });
  if (offer === undefined) throw new TypeError('A published offer folds to an offer.');
  const { offerId, publishedAt } = published;
  const changed = tariffs.reduce<Offer>(
    (state, tariff) =>
      offerDecider.evolve(state, { type: 'TariffChanged', data: { offerId, tariff, changedAt: publishedAt } }) ?? state,
    offer,
  );
  return { offer: { ...changed, status }, providerName, revision };
};

/** Every provider, and every offer with its revision, for the search index. */
export const loadCatalogue = (db: ReadDatabase) => ({
  providers: db.all('SELECT * FROM providers').map((row): ProviderView => ProviderRow.parse(row)),
  offers: db.all(selectOffers).map(offerOf),
});

/** By name. */
export const listProviders = (db: ReadDatabase, { first, after }: PageRequest): Page<ProviderView> => {
  const [name, id] = decodeCursor(after);
  const rows = db.all(
    'SELECT * FROM providers WHERE (name, providerId) > (?, ?) ORDER BY name, providerId LIMIT ?',
    ...[name, id, first + 1],
  );
  const providers = rows.map((row): ProviderView => ProviderRow.parse(row));
  return pageFrom(
    providers,
    first,
    (it) => [it.name, it.providerId],
    (it) => it,
  );
};

/** In the order in which they were published, withdrawn ones too. */
export const listOffers = (
  db: ReadDatabase,
  { providerId, page: { first, after } }: { readonly providerId?: ProviderId | undefined; readonly page: PageRequest },
): Page<OfferView> => {
  const [at, id] = decodeCursor(after);
  const order = 'ORDER BY offers.publishedAt, offers.offerId LIMIT ?';
  const rows =
    providerId === undefined
      ? db.all(`${selectOffers} WHERE (publishedAt, offerId) > (?, ?) ${order}`, at, id, first + 1)
      : db.all(
          `${selectOffers} WHERE offers.providerId = ? AND (publishedAt, offerId) > (?, ?) ${order}`,
          ...[providerId, at, id, first + 1],
        );
  const views = rows.map((row) => {
    const { offer, providerName } = offerOf(row);
    return offerViewOf(offer, providerName);
  });
  return pageFrom(
    views,
    first,
    (it) => [it.publishedAt, it.offerId],
    (it) => it,
  );
};
