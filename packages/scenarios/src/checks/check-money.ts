import { count, type Fact, object, objects, ofCategory, text } from './history.ts';

const totalOf = (lines: readonly { readonly data: Fact['data'] }[], field: string): number =>
  lines.reduce((total, it) => total + count(it, field), 0);
const payerOf = (line: { readonly data: Fact['data'] }): { kind: string; id: string } => {
  const payer = object(line, 'payer');
  return { kind: text(payer, 'kind'), id: text(payer, 'id') };
};

const checkBudgets = (log: readonly Fact[]): string[] =>
  ofCategory(log, 'budget').flatMap(([stream, events]) => {
    const violations: string[] = [];
    const spends = new Set<string>();
    let leftCents = 0;
    for (const event of events) {
      leftCents += event.type === 'BudgetOpened' ? count(event, 'amountCents') : -count(event, 'amountCents');
      if (leftCents < 0) violations.push(`${stream} is overspent at ${event.position}.`);
      const spendId = text(event, 'spendId');
      if (spendId !== '' && spends.has(spendId)) violations.push(`Spend ${spendId} stands twice in ${stream}.`);
      spends.add(spendId);
    }
    return violations;
  });

/** Lines that were billed, once each, and every line of a month that was billed at the end. */
const checkInvoices = (log: readonly Fact[], billedBefore: string): string[] => {
  const violations: string[] = [];
  const billed = new Set<string>();
  const numbers = new Set<string>();
  const payers = new Map(
    ofCategory(log, 'invoice').map(([stream, [drafted]]) => [stream, drafted && payerOf(drafted)]),
  );
  const keyOf = (deliveryId: string, kind: string, payer: { kind: string; id: string } | undefined) =>
    `${deliveryId} ${kind} ${payer?.kind} ${payer?.id}`;
  /** A line of one division; the corrections of later ones have its number. */
  const lineOf = (key: string, division: number) => `${key} ${division}`;
  for (const event of log) {
    if (event.type === 'InvoiceIssued') {
      const number = text(event, 'number');
      if (numbers.has(number)) violations.push(`Number ${number} is on two invoices.`);
      numbers.add(number);
    }
    if (event.type !== 'InvoiceLinesAdded') continue;
    for (const line of objects(event, 'lines')) {
      const of = keyOf(text(line, 'deliveryId'), text(line, 'kind'), payers.get(event.stream));
      const key = lineOf(of, count(line, 'correction'));
      if (billed.has(key)) violations.push(`Line ${key} is billed twice, again in ${event.stream}.`);
      billed.add(key);
    }
  }
  // What a payer took on and gave up again before any of it was billed is billed to nobody, whatever came after.
  const unbilled = new Map<string, { month: string; cents: number }[]>();
  for (const event of log) {
    if (event.type !== 'ClaimSettled' && event.type !== 'ClaimReallocated') continue;
    for (const line of objects(event, event.type === 'ClaimSettled' ? 'lines' : 'changes')) {
      const key = keyOf(text(event, 'deliveryId'), text(line, 'kind'), payerOf(line));
      if (billed.has(lineOf(key, count(event, 'number')))) continue;
      const lines = unbilled.get(key) ?? [];
      unbilled.set(key, [...lines, { month: text(event, 'month'), cents: count(line, 'amountCents') }]);
    }
  }
  for (const [key, lines] of unbilled) {
    let openCents = 0;
    let isOwed = false;
    for (const { month, cents } of lines) {
      openCents += cents;
      isOwed = openCents !== 0 && (isOwed || (cents !== 0 && month < billedBefore));
    }
    if (isOwed) violations.push(`Line ${key} is not billed.`);
  }
  return violations;
};

/**
 * No budget is overspent; every delivery is settled once, its lines add up to its cost, and the caregiver pays no more
 * than was shown; postings balance; every line is billed once. `billedBefore`: the first month that was not billed.
 */
export const checkMoney = (log: readonly Fact[], billedBefore: string): string[] => {
  const violations = [...checkBudgets(log), ...checkInvoices(log, billedBefore)];
  const delivered = new Map<string, Fact>();
  const settled = new Set<string>();
  for (const event of log) {
    const deliveryId = text(event, 'deliveryId');
    if (event.type === 'CareDelivered') {
      if (delivered.has(deliveryId)) violations.push(`Delivery ${deliveryId} stands twice in the log.`);
      delivered.set(deliveryId, event);
    }
    if (event.type === 'ClaimSettled') {
      const delivery = delivered.get(deliveryId);
      if (settled.has(deliveryId)) violations.push(`Delivery ${deliveryId} is settled twice.`);
      settled.add(deliveryId);
      const lines = objects(event, 'lines');
      if (totalOf(lines, 'amountCents') !== count(event, 'costCents'))
        violations.push(`Claim ${deliveryId}: its lines do not add up to its cost.`);
      const own = lines.filter((it) => payerOf(it).kind === 'caregiver');
      if (delivery === undefined) violations.push(`Claim ${deliveryId} settles what was not delivered.`);
      else if (totalOf(own, 'amountCents') > count(delivery, 'ownCostCents'))
        violations.push(
          `Claim ${deliveryId} asks ${totalOf(own, 'amountCents')} of the caregiver, who was shown ${count(delivery, 'ownCostCents')}.`,
        );
    }
    if (event.type === 'ClaimReallocated') {
      const lines = objects(event, 'lines');
      if (totalOf(lines, 'amountCents') !== count(event, 'costCents'))
        violations.push(`Claim ${deliveryId}: its lines do not add up to its cost.`);
      const own = lines.filter((it) => payerOf(it).kind === 'caregiver');
      if (totalOf(own, 'amountCents') > count(delivered.get(deliveryId) ?? event, 'ownCostCents'))
        violations.push(`Claim ${deliveryId} asks more of the caregiver than was shown.`);
    }
    const entries = objects(event, 'entries');
    if (totalOf(entries, 'debitCents') !== totalOf(entries, 'creditCents'))
      violations.push(`The entries of ${event.stream} at ${event.position} do not balance.`);
  }
  for (const deliveryId of delivered.keys())
    if (!settled.has(deliveryId)) violations.push(`Delivery ${deliveryId} is not settled.`);
  return violations;
};
