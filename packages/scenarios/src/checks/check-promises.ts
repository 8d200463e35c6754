import { isApproved } from './check-helpers.ts';
import { byStream, count, type Fact, type History, type Operation, object, type Told, text } from './history.ts';

type Effect = { readonly stream: string; readonly isIt: (fact: Fact) => boolean };

const of =
  (stream: (told: Told) => string, ...types: string[]) =>
  (told: Told): Effect => ({ stream: stream(told), isIt: ({ type }) => types.includes(type) });
const inBooking = ({ about }: Told) => `booking-${about}`;

/** What a yes to the confirmation may have led to; a repeat may hear of it when the booking has gone on, or ended. */
const consents = ['BookingConfirmed', 'AcceptanceAsked', 'HelperWanted'];
const consentsOf = (status: string | undefined): readonly string[] => {
  if (status === 'CONFIRMED' || status === 'DELIVERED') return ['BookingConfirmed'];
  if (status === 'AWAITING_ACCEPTANCE') return ['AcceptanceAsked'];
  return status === 'AWAITING_HELPER' ? ['HelperWanted'] : consents;
};

/** The event that a yes to a command stands for. */
const effects: Readonly<Record<Exclude<Operation, 'billMonth'>, (told: Told) => Effect>> = {
  registerProvider: of(({ about }) => `provider-${about}`, 'ProviderRegistered'),
  publishOffer: of(({ about }) => `offer-${about}`, 'OfferPublished'),
  openResource: of(({ about }) => `resource-${about}`, 'ResourceOpened'),
  publishTimes: of(({ about }) => `resource-${about}`, 'TimesPublished'),
  registerHelper: of(({ about }) => `helper-${about}`, 'HelperRegistered'),
  publishScheme: of(({ about }) => `scheme-${about}`, 'SchemePublished'),
  grantSchemeMandate: of(({ about }) => `mandate-${about}`, 'SchemeMandateGranted'),
  awardScheme: of(({ about }) => `funding-${about}`, 'SchemeAwarded'),
  openBudget: of(({ about }) => `budget-${about}`, 'BudgetOpened'),
  spendBudget: ({ about, detail, amountCents }) => ({
    stream: `budget-${about}`,
    isIt: (fact) =>
      fact.type === 'BudgetSpent' && text(fact, 'spendId') === detail && count(fact, 'amountCents') === amountCents,
  }),
  registerHousehold: of(({ about }) => `household-${about}`, 'HouseholdRegistered'),
  requestBooking: of(inBooking, 'BookingRequested'),
  confirmBooking: (told) => ({
    stream: inBooking(told),
    isIt: ({ type }) => consentsOf(told.status).includes(type),
  }),
  acceptBooking: of(inBooking, 'BookingConfirmed'),
  declineBooking: of(inBooking, 'BookingDeclined'),
  cancelBooking: of(inBooking, 'BookingCancelled'),
  recordDelivery: (told) => ({
    stream: inBooking(told),
    isIt: (fact) => fact.type === 'CareDelivered' && text(fact, 'deliveryId') === told.detail,
  }),
  proposeHelper: ({ about, detail }) => ({
    stream: `match-${about}`,
    isIt: (fact) => fact.type === 'HelperProposed' && text(fact, 'helperId') === detail,
  }),
  approveHelper: ({ about, detail }) => ({
    stream: `match-${about}`,
    isIt: (fact) => isApproved(fact) && text(fact, 'helperId') === detail,
  }),
  answerProposal: ({ about, status }) => ({
    stream: `match-${about}`,
    isIt: ({ type }) =>
      (type === 'HelperMatched' && status !== 'OPEN') || (type === 'ProposalRefused' && status !== 'MATCHED'),
  }),
  withdrawOffer: of(({ about }) => `offer-${about}`, 'OfferWithdrawn'),
  changeTariff: ({ about, amountCents }) => ({
    stream: `offer-${about}`,
    isIt: (fact) => fact.type === 'TariffChanged' && count(object(fact, 'tariff'), 'priceCents') === amountCents,
  }),
  forgetPerson: of(({ about }) => `person-${about}`, 'PersonForgotten'),
};

/** A no to these leaves nothing behind that a yes would have. The others may be refused because it was done already. */
const refusedMeansAbsent: ReadonlySet<Operation> = new Set([
  ...(['spendBudget', 'requestBooking', 'openBudget'] as const),
  ...(['confirmBooking', 'acceptBooking', 'declineBooking', 'recordDelivery'] as const),
]);

/** Only a command of ours causes these: each must have been asked for, and not been refused. */
const onlyOnCommand: Readonly<Record<string, Operation>> = {
  HouseholdRegistered: 'registerHousehold',
  BookingRequested: 'requestBooking',
  BookingCancelled: 'cancelBooking',
  CareDelivered: 'recordDelivery',
};

/**
 * Two coordinators may ask the same of one match, each with a key of their own. The second is told yes because it is so
 * already, nothing is recorded under that key, and later the answer may be another.
 */
const sharedWithOthers: ReadonlySet<Operation> = new Set(['proposeHelper', 'approveHelper', 'answerProposal']);
/** After these a booking is over, and a yes of before may be a no now. */
const ends = new Set(['BookingCancelled', 'BookingDeclined', 'BookingExpired']);

/**
 * Nothing stands there; or it was in doubt, was finished by itself after a crash, and the booking had ended before it was asked
 * again: then that no is true.
 */
const isOverSince = ({ sent }: Told, found: readonly Fact[], stream: readonly Fact[] = []): boolean => {
  const [first] = found;
  return (
    first === undefined || (sent > 1 && stream.slice(stream.indexOf(first) + 1).some(({ type }) => ends.has(type)))
  );
};

/** Nothing acknowledged is lost, a no is a no, and nothing happened that nobody asked for. */
export const checkPromises = ({ told, log }: History): string[] => {
  const violations: string[] = [];
  const streams = byStream(log);
  const asked = new Set<string>();
  const spends = new Set<string>();
  for (const it of told) {
    if (it.answer !== 'refused') asked.add(`${it.operation} ${it.about}`);
    if (it.operation === 'spendBudget') spends.add(`${it.about} ${it.detail}`);
    // Who bills a month that was billed is told yes and makes nothing; whether every line was billed is in the books.
    if (it.operation === 'billMonth') continue;
    const { stream, isIt } = effects[it.operation](it);
    const found = streams.get(stream)?.filter(isIt) ?? [];
    if (it.answer === 'accepted' && found.length === 0)
      violations.push(`Lost: ${it.operation} was accepted (${it.status ?? 'yes'}) and ${stream} does not have it.`);
    const mayChange = sharedWithOthers.has(it.operation) || it.thenRefused === undefined;
    if (!mayChange && !streams.get(stream)?.some(({ type }) => ends.has(type)))
      violations.push(`${it.operation} of ${it.about} was accepted, and refused (${it.thenRefused}) when asked again.`);
    if (it.answer === 'refused' && !isOverSince(it, found, streams.get(stream)) && refusedMeansAbsent.has(it.operation))
      violations.push(`${it.operation} was refused (${it.status}) and stands in ${stream} all the same.`);
    if (it.operation === 'spendBudget' && found.length > 1)
      violations.push(`Spend ${it.detail} stands ${found.length} times in ${stream}.`);
  }
  for (const fact of log) {
    const { stream, type } = fact;
    const operation = onlyOnCommand[type];
    const id = stream.slice(stream.indexOf('-') + 1);
    // Who is forgotten has nothing to come: whatever was booked for them is cancelled with it.
    const forgottenId = type === 'BookingCancelled' ? text(fact, 'forgottenId') : '';
    const isAsked = asked.has(forgottenId === '' ? `${operation} ${id}` : `forgetPerson ${forgottenId}`);
    if (operation !== undefined && !isAsked) violations.push(`${type} stands in ${stream} and nobody asked for it.`);
    if (type === 'BudgetSpent' && !spends.has(`${id} ${text(fact, 'spendId')}`))
      violations.push(`Spend ${text(fact, 'spendId')} stands in ${stream} and nobody asked for it.`);
  }
  return violations;
};
