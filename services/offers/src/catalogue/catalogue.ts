import {
  decodeCursor,
  type OfferFacts,
  type OfferId,
  type OfferView,
  type Page,
  type PageRequest,
  type PayerTariff,
  type Place,
  type ProviderId,
  type ProviderKind,
  type ProviderView,
  pageFrom,
  type Tariff,
} from '@adempauze/contracts';
import type { Projection, ReadDatabase, SourceEvent } from '@adempauze/event-store';
import { fold, type Instant, msOf } from '@adempauze/kernel';
import { z } from 'zod';
import { offerDecider } from '../offer/offer.decider.ts';
import type { OfferEvent } from '../offer/offer.events.ts';
import type { Offer } from '../offer/offer.state.rules.ts';
import { isStoredEvent } from '../stored-event.ts';
import { storedJson, storedText } from '../stored-row.ts';
import { offerViewOf } from './views.ts';

/**
 * Providers and what they offer. `published` is the offer as it was published; what changed since stands beside it.
 * `freshFromMs` is null once a passed deadline was noted; the partial index finds those that are due (R31).
 */
const tables = `
  CREATE TABLE providers (
    providerId TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, place TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX providers_by_name ON providers (name, providerId);
  CREATE TABLE offers (
    offerId TEXT PRIMARY KEY, providerId TEXT NOT NULL, status TEXT NOT NULL, published TEXT NOT NULL,
    publishedAt TEXT NOT NULL, facts TEXT, confirmedAt TEXT NOT NULL, freshFromMs INTEGER, revision INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX offers_by_time ON offers (publishedAt, offerId);
  CREATE INDEX offers_by_provider ON offers (providerId, publishedAt, offerId);
  CREATE INDEX offers_by_freshness ON offers (freshFromMs) WHERE freshFromMs IS NOT NULL;
  CREATE TABLE tariffs (
    offerId TEXT NOT NULL, payer TEXT NOT NULL, fromDay TEXT NOT NULL, priceCents INTEGER NOT NULL, vat TEXT NOT NULL,
    PRIMARY KEY (offerId, payer, fromDay)
  ) STRICT, WITHOUT ROWID;
`;

const keepRevision = 'UPDATE offers SET revision = max(revision, ?) WHERE offerId = ?';
/** The payer of a tariff that is everybody's. */
const everybody = '';
const confirmed = 'UPDATE offers SET confirmedAt = ?, freshFromMs = ? WHERE offerId = ?';
const setTariff = `INSERT INTO tariffs (offerId, payer, fromDay, priceCents, vat) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET priceCents = excluded.priceCents, vat = excluded.vat`;

export const catalogueProjection: Projection<SourceEvent> = {
  name: 'catalogue-2',
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
            "INSERT OR IGNORE INTO offers VALUES (?, ?, 'published', ?, ?, NULL, ?, ?, ?)",
            ...[offerId, providerId, published, publishedAt, publishedAt, msOf(publishedAt), revision],
          ],
          [setTariff, offerId, everybody, tariff.from, tariff.priceCents, tariff.vat],
        ];
      }
      case 'OfferChanged': {
        const { offerId, facts, changedAt } = event.data;
        return [
          ['UPDATE offers SET facts = ? WHERE offerId = ?', JSON.stringify(facts), offerId],
          [confirmed, changedAt, msOf(changedAt), offerId],
          [keepRevision, revision, offerId],
        ];
      }
      case 'OfferConfirmed': {
        const { offerId, confirmedAt } = event.data;
        return [
          [confirmed, confirmedAt, msOf(confirmedAt), offerId],
          [keepRevision, revision, offerId],
        ];
      }
      case 'OfferWentStale': {
        const { offerId } = event.data;
        return [
          ['UPDATE offers SET freshFromMs = NULL WHERE offerId = ?', offerId],
          [keepRevision, revision, offerId],
        ];
      }
      case 'TariffChanged':
      case 'PayerTariffChanged': {
        const { offerId, tariff } = event.data;
        const payer = 'payer' in tariff ? tariff.payer : everybody;
        return [
          [setTariff, offerId, payer, tariff.from, tariff.priceCents, tariff.vat],
          [keepRevision, revision, offerId],
        ];
      }
      case 'OfferWithdrawn': {
        const { offerId } = event.data;
        return [
          ["UPDATE offers SET status = 'withdrawn', freshFromMs = NULL WHERE offerId = ?", offerId],
          [keepRevision, revision, offerId],
        ];
      }
      default:
        return undefined;
    }
  },
};

const ProviderRow = z.object({
  providerId: storedText<ProviderId>(),
  kind: storedText<ProviderKind>(),
  name: z.string(),
  place: storedJson<Place>(),
});
const OfferRow = z.object({
  status: z.enum(['published', 'withdrawn']),
  published: storedJson<Extract<OfferEvent, { type: 'OfferPublished' }>['data']>(),
  tariffs: storedJson<Tariff[]>(),
  payerTariffs: storedJson<PayerTariff[]>(),
  facts: z.nullable(storedJson<OfferFacts>()),
  confirmedAt: storedText<Instant>(),
  freshFromMs: z.number().nullable(),
  providerName: z.string(),
  revision: z.number(),
});

const selectOffers = `
  SELECT offers.*,
    coalesce(providers.name, '') AS providerName,
    (SELECT json_group_array(json_object('from', fromDay, 'priceCents', priceCents, 'vat', vat) ORDER BY fromDay)
     FROM tariffs WHERE tariffs.offerId = offers.offerId AND payer = '') AS tariffs,
    (SELECT json_group_array(
       json_object('payer', payer, 'from', fromDay, 'priceCents', priceCents, 'vat', vat) ORDER BY fromDay)
     FROM tariffs WHERE tariffs.offerId = offers.offerId AND payer <> '') AS payerTariffs
  FROM offers LEFT JOIN providers USING (providerId)`;

/** The offer of a row: the same state that its stream folds to. */
const offerOf = (row: Record<string, unknown>): { offer: Offer; providerName: string; revision: number } => {
  const { published, tariffs, payerTariffs, facts, confirmedAt, freshFromMs, status, providerName, revision } =
    OfferRow.parse(row);
  const { offerId, publishedAt: changedAt } = published;
  const events: OfferEvent[] = [
    { type: 'OfferPublished', data: published },
    ...(facts === null ? [] : [{ type: 'OfferChanged' as const, data: { offerId, facts, changedAt } }]),
    ...tariffs.map((tariff) => ({ type: 'TariffChanged' as const, data: { offerId, tariff, changedAt } })),
    ...payerTariffs.map((tariff) => ({ type: 'PayerTariffChanged' as const, data: { offerId, tariff, changedAt } })),
    { type: 'OfferConfirmed', data: { offerId, confirmedAt } },
  ];
  const offer = fold(offerDecider, events);
  if (offer === undefined) throw new TypeError('A published offer folds to an offer.');
  const isNotedStale = status === 'published' && freshFromMs === null;
  return { offer: { ...offer, status, isNotedStale }, providerName, revision };
};

const UnconfirmedRow = z.object({ offerId: storedText<OfferId>(), freshFromMs: z.number() });
export type Unconfirmed = z.infer<typeof UnconfirmedRow>;

/** Offers that nobody confirmed since a moment and of which that is not recorded yet, the oldest first. */
export const listUnconfirmed = (db: ReadDatabase, sinceMs: number, limit: number): Unconfirmed[] =>
  db
    .all(
      'SELECT offerId, freshFromMs FROM offers WHERE freshFromMs IS NOT NULL AND freshFromMs <= ? ORDER BY freshFromMs LIMIT ?',
      ...[sinceMs, limit],
    )
    .map((row) => UnconfirmedRow.parse(row));

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
