import {
  type Bookings,
  BookingView,
  BudgetView,
  Candidate,
  ClaimView,
  EntitlementView,
  Forgotten,
  HelperView,
  HouseholdView,
  InvoiceView,
  type Invoicing,
  type Matching,
  MatchView,
  OccupancyStep,
  type Offers,
  OfferView,
  type Page,
  PolicyView,
  PotView,
  ProviderView,
  Quote,
  ResourceView,
  SchemeView,
  SearchHit,
  SeriesView,
  Sought,
  StayView,
  TaskView,
  Terms,
  TrialBalance,
  UnmetDemandRow,
  WaitingView,
} from '@adempauze/contracts';
import { derivedId, Instant, type Outcome } from '@adempauze/kernel';
import type { Operations } from '../dependencies.ts';
import { demonstrationIdentity } from '../sign-in/embedded.ts';

/*
 * A small marketplace in memory that speaks the contracts and keeps no rules: enough to see who gets to see what, and
 * which commands reach a service. Everything of it comes in two: one that is theirs and one that is somebody else's.
 */

const embeddedAccountId = (account: string) => demonstrationIdentity(account).accountId;

export const idOf = (what: string) => derivedId('test', what);
const at = (text: string) => Instant.parse(text);
const place = (name: string, municipality: string, lat: number, lon: number) => ({
  name,
  municipality,
  point: { lat, lon },
});
const rijswijk = place('Rijswijk', '0603', 52.04, 4.33);
const span = { from: '2027-05-03T08:00:00Z', until: '2027-05-03T12:00:00Z' };

/** Words that stand for what may only be read by the family, or by who gives the care. */
export const secrets = {
  recipient: 'Naam-van-de-naaste',
  caregiver: 'Naam-van-de-mantelzorger',
  purpose: 'Waarom-even-weg',
  profile: 'Zorgprofiel-in-woorden',
  helper: 'Naam-van-de-vrijwilliger',
} as const;

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

const household = (key: string, account: string, mandated: readonly string[]) =>
  HouseholdView.parse({
    householdId: idOf(key),
    caregiver: {
      personId: derivedId('person', embeddedAccountId(account)),
      accountId: embeddedAccountId(account),
      name: secrets.caregiver,
      phone: '06-12345678',
      email: 'iemand@example.nl',
      place: rijswijk,
    },
    recipient: {
      personId: idOf(`${key}-recipient`),
      name: secrets.recipient,
      birthYear: 1941,
      conditions: ['dementia'],
      highRiskActs: [],
      place: rijswijk,
      careProfile: secrets.profile,
    },
    relation: 'partner',
    careHoursPerWeek: 40,
    needProfile: secrets.profile,
    languages: ['nl'],
    contactPerson: { accountId: embeddedAccountId(account), name: secrets.caregiver, organisation: '' },
    mandates: mandated.map((it) => ({
      mandateId: idOf(`${key}-mandate-${it}`),
      accountId: embeddedAccountId(it),
      grantedAt: at('2027-01-01T00:00:00Z'),
    })),
    municipality: '0603',
    registeredAt: at('2027-01-01T00:00:00Z'),
  });

const quote = (householdKey: string) =>
  Quote.parse({
    ownCostCents: 2300,
    coverage: 'partly',
    lines: [
      { kind: 'scheme', payer: { kind: 'municipality', id: '0603' }, amountCents: 11500 },
      { kind: 'own', payer: { kind: 'caregiver', id: idOf(householdKey) }, amountCents: 2300 },
    ],
    refusals: [{ schemeId: idOf('scheme'), code: 'scheme-cap-reached', facts: { overCents: 200, leftCents: 1700 } }],
  });

type BookingKeys = { household: string; provider: string; offer: string; status: BookingView['status'] };
const booking = (key: string, keys: BookingKeys) =>
  BookingView.parse({
    bookingId: idOf(key),
    householdId: idOf(keys.household),
    offerId: idOf(keys.offer),
    providerId: idOf(keys.provider),
    resourceId: idOf('resource'),
    form: 'F01',
    span,
    status: keys.status,
    terms: Terms.parse({
      offerId: idOf(keys.offer),
      providerId: idOf(keys.provider),
      form: 'F01',
      unit: 'hour',
      quantity: 400,
      unitPriceCents: 3450,
      priceCents: 13800,
      vat: 'exempt',
      bearer: 'guarantee',
      instant: true,
      needsHelper: false,
      providerMunicipality: '0603',
    }),
    quote: quote(keys.household),
    purpose: secrets.purpose,
    placeOfService: 'recipient-home',
    municipality: '0603',
    heldUntil: at('2027-05-01T08:15:00Z'),
    answerBy: at('2027-05-02T08:00:00Z'),
    recordBy: at('2027-05-05T12:00:00Z'),
    helperId: idOf('helper'),
    delivery:
      keys.status === 'delivered'
        ? { deliveryId: idOf(`${key}-delivery`), quantity: 400, recordedAt: at('2027-05-03T12:00:00Z') }
        : null,
    partOf: { kind: 'series', id: idOf('series') },
    requestedBy: embeddedAccountId('caregiver'),
    requestedAt: at('2027-05-01T08:00:00Z'),
    confirmedAt: at('2027-05-01T08:01:00Z'),
    step: { actor: 'provider', since: at('2027-05-01T08:00:00Z') },
    revision: 2,
  });

const series = (key: string, keys: Omit<BookingKeys, 'status'>) =>
  SeriesView.parse({
    seriesId: idOf(key),
    householdId: idOf(keys.household),
    offerId: idOf(keys.offer),
    providerId: idOf(keys.provider),
    resourceId: idOf('resource'),
    form: 'F01',
    rule: {
      from: '2027-05-04',
      until: '2027-06-01',
      weekdays: [2],
      startsAt: '13:00',
      endsAt: '17:00',
      exceptions: ['2027-05-11'],
    },
    zone: 'Europe/Amsterdam',
    placeOfService: 'recipient-home',
    purpose: secrets.purpose,
    requestedBy: embeddedAccountId('caregiver'),
    requestedAt: at('2027-05-01T08:00:00Z'),
    status: 'ended',
    endedFrom: '2027-06-01',
    dates: [
      {
        on: '2027-05-04',
        span,
        bookingId: idOf('booking-confirmed'),
        status: 'confirmed',
        ownCostCents: 2300,
        skipped: { code: 'place-taken', facts: {} },
      },
    ],
    ownCostCents: 2300,
    revision: 3,
  });

const stay = (key: string, keys: Omit<BookingKeys, 'status'>) =>
  StayView.parse({
    stayId: idOf(key),
    householdId: idOf(keys.household),
    offerId: idOf(keys.offer),
    providerId: idOf(keys.provider),
    resourceId: idOf('resource'),
    form: 'F12',
    purpose: secrets.purpose,
    placeOfService: 'provider',
    requestedBy: embeddedAccountId('caregiver'),
    plannedAt: at('2027-05-01T08:00:00Z'),
    status: 'ended',
    steps: [
      {
        kind: 'part-day',
        span,
        bookingId: idOf('booking-confirmed'),
        status: 'confirmed',
        ownCostCents: 0,
        gate: 'none',
        outcome: { caregiver: 'go-on', recipient: 'no-word', house: 'go-on' },
        passedAt: at('2027-05-03T13:00:00Z'),
      },
    ],
    waived: ['night'],
    refusal: { code: 'place-taken', facts: {} },
    endReason: 'cancelled',
    metWorkerIds: [idOf('worker')],
    ownCostCents: 0,
    turn: { actor: 'caregiver', since: at('2027-05-01T08:00:00Z'), until: at('2027-05-05T12:00:00Z') },
    revision: 3,
  });

const waiting = (key: string, householdKey: string) =>
  WaitingView.parse({
    waitingId: idOf(key),
    offerId: idOf('offer'),
    householdId: idOf(householdKey),
    window: span,
    minMinutes: 60,
    maxMinutes: 240,
    lane: 'normal',
    placeOfService: 'recipient-home',
    since: at('2027-05-01T08:00:00Z'),
    status: 'waiting',
    aheadUrgent: 1,
    aheadLonger: 2,
    offers: [{ bookingId: idOf('booking'), span, until: at('2027-05-01T12:00:00Z'), outcome: 'offered' }],
  });

const task = (key: string, householdKey: string) =>
  TaskView.parse({
    taskId: idOf(key),
    householdId: idOf(householdKey),
    kind: 'stay-does-not-fit',
    bookingId: idOf('booking-confirmed'),
    partOf: { kind: 'stay', id: idOf('stay') },
    setAt: at('2027-05-03T13:00:00Z'),
    dueAt: at('2027-05-06T13:00:00Z'),
    doneAt: at('2027-05-04T13:00:00Z'),
  });

const lines = (municipality: string, insurer: string, householdKey: string) => [
  { kind: 'scheme', payer: { kind: 'municipality', id: municipality }, amountCents: 9000 },
  { kind: 'insurance', payer: { kind: 'insurer', id: insurer }, amountCents: 2500 },
  { kind: 'own', payer: { kind: 'caregiver', id: idOf(householdKey) }, amountCents: 2300 },
];

const makeWorld = () => ({
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
  households: [
    household('household', 'caregiver', ['professional']),
    household('other-household', 'other-caregiver', []),
  ],
  bookings: [
    booking('booking', { household: 'household', provider: 'provider', offer: 'offer', status: 'awaiting-acceptance' }),
    booking('booking-confirmed', { household: 'household', provider: 'provider', offer: 'offer', status: 'confirmed' }),
    booking('booking-delivered', { household: 'household', provider: 'provider', offer: 'offer', status: 'delivered' }),
    booking('booking-helper', {
      household: 'household',
      provider: 'organisation',
      offer: 'offer-helper',
      status: 'awaiting-helper',
    }),
    booking('booking-helper-delivered', {
      household: 'household',
      provider: 'organisation',
      offer: 'offer-helper',
      status: 'delivered',
    }),
    booking('booking-helper-confirmed', {
      household: 'household',
      provider: 'organisation',
      offer: 'offer-helper',
      status: 'confirmed',
    }),
    booking('other-booking', {
      household: 'other-household',
      provider: 'other-provider',
      offer: 'other-offer',
      status: 'confirmed',
    }),
  ],
  series: [
    series('series', { household: 'household', provider: 'provider', offer: 'offer' }),
    series('series-helper', { household: 'household', provider: 'organisation', offer: 'offer-helper' }),
    series('other-series', { household: 'other-household', provider: 'other-provider', offer: 'other-offer' }),
  ],
  stays: [
    stay('stay', { household: 'household', provider: 'provider', offer: 'offer' }),
    stay('stay-helper', { household: 'household', provider: 'organisation', offer: 'offer-helper' }),
    stay('other-stay', { household: 'other-household', provider: 'other-provider', offer: 'other-offer' }),
  ],
  waiting: [waiting('waiting', 'household'), waiting('other-waiting', 'other-household')],
  tasks: [task('task', 'household'), task('other-task', 'other-household')],
  helpers: ['helper', 'other-helper'].map((key, index) =>
    HelperView.parse({
      helperId: idOf(key),
      organisationId: idOf(index === 0 ? 'organisation' : 'other-provider'),
      name: secrets.helper,
      phone: '06-87654321',
      place: rijswijk,
      languages: ['nl'],
      forms: ['F06'],
      availability: [{ weekday: 1, from: '09:00', until: '17:00' }],
      maxHoursPerWeek: 8,
      assignments: [{ bookingId: idOf('booking-helper-confirmed'), span }],
    }),
  ),
  matches: ['match', 'other-match'].map((key, index) =>
    MatchView.parse({
      matchId: idOf(key),
      bookingId: idOf(index === 0 ? 'booking-helper' : 'other-booking'),
      householdId: idOf('household'),
      organisationId: idOf(index === 0 ? 'organisation' : 'other-provider'),
      form: 'F06',
      span,
      municipality: '0603',
      languages: ['nl'],
      status: 'open',
      helperId: idOf('helper'),
      answerBy: at('2027-05-02T08:00:00Z'),
      requestedAt: at('2027-05-01T08:00:00Z'),
      refusedBy: [idOf('other-helper')],
      revision: 1,
    }),
  ),
  schemes: [
    ['scheme', '0603'],
    ['other-scheme', '0518'],
  ].map(([key = '', municipality]) =>
    SchemeView.parse({
      schemeId: idOf(key),
      name: `Regeling ${key}`,
      municipality,
      source: 'S01',
      validFrom: '2026-01-01',
      rules: {
        coveredForms: ['F01'],
        countedForms: ['F01'],
        cap: { kind: 'money', multiplier: 52 },
        periodMonths: 12,
        contributionCentsPerMonth: 0,
        extendable: true,
      },
    }),
  ),
  entitlements: ['', 'other-'].map((key) =>
    EntitlementView.parse({
      entitlementId: idOf(`${key}entitlement`),
      schemeId: idOf(`${key}scheme`),
      schemeName: 'Regeling',
      householdId: idOf(`${key}household`),
      from: '2027-01-01',
      until: '2028-01-01',
      rateCents: 3300,
      capCents: 171600,
      capHours: null,
      usedCents: 0,
      usedHours: 0,
      leftCents: 171600,
      leftHours: null,
      contributionCents: 0,
      awardedAt: at('2027-01-01T00:00:00Z'),
    }),
  ),
  budgets: ['', 'other-'].map((key) =>
    BudgetView.parse({
      budgetId: idOf(`${key}budget`),
      municipality: key ? '0518' : '0603',
      holderAccountId: embeddedAccountId(`${key}professional`),
      name: 'Vrij budget',
      amountCents: 1_000_000,
      balanceCents: 982_000,
      from: '2027-01-01',
      until: '2028-01-01',
      spends: [{ spendId: idOf('spend'), amountCents: 18_000, at: at('2027-02-01T00:00:00Z') }],
    }),
  ),
  pots: ['', 'other-'].map((key) =>
    PotView.parse({
      potId: idOf(`${key}pot`),
      name: 'Eén pot',
      municipalities: [key ? '0518' : '0603'],
      paidInCents: 500_000,
      balanceCents: 490_000,
    }),
  ),
  claims: [
    ['', 'booking-delivered', 'provider'],
    ['', 'booking-helper-delivered', 'organisation'],
    ['other-', 'other-booking', 'other-provider'],
  ].map(([key = '', bookingKey = '', providerKey = '']) =>
    ClaimView.parse({
      deliveryId: idOf(`${bookingKey}-delivery`),
      bookingId: idOf(bookingKey),
      householdId: idOf(`${key}household`),
      providerId: idOf(providerKey),
      offerId: idOf(`${key}offer`),
      form: 'F01',
      deliveredOn: '2027-05-03',
      quantity: 400,
      costCents: 13800,
      vat: 'exempt',
      municipality: '0603',
      fundingStatus: 'split',
      lines: key ? lines('0518', 'other-insurer', 'other-household') : lines('0603', 'insurer', 'household'),
    }),
  ),
  invoices: [
    ['invoice-municipality', 'municipality', '0603'],
    ['invoice-insurer', 'insurer', 'insurer'],
    ['invoice-caregiver', 'caregiver', idOf('household')],
    ['other-invoice', 'municipality', '0518'],
    ['other-invoice-insurer', 'insurer', 'other-insurer'],
    ['other-invoice-caregiver', 'caregiver', idOf('other-household')],
  ].map(([key = '', kind, id]) =>
    InvoiceView.parse({
      invoiceId: idOf(key),
      number: '2027-05-0001',
      payer: { kind, id },
      month: '2027-05',
      issuedAt: at('2027-06-01T00:00:00Z'),
      totalCents: 13800,
      lines: (key.startsWith('other') ? ['other-provider'] : ['provider', 'organisation', 'other-provider']).map(
        (providerKey) => ({
          deliveryId: idOf('booking-delivered-delivery'),
          bookingId: idOf('booking-delivered'),
          providerId: idOf(providerKey),
          form: 'F01',
          deliveredOn: '2027-05-03',
          kind: 'scheme',
          amountCents: 4600,
          vat: 'exempt',
        }),
      ),
    }),
  ),
});

export type Called = { readonly operation: string; readonly input: unknown; readonly commandId: string };

export type FakeMarketplace = {
  readonly offers: Offers;
  readonly bookings: Bookings;
  readonly matching: Matching;
  readonly invoicing: Invoicing;
  readonly operations: Operations;
  readonly world: ReturnType<typeof makeWorld>;
  /** Every command that reached a service, in order. */
  readonly called: Called[];
  /** Makes the next command answer so, or throw. */
  readonly answerNext: (answer: Error | { code: string; facts: Record<string, string | number> }) => void;
  readonly changed: (bookingId: string) => void;
  readonly watchers: () => number;
};

export const createFakeMarketplace = (): FakeMarketplace => {
  const world = makeWorld();
  const called: Called[] = [];
  const watchers = new Set<{ bookingId: string; onChange: () => void }>();
  let next: Error | { code: string; facts: Record<string, string | number> } | undefined;

  const page = <T>(items: readonly T[]): Page<T> => ({
    items: items.map((item, index) => ({ cursor: `c${index}`, item })),
    hasMore: false,
  });
  /** A command that says yes with a thing of the world, whatever is asked. */
  const yes =
    <V>(operation: string, value: () => V) =>
    async (input: unknown, { commandId }: { commandId: string }): Promise<Outcome<V>> => {
      called.push({ operation, input, commandId });
      const planned = next;
      next = undefined;
      if (planned instanceof Error) throw planned;
      if (planned) return { accepted: false, rejection: planned };
      return { accepted: true, position: '0042', value: value() };
    };
  const first = <T>(items: readonly T[]): T => {
    const [item] = items;
    if (item === undefined) throw new Error('The world is empty.');
    return item;
  };
  const hit = () =>
    SearchHit.parse({
      offer: first(world.offers),
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
  const hits = Array.from({ length: 20 }, hit);
  const theOffer = () => first(world.offers);
  const theResource = () => first(world.resources);
  const theBooking = () => first(world.bookings);
  const theStay = () => first(world.stays);
  const theSeries = () => first(world.series);
  const theHousehold = () => first(world.households);
  const theMatch = () => first(world.matches);
  const theBudget = () => first(world.budgets);
  const theEntitlement = () => first(world.entitlements);

  return {
    world,
    called,
    answerNext: (answer) => {
      next = answer;
    },
    changed: (bookingId) => {
      for (const it of [...watchers]) if (it.bookingId === bookingId) it.onChange();
    },
    watchers: () => watchers.size,
    offers: {
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
      holdPlace: yes('holdPlace', () => theBooking().terms),
      holdPlaces: yes('holdPlaces', () => ({ held: [], refused: [] })),
      movePlace: yes('movePlace', () => theBooking().terms),
      overrideCapacity: yes('overrideCapacity', () => theBooking().terms),
      extendHold: yes('extendHold', () => undefined),
      extendHolds: yes('extendHolds', () => undefined),
      takePlace: yes('takePlace', () => undefined),
      takePlaces: yes('takePlaces', () => undefined),
      releasePlace: yes('releasePlace', () => undefined),
      releasePlaces: yes('releasePlaces', () => undefined),
      askTerms: yes('askTerms', () => theBooking().terms),
      seekRespite: async () =>
        Sought.parse({
          options: [{ hit: hit(), reasons: ['at-home'], datesFit: null }],
          ...{ misfits: [], nothingFound: null, alternatives: null },
        }),
      listRegionalBeds: async () => [],
      search: async ({ page: { first: count } }) => page(hits.slice(0, count)),
      findExclusions: async ({ offerId }) => (world.offers.some((it) => it.offerId === offerId) ? ['wandering'] : []),
      findOffer: async ({ offerId }) => world.offers.find((it) => it.offerId === offerId),
      listOffers: async ({ providerId }) =>
        page(world.offers.filter((it) => !providerId || it.providerId === providerId)),
      findProvider: async ({ providerId }) => world.providers.find((it) => it.providerId === providerId),
      listProviders: async () => page(world.providers),
      findResource: async ({ resourceId }) => world.resources.find((it) => it.resourceId === resourceId),
      findOccupancy: async ({ resourceId }) =>
        world.resources.some((it) => it.resourceId === resourceId)
          ? [
              OccupancyStep.parse({
                ...{ span, capacity: 2, held: 1, taken: 0, overridden: 0, open: true },
              }),
            ]
          : undefined,
      listResources: async ({ providerId }) => page(world.resources.filter((it) => it.providerId === providerId)),
    },
    bookings: {
      registerHousehold: yes('registerHousehold', theHousehold),
      changeContactPerson: yes('changeContactPerson', theHousehold),
      grantMandate: yes('grantMandate', theHousehold),
      withdrawMandate: yes('withdrawMandate', theHousehold),
      requestBooking: yes('requestBooking', theBooking),
      confirmBooking: yes('confirmBooking', theBooking),
      acceptBooking: yes('acceptBooking', theBooking),
      declineBooking: yes('declineBooking', theBooking),
      cancelBooking: yes('cancelBooking', theBooking),
      rescheduleBooking: yes('rescheduleBooking', theBooking),
      recordDelivery: yes('recordDelivery', theBooking),
      recordNoCare: yes('recordNoCare', theBooking),
      requestSeries: yes('requestSeries', theSeries),
      confirmSeries: yes('confirmSeries', theSeries),
      acceptSeries: yes('acceptSeries', theSeries),
      extendSeries: yes('extendSeries', theSeries),
      endSeries: yes('endSeries', theSeries),
      planStay: yes('planStay', theStay),
      confirmStay: yes('confirmStay', theStay),
      sayOutcome: yes('sayOutcome', theStay),
      endStay: yes('endStay', theStay),
      findStay: async ({ stayId }) => world.stays.find((it) => it.stayId === stayId),
      listStays: async ({ householdId, providerId }) =>
        page(
          world.stays.filter(
            (it) => (!householdId || it.householdId === householdId) && (!providerId || it.providerId === providerId),
          ),
        ),
      proposeStay: async () => ({ isFirstStay: true, steps: [{ step: 'night', priceCents: 100 }] }),
      joinWaitingList: yes('joinWaitingList', () => first(world.waiting)),
      leaveWaitingList: yes('leaveWaitingList', () => first(world.waiting)),
      findWaiting: async ({ waitingId }) => world.waiting.find((it) => it.waitingId === waitingId),
      findWaitingList: async ({ offerId }) => ({ offerId, waiting: world.waiting, places: [] }),
      listWaiting: async ({ householdId }) => world.waiting.filter((it) => it.householdId === householdId),
      finishTask: yes('finishTask', () => first(world.tasks)),
      findTask: async ({ taskId }) => world.tasks.find((it) => it.taskId === taskId),
      listTasks: async ({ householdId }) => world.tasks.filter((it) => it.householdId === householdId),
      findSeries: async ({ seriesId }) => world.series.find((it) => it.seriesId === seriesId),
      listSeries: async ({ householdId, providerId }) =>
        page(
          world.series.filter(
            (it) => (!householdId || it.householdId === householdId) && (!providerId || it.providerId === providerId),
          ),
        ),
      forgetPerson: yes('forgetPerson', () =>
        Forgotten.parse({ personId: idOf('person'), cancelledBookings: [], kept: ['invoices'] }),
      ),
      findBooking: async ({ bookingId }) => world.bookings.find((it) => it.bookingId === bookingId),
      listBookings: async ({ householdId, providerId }) =>
        page(
          world.bookings.filter(
            (it) => (!householdId || it.householdId === householdId) && (!providerId || it.providerId === providerId),
          ),
        ),
      findHousehold: async ({ householdId }) => world.households.find((it) => it.householdId === householdId),
      listHouseholds: async ({ accountId }) =>
        page(
          world.households.filter(
            (it) =>
              it.caregiver.accountId === accountId || it.mandates.some((mandate) => mandate.accountId === accountId),
          ),
        ),
      unmetDemand: async ({ municipality }) =>
        [
          { form: 'F01', municipality: '0603', month: '2027-05', count: 2 },
          { form: 'F01', municipality: '0518', month: '2027-05', count: 3 },
        ]
          .map((it) => UnmetDemandRow.parse(it))
          .filter((it) => !municipality || it.municipality === municipality),
      watchBooking: (bookingId, onChange) => {
        const watcher = { bookingId, onChange: () => onChange({ bookingId, revision: 3, what: 'changed' }) };
        watchers.add(watcher);
        return () => watchers.delete(watcher);
      },
    },
    matching: {
      registerHelper: yes('registerHelper', () => first(world.helpers)),
      proposeHelper: yes('proposeHelper', theMatch),
      answerProposal: yes('answerProposal', theMatch),
      closeMatch: yes('closeMatch', theMatch),
      findMatch: async ({ matchId }) => world.matches.find((it) => it.matchId === matchId),
      listMatches: async ({ organisationId }) =>
        page(world.matches.filter((it) => it.organisationId === organisationId)),
      listCandidates: async () => [
        Candidate.parse({
          helperId: idOf('helper'),
          name: secrets.helper,
          travelKm: 2.1,
          timesWithHousehold: 3,
          available: true,
          hoursThatWeek: 2,
          reasons: ['familiar-face', 'near'],
        }),
      ],
      findHelper: async ({ helperId }) => world.helpers.find((it) => it.helperId === helperId),
      listHelpers: async ({ organisationId }) =>
        page(world.helpers.filter((it) => it.organisationId === organisationId)),
    },
    invoicing: {
      publishScheme: yes('publishScheme', () => first(world.schemes)),
      grantSchemeMandate: yes('grantSchemeMandate', () => undefined),
      awardScheme: yes('awardScheme', theEntitlement),
      extendEntitlement: yes('extendEntitlement', theEntitlement),
      registerPolicy: yes('registerPolicy', () =>
        PolicyView.parse({
          policyId: idOf('policy'),
          householdId: idOf('household'),
          insurerId: 'insurer',
          shares: [{ form: 'F05', percent: 75 }],
          from: '2027-01-01',
          until: '2028-01-01',
        }),
      ),
      openBudget: yes('openBudget', theBudget),
      spendBudget: yes('spendBudget', theBudget),
      openPot: yes('openPot', () => first(world.pots)),
      quoteBooking: yes('quoteBooking', () => theBooking().quote),
      billMonth: yes('billMonth', () => world.invoices),
      findScheme: async ({ schemeId }) => world.schemes.find((it) => it.schemeId === schemeId),
      listSchemes: async ({ municipality }) =>
        world.schemes.filter((it) => !municipality || it.municipality === municipality),
      listEntitlements: async ({ householdId }) => world.entitlements.filter((it) => it.householdId === householdId),
      findEntitlement: async ({ entitlementId }) => world.entitlements.find((it) => it.entitlementId === entitlementId),
      findBudget: async ({ budgetId }) => world.budgets.find((it) => it.budgetId === budgetId),
      listBudgets: async ({ holderAccountId }) =>
        world.budgets.filter((it) => !holderAccountId || it.holderAccountId === holderAccountId),
      listPots: async () => world.pots,
      findClaim: async ({ deliveryId }) => world.claims.find((it) => it.deliveryId === deliveryId),
      findClaimOfBooking: async ({ bookingId }) => world.claims.find((it) => it.bookingId === bookingId),
      findInvoice: async ({ invoiceId }) => world.invoices.find((it) => it.invoiceId === invoiceId),
      listInvoices: async ({ payer, providerId }) =>
        page(
          world.invoices.filter(
            (it) =>
              (!payer || (it.payer.kind === payer.kind && it.payer.id === payer.id)) &&
              (!providerId || it.lines.some((line) => line.providerId === providerId)),
          ),
        ),
      trialBalance: async () =>
        TrialBalance.parse({
          rows: [{ account: 'care-cost', debitCents: 13800, creditCents: 13800 }],
          debitCents: 13800,
          creditCents: 13800,
          balanced: true,
        }),
    },
    operations: {
      listParked: async () => ({
        items: [
          {
            cursor: 'c0',
            item: {
              id: 'invoicing:1',
              consumer: 'invoicing',
              key: 'booking-1',
              type: 'bookings.care-delivered.v1',
              reason: 'ZodError at #/quantity',
              parkedAt: at('2027-05-01T00:00:00Z'),
              attempts: 3,
            },
          },
        ],
        hasMore: false,
      }),
      listActions: async () => ({
        items: [
          {
            cursor: 'c0',
            item: {
              action: 'discarded',
              messageId: 'invoicing:0',
              consumer: 'invoicing/invoicing',
              key: 'booking-1',
              type: 'bookings.care-delivered.v1',
              reason: 'Dubbel ontvangen.',
              at: at('2027-05-01T00:00:00Z'),
              by: embeddedAccountId('operator'),
            },
          },
        ],
        hasMore: false,
      }),
      replayParked: async (id) => {
        called.push({ operation: 'replayParked', input: id, commandId: '' });
        return id === 'invoicing:1' ? { replayed: 1, left: 0, failure: undefined } : undefined;
      },
      discardParked: async (id) => {
        called.push({ operation: 'discardParked', input: id, commandId: '' });
        return id === 'invoicing:1';
      },
      status: async () => ({ 'bookings-read-model': { ok: true, detail: 'live' } }),
    },
  };
};
