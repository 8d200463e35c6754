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
const professional: Rule = { professional: 'own' };
/** An address that works without signing in is not for who acts by a mandate, which can be withdrawn. */
const feeds: Rule = { caregiver: 'own', ...supply };
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
      calendarFeed: feeds,
      ...follow(supply, 'resource resources'),
      ...follow(booked, 'booking bookings series seriesList stay stays'),
      arrangement: { ...family, ...operator },
      arrangements: family,
      household: { ...family, ...operator },
      ...follow({ ...family, ...operator }, 'urgentCase urgentOptions'),
      openUrgentCases: operator,
      households: family,
      stayProposal: family,
      actLimits: supply,
      waitingList: supply,
      ...follow(coordinator, 'match matchQueue helpers'),
      ...follow({ municipality: 'own', ...operator }, 'unmetDemand unmetBySource'),
      ...follow({ ...family, municipality: 'own' }, 'entitlement'),
      entitlements: family,
      ...follow({ ...supply, municipality: 'own', ...operator }, 'waitingTimes supplyAndUse'),
      demandReport: { municipality: 'own', ...operator },
      familiarShare: { ...booked, municipality: 'own' },
      ...follow({ municipality: 'own', professional: 'own', ...operator }, 'budget budgets'),
      claims: payers,
      costSharings: { ...payers, ...operator },
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
      ...follow(supply, 'followCalendar unfollowCalendar'),
      ...follow(feeds, 'openCalendarFeed closeCalendarFeed'),
      ...follow(
        family,
        'registerHousehold changeCareNeed sayBriefConsent announceHandOver changeContactPerson grantMandate withdrawMandate',
      ),
      ...follow(family, 'requestBooking confirmBooking'),
      ...follow(supply, 'acceptBooking declineBooking recordDelivery'),
      ...follow(family, 'rescheduleBooking setCaregiverJoins'),
      ...follow(family, 'joinWaitingList leaveWaitingList makeWish endWish'),
      ...follow(family, 'acceptProposal declineProposal undoOnBehalf'),
      ...follow(professional, 'proposeRespite proposeAgain signalCaregiver takeUpSignal closeSignal'),
      recordNoCare: { ...family, ...supply },
      ...follow(family, 'requestSeries confirmSeries extendSeries'),
      ...follow(family, 'planStay confirmStay finishTask approveHelper'),
      ...follow(family, 'planArrangement addArrangementParts confirmArrangement endArrangementParts'),
      ...follow(family, 'nameBackups noteNetwork activateBackup'),
      ...follow({ ...family, ...supply }, 'sayOutcome endStay'),
      ...follow({ ...family, ...supply }, 'recordTaskAgreement recordInstruction'),
      ...follow({ ...family, ...supply }, 'declineTaskAgreement withdrawTaskAgreement'),
      setActLimits: supply,
      // A professional opens a case and says that it is the last phase of life; the region’s desk is the operator’s.
      ...follow({ professional: 'own' }, 'openUrgentCase flagPalliative liftPalliative'),
      ...follow({ ...family, ...operator }, 'bookUrgentOption handOverUrgentCase resolveUrgentCase'),
      endCare: family,
      ...follow(supply, 'acceptSeries declineSeries'),
      endSeries: { ...family, ...supply },
      cancelBooking: booked,
      forgetPerson: { ...family, ...operator },
      ...follow(coordinator, 'registerHelper proposeHelper answerProposal closeMatch'),
      ...follow({ municipality: 'own' }, 'publishScheme grantSchemeMandate openBudget'),
      ...follow({ municipality: 'own', professional: 'own' }, 'awardScheme extendEntitlement'),
      reviewEntitlement: { municipality: 'own' },
      // The caregiver has nothing to do here, and the provider knows nothing of it.
      declineFunding: payers,
      registerPolicy: { ...family, insurer: 'own' },
      spendBudget: { professional: 'own' },
      ...follow(operator, 'openPot recordCostSharing billMonth replayParked discardParked moveClock'),
    },
  },
  Subscription: { rows: {}, fields: { bookingChanged: booked } },

  Viewer: type(signedIn, 'accountId role organisation', {
    ...follow(professional, 'signals sentSignals'),
    households: family,
  }),
  Form: type(anybody, 'id identifier nl en unit takeover atHome'),
  KnownPlace: type(anybody, 'label name lat lon municipality'),
  Municipality: type(anybody, 'code name province'),
  Place: part('name municipalityCode lat lon'),
  TimeSpan: part('from until'),

  Provider: type(anybody, 'id kind name place'),
  Offer: type(
    anybody,
    'id provider providerName form formId title summary place travelKm nationwide conditionsServed highRiskActsServed certifications languages cultures womanOnRequest activities takeover servedAt caregiverJoins transport labels leadTimeMinutes acclimatisation cancellation unit tariffs payerTariffs priceCents bearer instant needsHelper minMinutes maxMinutes minNights maxNights confirmedAt freshUntil status publishedAt',
    // Whom a provider does not take in is matched, and shown to nobody else.
    { exclusions: supply },
  ),
  PayerTariff: type(anybody, 'payer from priceCents vat'),
  Certification: type(anybody, 'act lastDay'),
  OfferLabel: type(anybody, 'kind name'),
  CancellationTerms: type(anybody, 'freeUntilHours lateSharePercent'),
  Acclimatisation: type(anybody, 'step priceCents'),
  Tariff: type(anybody, 'from priceCents vat'),
  SearchHit: type(anybody, 'offer travelKm atHome times onRequest'),
  BookableTime: type(anybody, 'resourceId span quantity priceCents placesLeft'),
  // What somebody would pay is theirs alone, as the quote of a booking is.
  Sought: type(anybody, 'options beside misfits nothingFound alternatives', { ownCosts: { ...family, ...operator } }),
  SeekOption: type(anybody, 'hit reasons datesFit', { ownCosts: { ...family, ...operator } }),
  OwnCost: type({ ...family, ...operator }, 'ownCostCents coverage priceCents pricedFor message'),
  DatesFit: type(anybody, 'resourceId first fits of missing'),
  SeekMisfit: type(anybody, 'offer travelKm reason message facts'),
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
  OtherCalendar: type(supply, 'readAt busy following'),
  FollowedCalendar: type(supply, 'followedAt failure'),
  CalendarTrouble: type(supply, 'reason since onBooking wellAt'),
  CalendarFeed: type(feeds, 'of openedAt url'),
  OnDuty: type(supply, 'workerId span'),
  OccupancyStep: type(supply, 'span capacity held taken overridden open'),

  // The operator keeps things going and need not know who people are (R50).
  Household: type({ ...family, ...operator }, 'id caregiver recipient municipalityCode registeredAt urgentCases', {
    ...follow(
      family,
      'relation careHoursPerWeek needProfile languages wishes briefConsent handOver messages contactPerson mandates palliativeLane endings proposals doneOnBehalf tasks waiting waitingWishes backups',
    ),
  }),
  Caregiver: type({ ...family, ...operator }, 'personId', follow(family, 'accountId name phone email birthYear place')),
  Recipient: type(
    { ...family, ...operator },
    'personId',
    follow(family, 'name birthYear conditions highRiskActs traits place careProfile'),
  ),
  CareWishes: type(family, 'cultures womanPreferred interpreter channel approvesHelper'),
  BriefConsent: type(family, 'given by at'),
  HandOver: type(family, 'previous since announcedAt'),
  ContactPerson: type(family, 'accountId name organisation'),
  Mandate: type(family, 'mandateId accountId grantedAt'),

  Booking: type(
    booked,
    'id householdId offer provider resourceId form span status terms placeOfService caregiverJoins municipalityCode heldUntil answerBy recordBy delivery partOf requestedAt confirmedAt freeCancelUntil endReason step revision',
    {
      household: { ...family, ...operator },
      // Why somebody needs a break is the family's own (R30, R51); who pays is no business of who gives care (R38).
      ...follow(family, 'purpose distanceKm'),
      ...follow({ ...family, ...operator }, 'quote ownCostCents cancelCostCents requestedBy'),
      helperName: { ...family, coordinator: 'own' },
      brief: supply,
      agreements: { ...family, ...supply },
      proposedHelper: family,
      claim: booked,
    },
  ),
  PartOf: part('kind ref'),
  Series: type(
    booked,
    'id householdId offer provider resourceId form rule placeOfService caregiverJoins requestedAt status endedFrom declinedFor dates revision',
    { purpose: family, ...follow({ ...family, ...operator }, 'requestedBy ownCostCents endCostCents') },
  ),
  WeeklyRule: part('from until everyWeeks weekdays startsAt endsAt endsDaysLater exceptions'),
  SeriesDate: type(
    booked,
    'on span bookingId status',
    follow({ ...family, ...operator }, 'ownCostCents cancelCostCents skipped'),
  ),
  Stay: type(
    booked,
    'id householdId offer provider resourceId form placeOfService caregiverJoins plannedAt status steps waived endReason metWorkerIds turn revision',
    {
      ...follow(family, 'purpose alternatives'),
      ...follow({ ...family, ...operator }, 'requestedBy refusal ownCostCents endCostCents'),
    },
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
  // A provider sees its own booking, and nothing of what it is planned together with (R51).
  Arrangement: type({ ...family, ...operator }, 'id householdId plannedAt parts next revision', {
    purpose: family,
    ...follow({ ...family, ...operator }, 'requestedBy ownCostCents'),
  }),
  ArrangementPart: part(
    'partId kind form offer provider span ref tripOf status reason end blocked ownCostCents endCostCents turn',
  ),
  ArrangementNext: part('step actor since until'),
  TripOf: part('partId leg blocks'),
  PartTurn: part('actor since until'),
  Backups: type(family, 'backups agreedBy agreedAt smallNetwork'),
  Backup: type(family, 'form offer provider resourceId placeOfService'),
  Activation: type({ ...family, ...operator }, 'id householdId requestedBy activatedAt dates revision'),
  BackupDate: part('span insteadOf status bookingId bookingStatus provider tried'),
  BackupTry: part('offerId code message'),
  // To a provider who waits is a place in a line, and no household (R51).
  Waiting: type(
    { ...family, ...supply },
    'waitingId offerId window minMinutes maxMinutes lane placeOfService since status aheadUrgent aheadLonger',
    follow(family, 'householdId caregiverJoins offers'),
  ),
  Proposal: type(
    family,
    'id proposalId householdId status round parts note proposedBy proposedAt until answer declineReason ownCostCents revision',
  ),
  ProposalPart: part(
    'part kind offer form resourceId placeOfService span rule status bookingId seriesId stayId times refusal ownCostCents',
  ),
  ProposalReply: part('by onBehalf at'),
  OnBehalf: type(family, 'entryId what kind ref at by role undoable undone'),
  Undone: part('at by'),
  // Who sent it sees how it stands, and nothing else (A14).
  SentSignal: type(professional, 'signalId status'),
  Signal: type(
    professional,
    'signalId status caregiver municipalityCode note consents source signalledAt dueAt overdue takenUpAt householdId closedAt closeReason',
  ),
  SignalledCaregiver: part('accountId name phone email birthYear place'),
  WaitingOffer: part('bookingId span until outcome outcomeWords cause causeWords why'),
  NextInLine: part('rule among words'),
  WaitingWords: part('nl en'),
  Wish: type(
    family,
    'wishId householdId forms maxKm window minMinutes maxMinutes lane caregiverJoins since status lists offers',
  ),
  WishList: part('offerId offer aheadUrgent aheadLonger'),
  WishOffer: part('offerId bookingId span until outcome outcomeWords cause causeWords why'),
  WaitingList: type(supply, 'waiting places'),
  FreedPlace: type(supply, 'resourceId span freedAt cause causeWords status offeredTo'),
  OfferedTo: type(supply, 'waitingId lane since outcome why'),
  UrgentCase: type(
    { ...family, ...operator },
    'id householdId span municipalityCode openedBy openedAt status outcome resolvedAt owner escalatesAt owners bookings fundingStatus revision',
    { need: family },
  ),
  // The region’s desk arranges what can be had, and need not know who they are (R50).
  UrgentOwner: part('kind accountId since', { name: family }),
  UrgentOwned: part('kind accountId how since'),
  UrgentBooking: part('bookingId offerId span status refusal'),
  UrgentOptions: part('backups places nearest', { ownCosts: { ...family, ...operator } }),
  UrgentBackup: part('offer resourceId placeOfService'),
  PalliativeLane: type(family, 'active words flaggedBy flaggedAt confirmBy late endedAt endedWhy'),
  LateConfirmation: part('bookingId at'),
  CareEnding: type(family, 'ending on endedBy endedAt released completedAt'),
  Task: type(family, 'taskId kind bookingId partOf setAt dueAt doneAt'),
  BookingAgreements: type({ ...family, ...supply }, 'agreements missing isComplete'),
  TaskAgreement: part('agreementId about act doer liable instruction reviewOn recordedAt'),
  Doer: part('kind ref'),
  Liability: part('kind providerId'),
  Instruction: part('status timesGiven since'),
  ActLimits: type(supply, 'workers volunteers'),
  Message: type(family, 'kind bookingId channel letter spoken'),
  MessageText: part('nl en'),
  ProposedHelper: type(family, 'helperId name answerBy'),
  CareBrief: type(
    supply,
    'conditions highRiskActs caregiverJoins recipientName careProfile caregiverPhone languages interpreter',
  ),
  Terms: part('unit quantity unitPriceCents priceCents vat bearer instant needsHelper accompaniment cancellation'),
  Step: part('actor since'),
  Delivery: part('deliveryId quantity recordedAt'),
  Quote: type({ ...family, ...operator }, 'ownCostCents coverage lines refusals pricedFor'),
  SchemeRefusal: type({ ...family, ...operator }, 'schemeId reason'),
  Forgotten: type({ ...family, ...operator }, 'personId cancelledBookings kept'),

  Match: type(
    coordinator,
    'id bookingId form span municipalityCode languages status helperId awaits answerBy urgent knownFirst requestedAt refusedBy revision candidates',
  ),
  Candidate: type(coordinator, 'helperId name travelKm timesWithHousehold available hoursThatWeek reasons'),
  Helper: type(coordinator, 'id name phone place languages about forms availability maxHoursPerWeek assignments'),
  HelperAbout: type(coordinator, 'cultures woman'),
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
    'id schemeId schemeName householdId from until rateCents capCents capHours usedCents usedHours leftCents leftHours contributionCents awardedAt review',
  ),
  EntitlementReview: part('endsOn reason'),
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
    'id deliveryId bookingId providerId offerId form deliveredOn quantity costCents vat municipalityCode fundingStatus lateCancellation',
    {
      householdId: { ...family, ...operator },
      ...follow({ ...family, ...payers, ...operator }, 'lines allocations declines'),
    },
  ),
  Allocation: part('allocatedAt why fundingStatus lines', {
    // A payer knows what it said itself, and not what another one said.
    ...follow({ ...family, ...operator }, 'payer reason'),
  }),
  FundingDecline: part('payer reason declinedAt'),
  DeclinedFunding: type(payers, 'bookingId reason declinedAt claim'),
  CostSharing: type(
    { ...payers, ...operator },
    'costSharingId name municipalityCode insurerId insurerPercent forms providerIds from until',
  ),
  FundingLine: part('kind payer amountCents'),
  Payer: part('kind id'),
  Invoice: type(settled, 'id number month issuedAt lines', {
    // To a provider an invoice is a place where its own lines stand.
    ...follow({ ...family, ...payers, ...operator }, 'payer totalCents'),
  }),
  InvoiceLine: type(settled, 'deliveryId providerId form deliveredOn kind amountCents isCorrection vat'),
  UnmetDemandRow: type({ municipality: 'own', ...operator }, 'form municipalityCode month count'),
  WaitingTime: type(
    { ...supply, municipality: 'own', ...operator },
    'month municipalityCode form since count medianDays p90Days above stillWaiting gaveUp aboveEightWeeks',
  ),
  ReportCount: part('value fewerThan'),
  Demand: type({ municipality: 'own', ...operator }, 'month municipalityCode form requested delivered unmet'),
  UnmetCount: part('source reason count'),
  SupplyAndUse: type(
    { ...supply, municipality: 'own', ...operator },
    'month form supply requested delivered given notChosen',
  ),
  SupplyAmounts: part('measure capacity shared held taken overridden letGo'),
  UnitsGiven: part('unit quantity'),
  NotChosen: part('kind reason count'),
  FamiliarShare: type(
    { ...booked, municipality: 'own' },
    'month form unit given familiar unknown sharePercent meetsTarget fewerThan',
  ),
  UnmetBySource: type({ municipality: 'own', ...operator }, 'source reason form municipalityCode month count'),
  TrialBalance: type(operator, 'rows debitCents creditCents balanced'),
  TrialBalanceRow: type(operator, 'account debitCents creditCents'),
  ParkedMessage: type(operator, 'id consumer key type reason parkedAt attempts'),
  OperatorAction: type(operator, 'action messageId consumer key type reason at by'),
  StatusCheck: type(operator, 'check ok detail'),
  Replay: type(operator, 'replayed left failure'),
  Discarded: type(operator, 'messageId'),
  MovedClock: type(operator, 'now'),
};
