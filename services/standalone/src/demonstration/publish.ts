import {
  type Condition,
  type FormId,
  formOf,
  OfferId,
  type Offers,
  OpenResource,
  type Place,
  PublishOffer,
  ResourceId,
} from '@adempauze/contracts';
import { demonstrationProviderId } from '@adempauze/gateway/demonstration';
import {
  type CallContext,
  type Day,
  dayOf,
  derivedId,
  hourMs,
  type Instant,
  instantOn,
  type Outcome,
  plusMs,
} from '@adempauze/kernel';
import { factsFor } from './offer-facts.ts';
import { priceOf } from './prices.ts';
import { type DemonstrationProvider, demonstrationProviders } from './providers.ts';
import type { Random } from './random.ts';
import type { readRegion } from './region.ts';
import { type Pattern, patternFor, timesOf } from './times.ts';

const id = (...parts: readonly (string | number)[]) => derivedId('demonstration', ...parts);
export const offerIdOf = (provider: string, worker: number, form: FormId): OfferId =>
  OfferId.parse(id('offer', provider, worker, form));
const resourceIdOf = (provider: string, worker: number): ResourceId =>
  ResourceId.parse(id('resource', provider, worker));

/** The same key is the same command at every start. */
export const context = (...key: readonly (string | number)[]): CallContext => ({
  commandId: id('command', ...key),
  correlationId: 'demonstration',
  actor: 'demonstration',
});

/** The value of a command that has no reason to be refused. @throws Error with the code when it is refused all the same. */
export const granted = <V>(what: string, outcome: Outcome<V>): V => {
  if (!outcome.accepted) throw new Error(`The demonstration could not ${what}: ${outcome.rejection.code}.`);
  return outcome.value;
};

const needsHelper = (form: FormId) => form === 'F06' || form === 'F21';
const everyday: Condition[] = [
  'dementia',
  'frailty',
  'parkinson',
  'chronic-illness',
  'physical-disability',
  'acquired-brain-injury',
];

const conditionsFor = (provider: DemonstrationProvider, random: Random): Condition[] => {
  const forChildren = provider.forms.some((form) => form === 'F08' || form === 'F14' || form === 'F15');
  if (forChildren) return ['child-intensive-care', 'autism', 'physical-disability', 'intellectual-disability'];
  const extra: Condition[] = random.percent(50)
    ? ['psychiatric', 'palliative']
    : ['intellectual-disability', 'palliative'];
  return [...everyday, ...extra];
};

const lengthsOf = (form: FormId): Pick<PublishOffer, 'minMinutes' | 'maxMinutes'> => {
  const { unit } = formOf(form);
  if (unit === 'hour') return { minMinutes: 60, maxMinutes: form === 'F03' || form === 'F10' ? 540 : 480 };
  if (unit === 'part-day') return { minMinutes: 240, maxMinutes: 480 };
  if (unit === 'visit') return { minMinutes: 60, maxMinutes: 120 };
  return {};
};

/** A calendar of the demonstration, to be kept filled as time goes on. */
export type Calendar = { readonly resourceId: ResourceId; readonly pattern: Pattern };

type Region = ReturnType<typeof readRegion>;

type Worker = Calendar & {
  readonly number: number;
  readonly place: Place;
  readonly conditions: Condition[];
  readonly instant: boolean;
  readonly travelKm: number;
};

/** Who works where and when: the same for the same seed, so that a later start finds the same calendars. */
export type Supply = readonly { readonly provider: DemonstrationProvider; readonly workers: readonly Worker[] }[];

export const planSupply = (region: Region, random: Random): Supply =>
  demonstrationProviders.map((provider: DemonstrationProvider) => {
    const home = region.town(provider.town);
    const near = nearest(region, home, 6);
    const workers = Array.from({ length: provider.workers }, (_, number) => ({
      number,
      resourceId: resourceIdOf(provider.key, number),
      place: number === 0 || provider.beds !== undefined ? home : random.pick(near),
      conditions: conditionsFor(provider, random),
      pattern: patternFor(provider.forms, random),
      instant: provider.kind !== 'guest-house' && random.percent(70),
      travelKm: random.whole(8, 25),
    }));
    return { provider, workers };
  });

/** The calendars of a supply; helpers found by a coordinator have none. */
export const calendarsOf = (supply: Supply): Calendar[] =>
  supply.filter(({ provider }) => !provider.forms.every(needsHelper)).flatMap(({ workers }) => workers);

/** Registers every provider with its offers and calendars, which are still empty. */
export const publishSupply = async (offers: Offers, region: Region, supply: Supply, today: Day): Promise<void> => {
  for (const { provider, workers } of supply) {
    const place = region.town(provider.town);
    const { key, kind, name } = provider;
    granted(
      `register ${key}`,
      await offers.registerProvider(
        { providerId: demonstrationProviderId(key), kind, name, place },
        context('provider', key),
      ),
    );
    await Promise.all(workers.map((worker) => publishWorker(offers, provider, worker, today)));
  }
};

const publishWorker = async (
  offers: Offers,
  provider: DemonstrationProvider,
  worker: Worker,
  today: Day,
): Promise<void> => {
  const { key, kind, forms, beds } = provider;
  const { number, place, resourceId } = worker;
  const providerId = demonstrationProviderId(key);
  await Promise.all(
    forms.map(async (form) => {
      const price = priceOf(form);
      const offer = PublishOffer.parse({
        offerId: offerIdOf(key, number, form),
        providerId,
        form,
        title: `${formOf(form).nl} in ${place.name}`,
        summary: '',
        place,
        travelKm: formOf(form).atHome ? worker.travelKm : 0,
        conditionsServed: worker.conditions,
        highRiskActsServed: kind === 'sitter-agency' && number % 2 === 0 ? ['tube-feeding', 'epilepsy-emergency'] : [],
        languages: number % 5 === 2 ? ['nl', 'ar'] : number % 5 === 4 ? ['nl', 'tr'] : ['nl'],
        unit: formOf(form).unit,
        tariff: { from: today, priceCents: price.cents, vat: price.vat },
        bearer: price.bearer,
        instant: worker.instant,
        needsHelper: needsHelper(form),
        ...lengthsOf(form),
        ...factsFor(provider, form, number, today),
      });
      granted(`publish ${form} of ${key}`, await offers.publishOffer(offer, context('offer', key, number, form)));
    }),
  );
  const offerIds = forms.filter((form) => !needsHelper(form)).map((form) => offerIdOf(key, number, form));
  if (offerIds.length === 0) return;
  const calendar = OpenResource.parse({
    resourceId,
    providerId,
    offerIds,
    capacity: beds ?? 1,
    bufferMinutes: beds === undefined ? 30 : 0,
  });
  granted(`open a calendar of ${key}`, await offers.openResource(calendar, context('resource', key, number)));
};

const nearest = ({ towns }: Region, home: Place, count: number): readonly [Place, ...Place[]] => {
  const distance = (place: Place) =>
    (place.point.lat - home.point.lat) ** 2 + ((place.point.lon - home.point.lon) * 0.62) ** 2;
  return [home, ...[...towns].sort((a, b) => distance(a) - distance(b)).slice(1, count)];
};

/** Seven beds, but five in August, when the night nurse is away. */
export const closeBedsInAugust = async (offers: Offers, today: Day): Promise<void> => {
  const year = Number(today.slice(0, 4)) + (today.slice(5, 7) > '07' ? 1 : 0);
  const span = { from: instantOn(`${year}-08-01` as Day), until: instantOn(`${year}-09-01` as Day) };
  const command = { resourceId: resourceIdOf('duinroos', 0), capacity: 5, span };
  granted('close two beds in August', await offers.setCapacity(command, context('august', year)));
};

/** How long before search would leave an offer out its provider says again that it is so. */
const confirmAheadMs = 30 * 24 * hourMs;

/**
 * Says of every offer of this supply that would soon go stale that it is still so, as its provider would (R31). What
 * others publish beside it is theirs to confirm.
 */
export const confirmOffers = async (offers: Offers, supply: Supply, now: Instant): Promise<void> => {
  const own = new Set(
    supply.flatMap(({ provider: { key, forms }, workers }) =>
      workers.flatMap(({ number }) => forms.map((form) => offerIdOf(key, number, form))),
    ),
  );
  for (let after: string | undefined; ; ) {
    const page = await offers.listOffers({ page: { first: 100, after } });
    for (const { item } of page.items) {
      if (item.status !== 'published' || item.freshUntil > plusMs(now, confirmAheadMs)) continue;
      const { offerId } = item;
      if (!own.has(offerId)) continue;
      granted('confirm an offer', await offers.confirmOffer({ offerId }, context('confirm', offerId, dayOf(now))));
    }
    after = page.items.at(-1)?.cursor;
    if (!page.hasMore) return;
  }
};

/** Fills the calendars for the coming weeks; what is there already stays as it is, so it can be done at every start. */
export const publishTimes = async (
  offers: Offers,
  calendars: readonly Calendar[],
  first: Day,
  days: number,
): Promise<void> => {
  await Promise.all(
    calendars.map(async ({ resourceId, pattern }) => {
      const spans = timesOf(pattern, first, days);
      if (spans.length === 0) return;
      granted(
        'publish times',
        await offers.publishTimes({ resourceId, spans }, context('times', resourceId, first, days)),
      );
    }),
  );
};
