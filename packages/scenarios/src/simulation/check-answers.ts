import { isApproved } from '../checks/check-helpers.ts';
import { byStream, type Fact, text } from '../checks/history.ts';
import type { Told } from './caller.ts';

type Effect = {
  readonly stream: string;
  readonly types: readonly string[];
  readonly having?: readonly string[];
  readonly isIt?: (fact: Fact) => boolean;
};

const statusOf = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'status' in value ? String(value.status) : '';
const confirmedAs: Readonly<Record<string, string>> = {
  'awaiting-acceptance': 'AcceptanceAsked',
  'awaiting-helper': 'HelperWanted',
  confirmed: 'BookingConfirmed',
};

/** The event that a yes stands for. Undefined: a yes may mean that there was nothing to do. */
const effectOf = ({ operation, about, value }: Told): Effect | undefined => {
  const booking = `booking-${about.bookingId}`;
  switch (operation) {
    case 'registerHousehold':
      return { stream: `household-${about.householdId}`, types: ['HouseholdRegistered'] };
    case 'requestBooking':
      return { stream: booking, types: ['BookingRequested'] };
    case 'confirmBooking':
      return { stream: booking, types: [confirmedAs[statusOf(value)] ?? 'BookingRequested'] };
    case 'acceptBooking':
      return { stream: booking, types: ['BookingConfirmed'] };
    case 'declineBooking':
      return { stream: booking, types: ['BookingDeclined'] };
    case 'cancelBooking':
      return { stream: booking, types: ['BookingCancelled'] };
    case 'recordDelivery':
      return { stream: booking, types: ['CareDelivered'], having: ['deliveryId'] };
    case 'spendBudget':
      return { stream: `budget-${about.budgetId}`, types: ['BudgetSpent'], having: ['spendId'] };
    case 'awardScheme':
      return { stream: `funding-${about.householdId}`, types: ['SchemeAwarded'], having: ['schemeId'] };
    case 'registerPolicy':
      return { stream: `funding-${about.householdId}`, types: ['PolicyRegistered'] };
    case 'proposeHelper':
      return { stream: `match-${about.matchId}`, types: ['HelperProposed'], having: ['helperId'] };
    case 'approveHelper': {
      const match = { stream: `match-${about.matchId}`, having: ['helperId'] };
      // A yes also means that there was nothing to say yes to: they know who was asked.
      return about.answer === 'yes'
        ? { ...match, types: ['HelperApproved', 'HelperProposed'], isIt: isApproved }
        : { ...match, types: ['HelperNotWanted'] };
    }
    case 'answerProposal':
      return {
        stream: `match-${about.matchId}`,
        types: [about.answer === 'yes' ? 'HelperMatched' : 'ProposalRefused'],
        having: ['helperId'],
      };
    case 'closeMatch':
      return { stream: `match-${about.matchId}`, types: ['MatchClosed'] };
    case 'forgetPerson':
      return { stream: `person-${about.personId}`, types: ['PersonForgotten'] };
    case 'withdrawOffer':
      return { stream: `offer-${about.offerId}`, types: ['OfferWithdrawn'] };
    default:
      return undefined;
  }
};

/**
 * Nothing acknowledged is lost, every effect is there once, and a no left nothing behind, unless the same was asked twice
 * at once: then one may be told no and the other yes.
 */
export const checkAnswers = (log: readonly Fact[], told: readonly Told[]): string[] => {
  const violations: string[] = [];
  const streams = byStream(log);
  const timesAsked = Map.groupBy(told, ({ operation, about }) => `${operation} ${JSON.stringify(about)}`);
  for (const it of told) {
    const effect = effectOf(it);
    if (effect === undefined) continue;
    const found = (streams.get(effect.stream) ?? []).filter(
      (fact) =>
        effect.types.includes(fact.type) &&
        (effect.isIt?.(fact) ?? true) &&
        (effect.having ?? []).every((field) => text(fact, field) === String(it.about[field])),
    );
    if (it.answer === 'accepted' && found.length === 0)
      violations.push(`${it.operation} was accepted (${it.key}) and ${effect.stream} has no ${effect.types[0]}.`);
    const caused = found.filter(({ metadata }) => metadata.commandId === it.key);
    if (caused.length > 1) violations.push(`${it.operation} (${it.key}) stands ${caused.length} times.`);
    const once = timesAsked.get(`${it.operation} ${JSON.stringify(it.about)}`)?.length === 1;
    const left = it.operation === 'requestBooking' ? found : caused;
    if (it.answer === 'rejected' && once && left.length > 0)
      violations.push(`${it.operation} was refused (${String(it.value)}, ${it.key}) and was done all the same.`);
  }
  return violations;
};
