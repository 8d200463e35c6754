import { InvoiceLine, Month } from '@adempauze/contracts';
import { deciderSpec } from '@adempauze/testing';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { at, bookingId, deliveryId, providerId, rijswijk } from '../invoicing.fixtures.ts';
import { type InvoiceCommand, invoiceDecider, invoiceView } from './invoice.decider.ts';
import { type InvoiceEvent, invoiceIdOf } from './invoice.events.ts';
import { invoiceNumbersDecider, numberOf } from './invoice-numbers.decider.ts';

const now = at('2027-06-01T08:00:00Z');
const month = Month.parse('2027-05');
const payer = { kind: 'municipality' as const, id: rijswijk };
const invoiceId = invoiceIdOf(payer, month, 1);
const line = (name: number, amountCents = 3300) =>
  InvoiceLine.parse({
    deliveryId: deliveryId(name),
    bookingId: bookingId(name),
    providerId: providerId(1),
    form: 'F19',
    deliveredOn: '2027-05-03',
    kind: 'scheme',
    amountCents,
    vat: 'exempt',
  });
const draft = (...lines: ReturnType<typeof line>[]): InvoiceCommand => ({
  type: 'DraftLines',
  data: { invoiceId, payer, month, sequence: 1, lines },
  now,
});
const issue: InvoiceCommand = { type: 'IssueInvoice', data: { number: '2027-05-1' }, now };
const drafted: InvoiceEvent = {
  type: 'InvoiceDrafted',
  data: { invoiceId, payer, month, sequence: 1, draftedAt: now },
};
const added = (...lines: ReturnType<typeof line>[]): InvoiceEvent => ({
  type: 'InvoiceLinesAdded',
  data: { invoiceId, lines, addedAt: now },
});
const issued: InvoiceEvent = {
  type: 'InvoiceIssued',
  data: {
    ...{ invoiceId, payer, month, number: '2027-05-1', totalCents: 6600, issuedAt: now },
    entries: [
      { account: `billed:municipality:${rijswijk}`, debitCents: 6600, creditCents: 0 },
      { account: `receivable:municipality:${rijswijk}`, debitCents: 0, creditCents: 6600 },
    ],
  },
};
const given = deciderSpec(invoiceDecider);

test('lines are drafted in parts, each line once, and then issued with their total', () => {
  given()
    .when(draft(line(1)))
    .then(drafted, added(line(1)))
    .twiceIsOnce();
  given(drafted, added(line(1)))
    .when(draft(line(1), line(2)))
    .then(added(line(2)));
  given(drafted, added(line(1), line(2)))
    .when(issue)
    .then(issued)
    .twiceIsOnce();
});

test('nothing is added to an invoice that was issued', () => {
  given(drafted, added(line(1), line(2)), issued)
    .when(draft(line(1)))
    .then();
  given(drafted, added(line(1), line(2)), issued)
    .when(draft(line(3)))
    .thenRejected('already-exists');
  given().when(issue).thenRejected('invoice-not-found');
  given(drafted, added(line(1), line(2)), issued)
    .when({ ...issue, data: { number: '2027-05-2' } })
    .thenRejected('already-exists');
});

test('whatever is drafted, an issued invoice is the sum of its lines, each once', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 8 }), { minLength: 1 }),
      (parts) => {
        let state = invoiceDecider.initialState;
        for (const command of [...parts.map((names) => draft(...names.map((name) => line(name, name)))), issue]) {
          const decision = invoiceDecider.decide(command, state);
          if (decision.accepted) state = decision.events.reduce(invoiceDecider.evolve, state);
        }
        const view = invoiceView(state);
        expect(view?.totalCents).toBe([...new Set(parts.flat())].reduce((sum, name) => sum + name, 0));
      },
    ),
  );
});

test('numbers of a month have no gaps, and who asks again keeps the number', () => {
  const ids = Array.from({ length: 12 }, (_, index) => invoiceIdOf(payer, month, index + 1));
  const anyAsk = fc.array(fc.subarray(ids, { minLength: 1 }), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(anyAsk, (asks) => {
      let state = invoiceNumbersDecider.initialState;
      const first = new Map<string, string>();
      for (const invoiceIds of asks) {
        const decision = invoiceNumbersDecider.decide({ type: 'TakeNumbers', data: { month, invoiceIds }, now }, state);
        if (decision.accepted) state = decision.events.reduce(invoiceNumbersDecider.evolve, state);
        for (const it of invoiceIds) {
          const number = numberOf(state, it);
          expect(first.get(it) ?? number).toBe(number);
          first.set(it, number);
        }
      }
      const counts = [...first.values()].map((it) => Number(it.split('-')[2])).sort((a, b) => a - b);
      expect(counts).toEqual(counts.map((_, index) => index + 1));
    }),
  );
});
