import { count, type Fact, object, objects, ofCategory, text } from './history.ts';

type Part = { readonly data: Fact['data'] };

const sum = (parts: readonly Part[], field: string): number => parts.reduce((total, it) => total + count(it, field), 0);
const payerOf = (part: Part): string => `${text(object(part, 'payer'), 'kind')} ${text(object(part, 'payer'), 'id')}`;

/**
 * The books agree with each other: debits equal credits over the whole log; a claim took from an entitlement what that
 * gave, and settled the cost it was opened for; an invoice has the lines of its claims, adds up, and was issued.
 */
export const checkBooks = (log: readonly Fact[]): string[] => {
  const violations: string[] = [];
  const entries = log.flatMap((fact) => objects(fact, 'entries'));
  const [debit, credit] = [sum(entries, 'debitCents'), sum(entries, 'creditCents')];
  if (debit !== credit) violations.push(`The ledger has ${debit} cents on one side and ${credit} on the other.`);

  const given = new Map<string, string>();
  const lines = new Map<string, number>();
  /** By stream or entitlement, what it began with. */
  const begun = new Map<string, number>();
  for (const event of log) {
    const entitlement = `entitlement-${text(event, 'entitlementId')}`;
    if (event.type === 'ClaimOpened') begun.set(event.stream, count(event, 'costCents'));
    if (event.type === 'ClaimSettled' && begun.get(event.stream) !== count(event, 'costCents'))
      violations.push(`${event.stream} was opened for ${begun.get(event.stream)} and settled for another cost.`);
    if (event.type === 'SchemeAwarded') begun.set(entitlement, count(event, 'rateCents'));
    if (event.type === 'EntitlementOpened' && begun.get(entitlement) !== count(event, 'rateCents'))
      violations.push(`${event.stream} was opened at another rate than was awarded.`);
    if (event.type === 'RoomConsumed') given.set(roomKey(event), amountsOf(event));
    if (event.type !== 'ClaimSettled' && event.type !== 'ClaimReallocated') continue;
    for (const line of objects(event, event.type === 'ClaimSettled' ? 'lines' : 'changes')) {
      const key = lineKey(text(event, 'deliveryId'), text(line, 'kind'), payerOf(line), count(event, 'number'));
      lines.set(key, count(line, 'amountCents'));
    }
  }
  for (const event of log) {
    if (event.type !== 'RoomAnswered') continue;
    const key = roomKey(event);
    if (given.get(key) !== amountsOf(event))
      violations.push(`${event.stream} took what entitlement ${key} did not give.`);
    given.delete(key);
  }
  for (const key of given.keys()) violations.push(`An entitlement gave to delivery ${key}, and no claim took it.`);
  for (const [stream, events] of ofCategory(log, 'invoice')) violations.push(...checkInvoice(stream, events, lines));
  return violations;
};

/** What was asked of an entitlement in one round of a claim. */
const roomKey = (fact: Fact): string =>
  `${text(fact, 'deliveryId')} ${text(fact, 'entitlementId')} ${count(fact, 'round')}`;

/** A line of one division of a cost: 0 is the first, a later one has only what it changes. */
const lineKey = (deliveryId: string, kind: string, payer: string, division: number): string =>
  `${deliveryId} ${kind} ${payer} ${division}`;

const amountsOf = (fact: Fact): string =>
  ['coveredQuantity', 'coveredCents', 'contributionCents'].map((it) => count(fact, it)).join(' ');

const checkInvoice = (stream: string, events: readonly Fact[], claimed: ReadonlyMap<string, number>): string[] => {
  const violations: string[] = [];
  const [drafted] = events;
  const issued = events.find(({ type }) => type === 'InvoiceIssued');
  const lines = events.flatMap((it) => (it.type === 'InvoiceLinesAdded' ? objects(it, 'lines') : []));
  for (const line of lines) {
    const payer = drafted === undefined ? '' : payerOf(drafted);
    const key = lineKey(text(line, 'deliveryId'), text(line, 'kind'), payer, count(line, 'correction'));
    const amountCents = claimed.get(key);
    if (amountCents !== count(line, 'amountCents'))
      violations.push(`${stream} bills ${count(line, 'amountCents')} for line ${key}, which is ${amountCents}.`);
  }
  if (issued === undefined) return [...violations, `${stream} was drafted and never issued.`];
  if (count(issued, 'totalCents') !== sum(lines, 'amountCents'))
    violations.push(`${stream} totals ${count(issued, 'totalCents')} for lines of ${sum(lines, 'amountCents')}.`);
  return violations;
};
