import { idOf } from './fake-basics.ts';
import { type Asker, ownOf } from './things.ts';

const span = { from: '2027-05-03T08:00:00Z', until: '2027-05-03T12:00:00Z' };
const contact = { accountId: 'een-account', name: 'Iemand' };
const days = { from: '2027-01-01', until: '2028-01-01' };
const newOffer = {
  form: 'F01',
  title: 'Vier uur',
  place: 'Rijswijk',
  travelKm: 10,
  conditionsServed: ['DEMENTIA'],
  unit: 'HOUR',
  tariff: { from: '2027-06-01', priceCents: 3500, vat: 'EXEMPT' },
  bearer: 'GUARANTEE',
  instant: true,
};
const newHousehold = {
  caregiver: { name: 'Iemand', place: 'Rijswijk' },
  recipient: { name: 'Iemand', conditions: [], place: 'Rijswijk' },
  relation: 'PARTNER',
  careHoursPerWeek: 20,
  contactPerson: contact,
};
const rules = {
  coveredForms: ['F01'],
  countedForms: ['F01'],
  capHours: 40,
  periodMonths: 6,
  contributionCentsPerMonth: 2100,
  extendable: false,
};
const policy = { shares: [{ form: 'F05', percent: 75 }], ...days };
const offerOf = (asker: Asker) => idOf(asker === 'coordinator' ? 'offer-helper' : 'offer');
const resourceOf = (asker: Asker) => idOf(ownOf('Resource', asker));
const seriesOf = (asker: Asker) => idOf(ownOf('Series', asker));
const stayOf = (asker: Asker) => idOf(ownOf('Stay', asker));
const isHouse = (asker: Asker) => asker === 'provider' || asker === 'coordinator';
const outcome = (asker: Asker) => ({ step: 0, voice: isHouse(asker) ? 'HOUSE' : 'CAREGIVER', word: 'GO_ON' });
const weekly = {
  from: '2027-05-04',
  until: '2027-06-01',
  startsAt: '13:00',
  endsAt: '17:00',
  everyWeeks: 1,
  weekdays: [2],
  endsDaysLater: 0,
  exceptions: ['2027-05-11'],
};
const bookingOf = (asker: Asker) => idOf(asker === 'coordinator' ? 'booking-helper' : 'booking');
export type Inputs = { own: (asker: Asker) => object; other?: object; operation?: string | false };
const one = (field: string, own: (asker: Asker) => string, other: string, rest: object = {}): Inputs => ({
  own: (asker) => ({ [field]: own(asker), ...rest }),
  other: { [field]: idOf(other), ...rest },
});
const home = (rest: object): Inputs => one('householdId', () => idOf('household'), 'other-household', rest);
const feedOf: Inputs = {
  own: (asker) => ({ of: isHouse(asker) ? 'PROVIDER' : 'HOUSEHOLD' }),
  other: { of: 'PROVIDER', id: idOf('other-provider') },
};
const doerOf = (asker: Asker) =>
  asker === 'provider'
    ? { kind: 'WORKER', workerId: idOf('worker') }
    : asker === 'coordinator'
      ? { kind: 'VOLUNTEER', helperId: idOf('helper') }
      : { kind: 'CAREGIVER' };
const agreedBy = (asker: Asker) => ({ act: 'TUBE_FEEDING', doer: doerOf(asker), reviewOn: '2027-08-01' });
const agreementOf = (asker: Asker) =>
  idOf({ provider: 'agreement-worker', coordinator: 'agreement-helper' }[String(asker)] ?? 'agreement-caregiver');
const ofAgreement = (rest: object): Inputs => ({
  own: (asker) => ({ householdId: idOf('household'), agreementId: agreementOf(asker), ...rest }),
  other: { householdId: idOf('other-household'), agreementId: idOf('other-agreement'), ...rest },
});
/** By mutation: what to send for something of their own, and for something of somebody else. */
export const mutationInputs: Readonly<Record<string, Inputs>> = {
  registerProvider: {
    own: () => ({ kind: 'HOME_CARE', name: 'Een aanbieder', place: 'Rijswijk' }),
    other: { providerId: idOf('other-provider'), kind: 'HOME_CARE', name: 'Een aanbieder', place: 'Rijswijk' },
  },
  publishOffer: {
    own: () => newOffer,
    other: { ...newOffer, providerId: idOf('other-provider') },
  },
  changeTariff: one('offerId', offerOf, 'other-offer', {
    tariff: { from: '2027-06-01', priceCents: 3500, vat: 'EXEMPT' },
  }),
  changeOffer: one('offerId', offerOf, 'other-offer', { title: 'Een andere titel' }),
  changePayerTariff: one('offerId', offerOf, 'other-offer', {
    tariff: { payer: 'INSURER', from: '2027-06-01', priceCents: 3500, vat: 'EXEMPT' },
  }),
  confirmOffer: one('offerId', offerOf, 'other-offer'),
  withdrawOffer: one('offerId', offerOf, 'other-offer'),
  openResource: {
    own: (asker) => ({ offerIds: [offerOf(asker)], capacity: 1 }),
    other: { offerIds: [idOf('offer')], capacity: 1, providerId: idOf('other-provider') },
  },
  publishTimes: one('resourceId', resourceOf, 'other-resource', { spans: [span] }),
  withdrawTimes: one('resourceId', resourceOf, 'other-resource', { spans: [span] }),
  setCapacity: one('resourceId', resourceOf, 'other-resource', { capacity: 3, span }),
  setAvailability: one('resourceId', resourceOf, 'other-resource', {
    rules: [{ kind: 'WEEKLY', weekday: 1, opensAt: '09:00', closesAt: '12:00', startsOn: '2027-05-03' }],
  }),
  closeDays: one('resourceId', resourceOf, 'other-resource', { from: '2027-12-25', until: '2027-12-27' }),
  reopenDays: one('resourceId', resourceOf, 'other-resource', { from: '2027-12-25', until: '2027-12-27' }),
  rosterWorker: one('resourceId', resourceOf, 'other-resource', { workerId: idOf('worker'), span }),
  unrosterWorker: one('resourceId', resourceOf, 'other-resource', { workerId: idOf('worker'), span }),
  readCalendar: one('resourceId', resourceOf, 'other-resource', { text: 'BEGIN:VCALENDAR' }),
  overrideCapacity: one('resourceId', resourceOf, 'other-resource', {
    ...{ bookingId: idOf('booking'), householdId: idOf('household'), offerId: idOf('offer') },
    ...{ span, reason: 'EMERGENCY' },
  }),
  registerHousehold: { own: () => newHousehold },
  changeCareNeed: home({ recipient: { traits: ['WANDERING'] }, languages: ['AR'] }),
  sayBriefConsent: home({ given: false }),
  announceHandOver: home({}),
  changeContactPerson: home({ contactPerson: contact }),
  grantMandate: home({ accountId: 'een-account' }),
  withdrawMandate: home({ mandateId: idOf('household-mandate-professional') }),
  requestBooking: home({ offerId: idOf('offer'), span, placeOfService: 'RECIPIENT_HOME' }),
  confirmBooking: one('bookingId', bookingOf, 'other-booking'),
  acceptBooking: one('bookingId', bookingOf, 'other-booking'),
  declineBooking: one('bookingId', bookingOf, 'other-booking', { reason: 'NO_STAFF' }),
  cancelBooking: one('bookingId', bookingOf, 'other-booking'),
  recordDelivery: one('bookingId', bookingOf, 'other-booking', { quantity: 400 }),
  rescheduleBooking: one('bookingId', bookingOf, 'other-booking', { span, placeOfService: 'RECIPIENT_HOME' }),
  setCaregiverJoins: one('bookingId', bookingOf, 'other-booking', { caregiverJoins: true }),
  recordNoCare: one('bookingId', bookingOf, 'other-booking', { reason: 'FAMILY_COULD_NOT' }),
  proposeRespite: home({
    parts: [
      { kind: 'BOOKING', offerId: idOf('offer'), resourceId: idOf('resource'), placeOfService: 'RECIPIENT_HOME', span },
    ],
  }),
  acceptProposal: one('proposalId', () => idOf('proposal'), 'other-proposal'),
  declineProposal: one('proposalId', () => idOf('proposal'), 'other-proposal', { reason: 'NOT_NOW' }),
  proposeAgain: one('proposalId', () => idOf('proposal'), 'other-proposal'),
  undoOnBehalf: home({ entryId: idOf('done') }),
  signalCaregiver: {
    own: () => ({
      caregiver: { name: 'Iemand', place: 'Rijswijk', birthYear: 2012 },
      ...{ consents: ['CAREGIVER', 'PARENT'], source: 'SCHOOL', contactPerson: { accountId: 'een-account' } },
    }),
  },
  takeUpSignal: one('signalId', () => idOf('signal'), 'other-signal', { householdId: idOf('household') }),
  closeSignal: one('signalId', () => idOf('signal'), 'other-signal', { reason: 'HELPED' }),
  joinWaitingList: home({
    ...{ offerId: idOf('offer'), placeOfService: 'RECIPIENT_HOME', caregiverJoins: false, lane: 'NORMAL' },
    ...{ window: { from: '2027-05-02T22:00:00Z', until: '2027-05-07T22:00:00Z' }, minMinutes: 60, maxMinutes: 240 },
  }),
  makeWish: home({
    ...{ forms: ['F12'], maxKm: 30, lane: 'NORMAL', caregiverJoins: true, minMinutes: 60, maxMinutes: 10_000 },
    window: { from: '2027-05-02T22:00:00Z', until: '2027-05-07T22:00:00Z' },
  }),
  endWish: { own: () => ({ wishId: idOf('wish') }), other: { wishId: idOf('other-wish') } },
  leaveWaitingList: {
    own: () => ({ offerId: idOf('offer'), waitingId: idOf('waiting') }),
    other: { offerId: idOf('offer'), waitingId: idOf('other-waiting') },
  },
  planStay: home({
    ...{ offerId: idOf('offer'), resourceId: idOf('resource') },
    span: { from: '2027-05-10T13:00:00Z', until: '2027-05-15T09:00:00Z' },
    steps: [{ kind: 'PART_DAY', span }],
    waived: ['NIGHT'],
  }),
  confirmStay: one('stayId', stayOf, 'other-stay'),
  sayOutcome: {
    own: (asker) => ({ stayId: stayOf(asker), ...outcome(asker) }),
    other: { stayId: idOf('other-stay'), ...outcome('caregiver') },
  },
  endStay: one('stayId', stayOf, 'other-stay', { reason: 'UNTENABLE' }),
  recordTaskAgreement: {
    own: (asker) => ({ bookingId: bookingOf(asker), ...agreedBy(asker) }),
    other: { bookingId: idOf('other-booking'), ...agreedBy('caregiver') },
  },
  recordInstruction: ofAgreement({ outcome: 'GIVEN' }),
  declineTaskAgreement: ofAgreement({}),
  withdrawTaskAgreement: ofAgreement({}),
  setActLimits: { own: () => ({ workers: ['SUCTIONING'], volunteers: [] }) },
  openUrgentCase: home({ need: 'Iemand moet vanavond komen.', span }),
  bookUrgentOption: one('urgentId', () => idOf('urgent'), 'other-urgent', {
    ...{ offerId: idOf('offer'), resourceId: idOf('resource'), span, placeOfService: 'RECIPIENT_HOME' },
  }),
  handOverUrgentCase: one('urgentId', () => idOf('urgent'), 'other-urgent', { to: 'REGION' }),
  resolveUrgentCase: one('urgentId', () => idOf('urgent'), 'other-urgent', { outcome: 'NO_LONGER_NEEDED' }),
  flagPalliative: home({ words: 'Nog enkele weken.' }),
  liftPalliative: home({}),
  endCare: home({ ending: 'DEATH', on: '2027-05-03' }),
  finishTask: one('taskId', () => idOf('task'), 'other-task'),
  planArrangement: home({
    parts: [
      { kind: 'BOOKING', offerId: idOf('offer'), span, placeOfService: 'RECIPIENT_HOME', partId: idOf('part') },
      {
        ...{ kind: 'BOOKING', offerId: idOf('offer'), span, placeOfService: 'PROVIDER' },
        tripOf: { partId: idOf('part'), leg: 'THERE', blocks: true },
      },
      { kind: 'SERIES', offerId: idOf('offer'), rule: weekly, placeOfService: 'RECIPIENT_HOME' },
      { kind: 'STAY', existing: idOf('stay') },
    ],
  }),
  addArrangementParts: one('arrangementId', () => idOf('arrangement'), 'other-arrangement', {
    parts: [{ kind: 'BOOKING', offerId: idOf('offer'), span, placeOfService: 'RECIPIENT_HOME' }],
  }),
  confirmArrangement: one('arrangementId', () => idOf('arrangement'), 'other-arrangement'),
  endArrangementParts: one('arrangementId', () => idOf('arrangement'), 'other-arrangement', {
    partIds: [idOf('part')],
  }),
  nameBackups: home({
    backups: [{ offerId: idOf('offer'), resourceId: idOf('resource'), placeOfService: 'RECIPIENT_HOME' }],
  }),
  noteNetwork: home({ smallNetwork: true }),
  activateBackup: home({ spans: [span] }),
  requestSeries: home({ offerId: idOf('offer'), rule: weekly, placeOfService: 'RECIPIENT_HOME' }),
  confirmSeries: one('seriesId', seriesOf, 'other-series'),
  acceptSeries: one('seriesId', seriesOf, 'other-series'),
  declineSeries: one('seriesId', seriesOf, 'other-series', { reason: 'NO_STAFF' }),
  extendSeries: one('seriesId', seriesOf, 'other-series', { until: '2027-07-01' }),
  endSeries: one('seriesId', seriesOf, 'other-series', { from: '2027-05-20' }),
  forgetPerson: { own: () => ({}), other: { personId: idOf('somebody') } },
  registerHelper: {
    own: () => ({ name: 'Iemand', place: 'Rijswijk', availability: [{ weekday: 1, from: '09:00', until: '12:00' }] }),
  },
  approveHelper: {
    own: () => ({ bookingId: idOf('booking-helper'), helperId: idOf('helper'), answer: 'YES' }),
    other: { bookingId: idOf('other-booking'), helperId: idOf('helper'), answer: 'YES' },
  },
  proposeHelper: one('matchId', () => idOf('match'), 'other-match', { helperId: idOf('helper') }),
  answerProposal: one('matchId', () => idOf('match'), 'other-match', { helperId: idOf('helper'), answer: 'YES' }),
  closeMatch: one('matchId', () => idOf('match'), 'other-match'),
  publishScheme: {
    own: () => ({ name: 'Een regeling', source: 'S01', validFrom: '2027-01-01', rules }),
  },
  grantSchemeMandate: one('schemeId', () => idOf('scheme'), 'other-scheme', {
    accountId: 'een-account',
    holder: 'casemanager',
    ...days,
  }),
  awardScheme: {
    own: () => ({
      schemeId: idOf('scheme'),
      householdId: idOf('household'),
      startsOn: '2027-01-01',
      rateCents: 3300,
    }),
    other: {
      schemeId: idOf('other-scheme'),
      householdId: idOf('other-household'),
      startsOn: '2027-01-01',
      rateCents: 3300,
    },
  },
  extendEntitlement: one('entitlementId', () => idOf('entitlement'), 'other-entitlement'),
  reviewEntitlement: one('entitlementId', () => idOf('entitlement'), 'other-entitlement', {
    ...{ endsOn: '2027-06-01', reason: 'NOT_ELIGIBLE' },
  }),
  declineFunding: {
    own: () => ({ deliveryId: idOf('booking-delivered-delivery'), reason: 'NOT_COVERED' }),
    other: { bookingId: idOf('other-booking'), reason: 'NOT_COVERED' },
  },
  recordCostSharing: {
    own: () => ({
      ...{ name: 'Samen betalen', municipalityCode: '0603', insurerId: 'insurer', insurerPercent: 50, forms: ['F12'] },
      ...{ providerIds: [idOf('provider')], ...days },
    }),
  },
  registerPolicy: {
    own: () => ({ ...policy, householdId: idOf('household'), insurerId: 'insurer' }),
    other: { ...policy, householdId: idOf('other-household'), insurerId: 'other-insurer' },
  },
  openBudget: { own: () => ({ holderAccountId: 'een-account', name: 'Vrij budget', amountCents: 1000, ...days }) },
  spendBudget: one('budgetId', () => idOf('budget'), 'other-budget', { amountCents: 100 }),
  openPot: { own: () => ({ name: 'Eén pot', municipalityCodes: ['0603'], amountCents: 1000 }) },
  billMonth: { own: () => ({ month: '2027-04' }) },
  replayParked: { own: () => ({ messageId: 'invoicing:1' }), other: { messageId: 'invoicing:2' }, operation: false },
  discardParked: {
    own: () => ({ messageId: 'invoicing:1', reason: 'dubbel' }),
    other: { messageId: 'invoicing:2', reason: 'dubbel' },
    operation: false,
  },
  openCalendarFeed: feedOf,
  closeCalendarFeed: feedOf,
  followCalendar: one('resourceId', resourceOf, 'other-resource', { url: 'https://agenda.example/geheim.ics' }),
  unfollowCalendar: one('resourceId', resourceOf, 'other-resource'),
  moveClock: { own: () => ({ to: '2099-01-01T00:00:00Z' }), operation: false },
};
