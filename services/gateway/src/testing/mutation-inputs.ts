import { idOf } from './fake-marketplace.ts';
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
const bookingOf = (asker: Asker) => idOf(asker === 'coordinator' ? 'booking-helper' : 'booking');
export type Inputs = { own: (asker: Asker) => object; other?: object; operation?: string | false };
const one = (field: string, own: (asker: Asker) => string, other: string, rest: object = {}): Inputs => ({
  own: (asker) => ({ [field]: own(asker), ...rest }),
  other: { [field]: idOf(other), ...rest },
});
const home = (rest: object): Inputs => one('householdId', () => idOf('household'), 'other-household', rest);
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
  withdrawOffer: one('offerId', offerOf, 'other-offer'),
  openResource: {
    own: (asker) => ({ offerIds: [offerOf(asker)], capacity: 1 }),
    other: { offerIds: [idOf('offer')], capacity: 1, providerId: idOf('other-provider') },
  },
  publishTimes: one('resourceId', resourceOf, 'other-resource', { spans: [span] }),
  withdrawTimes: one('resourceId', resourceOf, 'other-resource', { spans: [span] }),
  registerHousehold: { own: () => newHousehold },
  changeContactPerson: home({ contactPerson: contact }),
  grantMandate: home({ accountId: 'een-account' }),
  withdrawMandate: home({ mandateId: idOf('household-mandate-professional') }),
  requestBooking: home({ offerId: idOf('offer'), span, placeOfService: 'RECIPIENT_HOME' }),
  confirmBooking: one('bookingId', bookingOf, 'other-booking'),
  acceptBooking: one('bookingId', bookingOf, 'other-booking'),
  declineBooking: one('bookingId', bookingOf, 'other-booking', { reason: 'NO_STAFF' }),
  cancelBooking: one('bookingId', bookingOf, 'other-booking'),
  recordDelivery: one('bookingId', bookingOf, 'other-booking', { quantity: 400 }),
  forgetPerson: { own: () => ({}), other: { personId: idOf('somebody') } },
  registerHelper: {
    own: () => ({ name: 'Iemand', place: 'Rijswijk', availability: [{ weekday: 1, from: '09:00', until: '12:00' }] }),
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
  moveClock: { own: () => ({ to: '2099-01-01T00:00:00Z' }), operation: false },
};
