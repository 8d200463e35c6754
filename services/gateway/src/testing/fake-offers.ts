import {
  OccupancyStep,
  type Offers,
  OfferView,
  ProviderView,
  ResourceView,
  SearchHit,
  Sought,
  type Terms,
} from '@adempauze/contracts';
import { at, first, firstPage, idOf, type Kit, rijswijk, span } from './fake-basics.ts';

const provider = (key: string, kind: ProviderView['kind']) =>
  ProviderView.parse({ providerId: idOf(key), kind, name: `Aanbieder ${key}`, place: rijswijk });

const offer = (key: string, providerKey: string, needsHelper = false) =>
  OfferView.parse({
    offerId: idOf(key),
    providerId: idOf(providerKey),
    providerName: `Aanbieder ${providerKey}`,
    form: needsHelper ? 'F06' : 'F01',
    title: 'Vier uur thuis',
    summary: '',
    place: rijswijk,
    travelKm: 20,
    nationwide: false,
    conditionsServed: ['dementia'],
    highRiskActsServed: [],
    certifications: [{ act: 'tube-feeding', lastDay: '2027-12-31' }],
    languages: ['nl'],
    cultures: ['moroccan'],
    womanOnRequest: true,
    activities: ['outdoors'],
    takeover: 'partial',
    servedAt: ['recipient-home'],
    caregiverJoins: 'no',
    transport: 'none',
    labels: [{ kind: 'pilot', name: 'Een proef' }],
    leadTimeMinutes: 120,
    acclimatisation: [{ step: 'visit', priceCents: 0 }],
    cancellation: { freeUntilHours: 48, lateSharePercent: 50 },
    unit: 'hour',
    payerTariffs: [{ payer: 'insurer', from: '2026-01-01', priceCents: 3000, vat: 'exempt' }],
    tariffs: [{ from: '2026-01-01', priceCents: 3450, vat: 'exempt' }],
    bearer: 'guarantee',
    instant: true,
    needsHelper,
    minMinutes: 60,
    maxMinutes: 480,
    minNights: 1,
    maxNights: 14,
    status: 'published',
    publishedAt: at('2027-01-01T00:00:00Z'),
    confirmedAt: at('2027-01-01T00:00:00Z'),
    freshUntil: at('2027-04-01T00:00:00Z'),
  });

export const offersWorld = () => ({
  providers: [
    provider('provider', 'home-care'),
    provider('organisation', 'volunteer-organisation'),
    provider('other-provider', 'home-care'),
  ],
  offers: [
    offer('offer', 'provider'),
    offer('offer-helper', 'organisation', true),
    offer('other-offer', 'other-provider'),
  ],
  resources: ['resource', 'organisation-resource', 'other-resource'].map((key, index) =>
    ResourceView.parse({
      resourceId: idOf(key),
      providerId: idOf(['provider', 'organisation', 'other-provider'][index] ?? ''),
      offerIds: [idOf('offer')],
      capacity: 1,
      bufferMinutes: 0,
      travelMinutes: 0,
      capacities: [{ span, capacity: 2 }],
      openings: [span],
      occupied: [
        {
          bookingId: idOf('booking'),
          span,
          state: 'held',
          expiresAt: at('2027-05-01T08:15:00Z'),
          override: 'emergency',
        },
      ],
      closedDays: ['2027-12-25'],
      availability: {
        rules: [
          { kind: 'weekly', weekday: 1, from: '09:00', until: '17:00', startsOn: '2027-01-01', endsOn: '2027-12-31' },
        ],
        ...{ exceptDays: ['2027-05-17'], holidays: 'closed', aheadDays: 92, expandedUntil: '2027-08-01' },
      },
      calendar: { readAt: at('2027-05-01T00:00:00Z'), busy: [span] },
      roster: [{ workerId: idOf('worker'), span }],
    }),
  ),
});

/** The operations of offers; `terms` are the ones that every hold is answered with. */
export const fakeOffers = ({ yes }: Kit, world: ReturnType<typeof offersWorld>, terms: () => Terms) => {
  const theOffer = () => first(world.offers);
  const theResource = () => first(world.resources);
  const hit = (offer = theOffer()) =>
    SearchHit.parse({
      offer,
      travelKm: 3.2,
      atHome: true,
      times: [0, 1, 2].map(() => ({
        resourceId: idOf('resource'),
        span,
        quantity: 400,
        priceCents: 13800,
        placesLeft: 1,
      })),
      onRequest: false,
    });
  const hits = Array.from({ length: 20 }, () => hit());

  return {
    registerProvider: yes('registerProvider', () => first(world.providers)),
    publishOffer: yes('publishOffer', theOffer),
    changeOffer: yes('changeOffer', theOffer),
    changeTariff: yes('changeTariff', theOffer),
    changePayerTariff: yes('changePayerTariff', theOffer),
    confirmOffer: yes('confirmOffer', theOffer),
    withdrawOffer: yes('withdrawOffer', theOffer),
    openResource: yes('openResource', theResource),
    publishTimes: yes('publishTimes', theResource),
    withdrawTimes: yes('withdrawTimes', theResource),
    setCapacity: yes('setCapacity', theResource),
    setAvailability: yes('setAvailability', theResource),
    closeDays: yes('closeDays', theResource),
    reopenDays: yes('reopenDays', theResource),
    rosterWorker: yes('rosterWorker', theResource),
    unrosterWorker: yes('unrosterWorker', theResource),
    readCalendar: yes('readCalendar', theResource),
    holdPlace: yes('holdPlace', () => terms()),
    holdPlaces: yes('holdPlaces', () => ({ held: [], refused: [] })),
    movePlace: yes('movePlace', () => terms()),
    overrideCapacity: yes('overrideCapacity', () => terms()),
    extendHold: yes('extendHold', () => undefined),
    extendHolds: yes('extendHolds', () => ({ kept: [], refused: [] })),
    takePlace: yes('takePlace', () => undefined),
    takePlaces: yes('takePlaces', () => ({ kept: [], refused: [] })),
    releasePlace: yes('releasePlace', () => undefined),
    releasePlaces: yes('releasePlaces', () => undefined),
    askTerms: yes('askTerms', () => terms()),
    seekRespite: async () => {
      const [time] = hit().times;
      const datesFit = { resourceId: idOf('resource'), first: time, fits: 1, of: 2, missing: ['2027-05-10'] };
      return Sought.parse({
        options: [{ hit: hit(world.offers.at(-1)), reasons: ['at-home'], datesFit }],
        ...{ misfits: [], nothingFound: null, alternatives: null },
      });
    },
    listRegionalBeds: async () => [],
    listSuitable: async () => [],
    listTimesWithin: async () => [],
    search: async ({ page: { first: count } }) => firstPage(hits.slice(0, count)),
    findExclusions: async ({ offerId }) => (world.offers.some((it) => it.offerId === offerId) ? ['wandering'] : []),
    findOffer: async ({ offerId }) => world.offers.find((it) => it.offerId === offerId),
    listOffers: async ({ providerId }) =>
      firstPage(world.offers.filter((it) => !providerId || it.providerId === providerId)),
    findProvider: async ({ providerId }) => world.providers.find((it) => it.providerId === providerId),
    listProviders: async () => firstPage(world.providers),
    findResource: async ({ resourceId }) => world.resources.find((it) => it.resourceId === resourceId),
    findOccupancy: async ({ resourceId }) =>
      world.resources.some((it) => it.resourceId === resourceId)
        ? [
            OccupancyStep.parse({
              ...{ span, capacity: 2, held: 1, taken: 0, overridden: 0, open: true },
            }),
          ]
        : undefined,
    listResources: async ({ providerId }) => firstPage(world.resources.filter((it) => it.providerId === providerId)),
  } satisfies Partial<Offers>;
};
