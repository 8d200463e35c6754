import type { Role } from './roles.ts';

/**
 * Who may see or do what. `all`: any of them; `own`: those that are theirs, which `sight.ts` decides; a role that is
 * not named: none. `visitor` is somebody who is not signed in.
 */
export type Rule = Readonly<Partial<Record<Role | 'visitor', 'all' | 'own'>>>;

/** `rows`: who can come by a thing of this type at all. Fields follow it unless they have a rule of their own. */
export type TypeAccess = { readonly rows: Rule; readonly fields: Readonly<Record<string, Rule>> };

/** Types that hold nothing of their own: who has the thing inside has them. */
export const isWrapper = (type: string): boolean => /(Connection|Edge|Accepted)$/.test(type) || wrappers.has(type);
const wrappers = new Set(['PageInfo', 'Rejected', 'Fact']);

export const anybody: Rule = {
  visitor: 'all',
  caregiver: 'all',
  provider: 'all',
  coordinator: 'all',
  municipality: 'all',
  insurer: 'all',
  professional: 'all',
  operator: 'all',
};
const family: Rule = { caregiver: 'own', professional: 'own' };
const supply: Rule = { provider: 'own', coordinator: 'own' };
const operator: Rule = { operator: 'all' };
const payers: Rule = { municipality: 'own', insurer: 'own' };
const booked: Rule = { ...family, ...supply, ...operator };
const settled: Rule = { ...booked, ...payers };
const coordinator: Rule = { coordinator: 'own' };
const signedIn: Rule = {
  caregiver: 'own',
  provider: 'own',
  coordinator: 'own',
  municipality: 'own',
  insurer: 'own',
  professional: 'own',
  operator: 'all',
};

const follow = (rule: Rule, names: string): Record<string, Rule> =>
  Object.fromEntries(names.split(' ').map((name) => [name, rule]));
const type = (rows: Rule, names: string, others: Readonly<Record<string, Rule>> = {}): TypeAccess => ({
  rows,
  fields: { ...follow(rows, names), ...others },
});
/** A type that is only ever part of another: the field that leads to it has the rule. */
const part = (names: string, others: Readonly<Record<string, Rule>> = {}): TypeAccess => type(anybody, names, others);

export const accessTable: Readonly<Record<string, TypeAccess>> = {
  Query: {
    rows: {},
    fields: {
      ...follow(anybody, 'now viewer forms places municipalities node nodes'),
      // The catalogue is public, without login (R31); schemes are as public as the law.
      ...follow(anybody, 'searchOffers findRespite regionalBeds offer offers provider providers schemes'),
      ...follow(supply, 'resource resources'),
      ...follow(booked, 'booking bookings series seriesList stay stays'),
      household: { ...family, ...operator },
      households: family,
      stayProposal: family,
      waitingList: supply,
      ...follow(coordinator, 'match matchQueue helpers'),
      unmetDemand: { municipality: 'own', ...operator },
      ...follow({ ...family, municipality: 'own' }, 'entitlement'),
      entitlements: family,
      ...follow({ municipality: 'own', professional: 'own', ...operator }, 'budget budgets'),
      pots: { municipality: 'own', ...operator },
      ...follow(settled, 'claim invoice invoices'),
      ...follow(operator, 'trialBalance parked operatorActions status'),
    },
  },
  Mutation: {
    rows: {},
    fields: {
      registerProvider: { ...supply, ...operator },
      ...follow(supply, 'publishOffer changeOffer changeTariff changePayerTariff confirmOffer withdrawOffer'),
      ...follow(supply, 'openResource publishTimes withdrawTimes setCapacity setAvailability closeDays reopenDays'),
      ...follow(supply, 'rosterWorker unrosterWorker readCalendar overrideCapacity'),
      ...follow(family, 'registerHousehold changeContactPerson grantMandate withdrawMandate'),
      ...follow(family, 'requestBooking confirmBooking'),
      ...follow(supply, 'acceptBooking declineBooking recordDelivery'),
      rescheduleBooking: family,
      ...follow(family, 'joinWaitingList leaveWaitingList'),
      recordNoCare: { ...family, ...supply },
      ...follow(family, 'requestSeries confirmSeries extendSeries'),
      ...follow(family, 'planStay confirmStay finishTask'),
      ...follow({ ...family, ...supply }, 'sayOutcome endStay'),
      acceptSeries: supply,
      endSeries: { ...family, ...supply },
      cancelBooking: booked,
      forgetPerson: { ...family, ...operator },
      ...follow(coordinator, 'registerHelper proposeHelper answerProposal closeMatch'),
      ...follow({ municipality: 'own' }, 'publishScheme grantSchemeMandate openBudget'),
      ...follow({ municipality: 'own', professional: 'own' }, 'awardScheme extendEntitlement'),
      registerPolicy: { ...family, insurer: 'own' },
      spendBudget: { professional: 'own' },
      ...follow(operator, 'openPot billMonth replayParked discardParked moveClock'),
    },
  },
  Subscription: { rows: {}, fields: { bookingChanged: booked } },

  Viewer: type(signedIn, 'accountId role organisation', { households: family }),
  Form: type(anybody, 'id identifier nl en unit takeover atHome'),
  KnownPlace: type(anybody, 'label name lat lon municipality'),
  Municipality: type(anybody, 'code name province'),
  Place: part('name municipalityCode lat lon'),
  TimeSpan: part('from until'),

  Provider: type(anybody, 'id kind name place'),
  Offer: type(
    anybody,
    'id provider providerName form formId title summary place travelKm nationwide conditionsServed highRiskActsServed certifications languages cultures womanOnRequest activities takeover servedAt caregiverJoins transport labels leadTimeMinutes acclimatisation unit tariffs payerTariffs priceCents bearer instant needsHelper minMinutes maxMinutes minNights maxNights confirmedAt freshUntil status publishedAt',
    // Whom a provider does not take in is matched, and shown to nobody else.
    { exclusions: supply },
  ),
  PayerTariff: type(anybody, 'payer from priceCents vat'),
  Certification: type(anybody, 'act lastDay'),
  OfferLabel: type(anybody, 'kind name'),
  Acclimatisation: type(anybody, 'step priceCents'),
  Tariff: type(anybody, 'from priceCents vat'),
  SearchHit: type(anybody, 'offer travelKm atHome times onRequest'),
  BookableTime: type(anybody, 'resourceId span quantity priceCents placesLeft'),
  Sought: type(anybody, 'options misfits nothingFound alternatives'),
  SeekOption: type(anybody, 'hit reasons datesFit'),
  DatesFit: type(anybody, 'resourceId first fits of missing'),
  SeekMisfit: type(anybody, 'offer travelKm reason'),
  NothingFound: type(anybody, 'forms municipalityCode from until'),
  Alternatives: type(anybody, 'inTime inPlace inForm'),
  RegionalHouse: type(anybody, 'offerId resourceId providerName title form place travelKm nights'),
  RegionalNight: type(anybody, 'day span capacity free'),
  Resource: type(
    supply,
    'id providerId offerIds capacity bufferMinutes travelMinutes capacities closedDays availability calendar roster occupancy openings occupied',
  ),
  Occupation: type(supply, 'bookingId span state expiresAt override'),
  CapacitySpan: type(supply, 'span capacity'),
  AvailabilityRule: type(supply, 'kind weekday everyWeeks opensAt closesAt startsOn endsOn'),
  Availability: type(supply, 'rules exceptDays holidays aheadDays expandedUntil'),
  OtherCalendar: type(supply, 'readAt busy'),
  OnDuty: type(supply, 'workerId span'),
  OccupancyStep: type(supply, 'span capacity held taken overridden open'),

  // The operator keeps things going and need not know who people are (R50).
  Household: type({ ...family, ...operator }, 'id caregiver recipient municipalityCode registeredAt', {
    ...follow(family, 'relation careHoursPerWeek needProfile languages contactPerson mandates tasks waiting'),
  }),
  Caregiver: type({ ...family, ...operator }, 'personId', follow(family, 'accountId name phone email place')),
  Recipient: type(
    { ...family, ...operator },
    'personId',
    follow(family, 'name birthYear conditions highRiskActs place careProfile'),
  ),
  ContactPerson: type(family, 'accountId name organisation'),
  Mandate: type(family, 'mandateId accountId grantedAt'),

  Booking: type(
    booked,
    'id householdId offer provider resourceId form span status terms placeOfService municipalityCode heldUntil answerBy recordBy delivery partOf requestedAt confirmedAt step revision',
    {
      household: { ...family, ...operator },
      // Why somebody needs a break is the family's own (R30, R51); who pays is no business of who gives care (R38).
      ...follow(family, 'purpose'),
      ...follow({ ...family, ...operator }, 'quote ownCostCents requestedBy'),
      helperName: { ...family, coordinator: 'own' },
      brief: supply,
      claim: booked,
    },
  ),
  PartOf: part('kind ref'),
  Series: type(
    booked,
    'id householdId offer provider resourceId form rule placeOfService requestedAt status endedFrom dates revision',
    { purpose: family, ...follow({ ...family, ...operator }, 'requestedBy ownCostCents') },
  ),
  WeeklyRule: part('from until everyWeeks weekdays startsAt endsAt endsDaysLater exceptions'),
  SeriesDate: type(booked, 'on span bookingId status', follow({ ...family, ...operator }, 'ownCostCents skipped')),
  Stay: type(
    booked,
    'id householdId offer provider resourceId form placeOfService plannedAt status steps waived endReason metWorkerIds turn revision',
    { purpose: family, ...follow({ ...family, ...operator }, 'requestedBy refusal ownCostCents') },
  ),
  StayStep: type(
    booked,
    'kind span bookingId status gate outcome passedAt',
    follow({ ...family, ...operator }, 'ownCostCents'),
  ),
  StepOutcome: part('caregiver recipient house'),
  StayTurn: part('actor since until'),
  StayProposal: type(family, 'isFirstStay steps'),
  ProposedStep: part('step priceCents'),
  // To a provider who waits is a place in a line, and no household (R51).
  Waiting: type(
    { ...family, ...supply },
    'waitingId offerId window minMinutes maxMinutes lane placeOfService since status aheadUrgent aheadLonger',
    follow(family, 'householdId offers'),
  ),
  WaitingOffer: part('bookingId span until outcome'),
  WaitingList: type(supply, 'waiting places'),
  FreedPlace: type(supply, 'resourceId span freedAt status offeredTo'),
  OfferedTo: type(supply, 'waitingId lane since outcome'),
  Task: type(family, 'taskId kind bookingId partOf setAt dueAt doneAt'),
  CareBrief: type(supply, 'conditions highRiskActs recipientName careProfile caregiverPhone'),
  Terms: part('unit quantity unitPriceCents priceCents vat bearer instant needsHelper'),
  Step: part('actor since'),
  Delivery: part('deliveryId quantity recordedAt'),
  Quote: type({ ...family, ...operator }, 'ownCostCents coverage lines refusals'),
  SchemeRefusal: type({ ...family, ...operator }, 'schemeId reason'),
  Forgotten: type({ ...family, ...operator }, 'personId cancelledBookings kept'),

  Match: type(
    coordinator,
    'id bookingId form span municipalityCode languages status helperId answerBy requestedAt refusedBy revision candidates',
  ),
  Candidate: type(coordinator, 'helperId name travelKm timesWithHousehold available hoursThatWeek reasons'),
  Helper: type(coordinator, 'id name phone place languages forms availability maxHoursPerWeek assignments'),
  WeeklyWindow: type(coordinator, 'weekday from until'),
  Assignment: type(coordinator, 'bookingId span'),

  Scheme: type(anybody, 'id name municipalityCode source validFrom rules'),
  SchemeRules: type(
    anybody,
    'coveredForms countedForms capKind capMultiplier capHours maxHoursPerWeek periodMonths serviceArea contributionCentsPerMonth extendable',
  ),
  SchemeMandate: type({ municipality: 'own' }, 'mandateId schemeId'),
  Entitlement: type(
    { ...family, municipality: 'own' },
    'id schemeId schemeName householdId from until rateCents capCents capHours usedCents usedHours leftCents leftHours contributionCents awardedAt',
  ),
  Policy: type({ ...family, insurer: 'own' }, 'policyId householdId insurerId shares from until'),
  PolicyShare: part('form percent'),
  Budget: type(
    { municipality: 'own', professional: 'own', ...operator },
    'id municipalityCode holderAccountId name amountCents balanceCents from until spends',
  ),
  Spend: part('spendId amountCents at'),
  Pot: type({ municipality: 'own', ...operator }, 'id name municipalityCodes paidInCents balanceCents'),

  Claim: type(
    settled,
    'id deliveryId bookingId providerId offerId form deliveredOn quantity costCents vat municipalityCode fundingStatus',
    {
      householdId: { ...family, ...operator },
      lines: { ...family, ...payers, ...operator },
    },
  ),
  FundingLine: part('kind payer amountCents'),
  Payer: part('kind id'),
  Invoice: type(settled, 'id number month issuedAt lines', {
    // To a provider an invoice is a place where its own lines stand.
    ...follow({ ...family, ...payers, ...operator }, 'payer totalCents'),
  }),
  InvoiceLine: type(settled, 'deliveryId providerId form deliveredOn kind amountCents vat'),
  UnmetDemandRow: type({ municipality: 'own', ...operator }, 'form municipalityCode month count'),
  TrialBalance: type(operator, 'rows debitCents creditCents balanced'),
  TrialBalanceRow: type(operator, 'account debitCents creditCents'),
  ParkedMessage: type(operator, 'id consumer key type reason parkedAt attempts'),
  OperatorAction: type(operator, 'action messageId consumer key type reason at by'),
  StatusCheck: type(operator, 'check ok detail'),
  Replay: type(operator, 'replayed left failure'),
  Discarded: type(operator, 'messageId'),
  MovedClock: type(operator, 'now'),
};
