import { count, type Fact, object, objects, ofCategory, text } from './history.ts';

/** What is left of every budget by the log: the amount less its spends. */
export const balancesOf = (log: readonly Fact[]): Map<string, number> => {
  const balances = new Map<string, number>();
  for (const [stream, events] of ofCategory(log, 'budget')) {
    const spent = events.filter(({ type }) => type === 'BudgetSpent');
    const opened = events.find(({ type }) => type === 'BudgetOpened');
    const leftCents = spent.reduce(
      (left, it) => left - count(it, 'amountCents'),
      opened ? count(opened, 'amountCents') : 0,
    );
    balances.set(stream.slice('budget-'.length), leftCents);
  }
  return balances;
};

/** What confirmed and delivered bookings take of each entitlement, in cents or hundredths of an hour, beside its cap. */
const checkEntitlements = (log: readonly Fact[]): string[] =>
  ofCategory(log, 'entitlement').flatMap(([stream, events]) => {
    const opened = events.find(({ type }) => type === 'EntitlementOpened');
    if (opened === undefined) return [`${stream} was never opened.`];
    const rules = object(opened, 'rules');
    const cap = object(rules, 'cap');
    const isMoney = text(cap, 'kind') === 'money';
    const most = isMoney ? count(cap, 'multiplier') * count(opened, 'rateCents') : count(cap, 'hours') * 100;
    const reserved = new Map<string, number>();
    const used = new Map<string, number>();
    const violations: string[] = [];
    const amount = (event: Fact) => count(event, isMoney ? 'coveredCents' : 'coveredQuantity');
    for (const event of events) {
      const bookingId = text(event, 'bookingId');
      if (event.type === 'RoomReserved') reserved.set(bookingId, amount(event));
      else if (event.type === 'RoomKept') used.set(bookingId, reserved.get(bookingId) ?? 0);
      else if (event.type === 'RoomConsumed') used.set(bookingId, amount(event));
      else if (event.type === 'RoomReleased' || event.type === 'RoomLapsed') used.delete(bookingId);
      const total = [...used.values()].reduce((sum, it) => sum + it, 0);
      if (total > most) violations.push(`${stream} gave ${total} of ${most} away at revision ${event.revision}.`);
    }
    return violations;
  });

const sum = (entries: readonly { readonly data: Fact['data'] }[], field: string): number =>
  entries.reduce((total, it) => total + count(it, field), 0);

/**
 * Money: no budget and no cap is overspent; every delivery has one claim, settled, whose lines add up to its cost; and
 * every posting balances.
 */
export const checkMoney = (log: readonly Fact[]): string[] => {
  const violations = checkEntitlements(log);
  for (const [budgetId, leftCents] of balancesOf(log))
    if (leftCents < 0) violations.push(`Budget ${budgetId} is overspent by ${-leftCents} cents.`);

  const claimOf = new Map<string, string>();
  const settled = new Set<string>();
  for (const event of log) {
    if (event.type === 'ClaimOpened') {
      const bookingId = text(event, 'bookingId');
      const other = claimOf.get(bookingId);
      if (other !== undefined) violations.push(`Booking ${bookingId} has claims ${other} and ${event.stream}.`);
      claimOf.set(bookingId, event.stream);
    }
    if (event.type === 'ClaimSettled' || event.type === 'ClaimReallocated') {
      settled.add(event.stream);
      const lines = sum(objects(event, 'lines'), 'amountCents');
      if (lines !== count(event, 'costCents'))
        violations.push(`${event.stream}: lines of ${lines} cents for a cost of ${count(event, 'costCents')}.`);
    }
    const entries = objects(event, 'entries');
    const [debit, credit] = [sum(entries, 'debitCents'), sum(entries, 'creditCents')];
    if (debit !== credit) violations.push(`${event.stream}: debits ${debit}, credits ${credit}.`);
  }
  for (const event of log) {
    if (event.type !== 'CareDelivered') continue;
    const claim = `claim-${text(event, 'deliveryId')}`;
    if (!settled.has(claim)) violations.push(`${event.stream} was delivered and ${claim} is not settled.`);
  }
  return violations;
};
