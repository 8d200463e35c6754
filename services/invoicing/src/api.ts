import { decodeCursor, encodeCursor, type Invoicing } from '@adempauze/contracts';
import type { ReadDatabase } from '@adempauze/event-store';
import type { Clock, Outcome, Vault } from '@adempauze/kernel';
import { createAwarding } from './awarding.ts';
import { budgetView } from './budget/budget.decider.ts';
import { listBudgets, listPots } from './budget-list/budget-list.ts';
import { claimView } from './claim/claim-view.ts';
import type { DividingAnew } from './claim/dividing-anew.ts';
import {
  findDeliveryOf,
  isBilled,
  listDeliveriesOf,
  listLinesToBill,
  listMonthsToBill,
  listPayersToBill,
} from './claim-list/claim-list.ts';
import { type FindCostSharing, listCostSharings } from './cost-sharing/cost-sharing-list.ts';
import { entitlementView } from './entitlement/entitlement-view.ts';
import type { Handlers } from './handlers.ts';
import { createBilling } from './invoice/billing.ts';
import { invoiceView } from './invoice/invoice.decider.ts';
import { listDraftMonths, listDraftPayers, listInvoices } from './invoice-list/invoice-list.ts';
import type { KnownLists } from './known-lists.ts';
import { trialBalance } from './ledger/ledger.ts';
import { createEstimating } from './quote/estimating.ts';
import { createQuoting } from './quote/quoting.ts';
import { listSchemes } from './scheme-list/scheme-list.ts';

export type ApiDependencies = {
  readonly handlers: Handlers;
  readonly db: ReadDatabase;
  /** `waitForLists`: of lists that no reactor has to have filled. */
  readonly lists: Pick<KnownLists, 'noteReference' | 'referenceSeen' | 'waitForLists'>;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly potOf: (municipality: string) => string;
  readonly sharingOf: FindCostSharing;
  readonly waitFor: (position: string, timeoutMs: number) => Promise<boolean>;
  readonly declineFunding: DividingAnew['decline'];
  readonly head: () => Promise<string | undefined>;
};

/** The longest that a query waits, in two halves: reactors, then lists. */
const halfWaitMs = 1000;
/** The longest that billing waits for what is settled at this moment. */
const billingWaitMs = 10_000;

/** A yes with what it left, seen through a view. */
const seen = <S, V>(outcome: Outcome<{ readonly state: S }>, view: (state: S) => V | undefined): Outcome<V> => {
  if (!outcome.accepted) return outcome;
  const value = view(outcome.value.state);
  if (value === undefined) throw new Error('What was just accepted is not there.');
  return { accepted: true, position: outcome.position, value };
};

/** The operations of `InvoicingApi`, each on the parts that know the rules. */
export const createApi = (dependencies: ApiDependencies): Invoicing => {
  const { handlers, db, vault, clock, potOf, sharingOf, waitFor, declineFunding, head } = dependencies;
  const { noteReference, referenceSeen, waitForLists } = dependencies.lists;
  const { schemes, mandates, funding, entitlements, budgets, pots, costSharings, claims, invoices, numbers } = handlers;
  const upTo = async (position: string | undefined) => {
    if (position !== undefined) await waitFor(position, halfWaitMs);
  };
  const listsUpTo = async (position: string | undefined) => {
    if (position !== undefined) await waitForLists(position, 2 * halfWaitMs);
  };
  const quoteBooking = createQuoting({ ...handlers, potOf, sharingOf, clock });
  const estimateCosts = createEstimating({ ...handlers, potOf, sharingOf, clock });
  const awarding = createAwarding({
    handlers,
    vault,
    clock,
    async mandatesDb() {
      await referenceSeen();
      return db;
    },
  });
  const billMonth = createBilling({
    invoices,
    numbers,
    clock,
    async caughtUp() {
      const end = await head();
      if (end !== undefined) await waitFor(end, billingWaitMs);
    },
    monthsToBill: (before) =>
      [...new Set([...listMonthsToBill(db, before), ...listDraftMonths(db, before)])].toSorted(),
    payersToBill(month) {
      const payers = [...listPayersToBill(db, month), ...listDraftPayers(db, month)];
      return [...new Map(payers.map((payer) => [`${payer.kind}:${payer.id}`, payer])).values()];
    },
    linesToBill: (month, payer) => listLinesToBill(db, month, payer),
    invoicesOf: (month) => listInvoices(db, { month }, { first: 1_000_000 }).items.map(({ item }) => item),
  });

  const findClaim = async (deliveryId: string) =>
    claimView((await claims.load(deliveryId)).state, (it) => isBilled(db, it));

  return {
    quoteBooking,
    estimateCosts,
    billMonth,
    awardScheme: awarding.award,
    extendEntitlement: awarding.extend,
    reviewEntitlement: awarding.review,
    async declineFunding(data, context) {
      return noteReference(await declineFunding(data, context));
    },
    async recordCostSharing(data, context) {
      const command = { type: 'RecordCostSharing', data, now: clock() } as const;
      return seen(noteReference(await costSharings.handle(data.costSharingId, command, context)), (it) => it.agreed);
    },
    async publishScheme(data, context) {
      const command = { type: 'PublishScheme', data, now: clock() } as const;
      return seen(noteReference(await schemes.handle(data.schemeId, command, context)), ({ scheme }) => scheme);
    },
    async grantSchemeMandate(data, context) {
      const command = { type: 'GrantSchemeMandate', data, now: clock() } as const;
      const outcome = noteReference(await mandates.handle(data.mandateId, command, context));
      return outcome.accepted ? { ...outcome, value: undefined } : outcome;
    },
    async registerPolicy(data, context) {
      const command = { type: 'RegisterPolicy', data, now: clock() } as const;
      return seen(await funding.handle(data.householdId, command, context), ({ policies }) => {
        const found = policies.find(({ policyId }) => policyId === data.policyId);
        if (found === undefined) return undefined;
        const { registeredAt: _, ...policy } = found;
        return policy;
      });
    },
    async openBudget(data, context) {
      return seen(await budgets.handle(data.budgetId, { type: 'OpenBudget', data, now: clock() }, context), budgetView);
    },
    async spendBudget(data, context) {
      return seen(
        noteReference(await budgets.handle(data.budgetId, { type: 'SpendBudget', data, now: clock() }, context)),
        budgetView,
      );
    },
    async openPot(data, context) {
      const outcome = noteReference(await pots.handle(data.potId, { type: 'OpenPot', data, now: clock() }, context));
      if (!outcome.accepted) return outcome;
      await referenceSeen();
      const { name, municipalities, amountCents } = data;
      const fresh = { potId: data.potId, name, municipalities, paidInCents: amountCents, balanceCents: amountCents };
      const value = listPots(db).find(({ potId }) => potId === data.potId) ?? fresh;
      return { accepted: true, position: outcome.position, value };
    },

    findScheme: async ({ schemeId }) => (await schemes.load(schemeId)).state.scheme,
    async listSchemes({ municipality, waitFor: position }) {
      await (position === undefined ? referenceSeen() : listsUpTo(position));
      return listSchemes(db, municipality);
    },
    async listEntitlements({ householdId, waitFor: position }) {
      await upTo(position);
      return awarding.list(householdId);
    },
    findEntitlement: async ({ entitlementId }) =>
      entitlementView((await entitlements.load(entitlementId)).state, clock()),
    findBudget: async ({ budgetId }) => budgetView((await budgets.load(budgetId)).state),
    async listBudgets({ waitFor: position, ...only }) {
      await listsUpTo(position);
      return listBudgets(db, only);
    },
    async listCostSharings({ waitFor: position, ...only }) {
      await (position === undefined ? referenceSeen() : listsUpTo(position));
      return listCostSharings(db, only);
    },
    async listPots({ waitFor: position }) {
      await listsUpTo(position);
      return listPots(db);
    },
    async findClaim({ deliveryId, waitFor: position }) {
      await upTo(position);
      return findClaim(deliveryId);
    },
    async findClaimOfBooking({ bookingId, waitFor: position }) {
      await upTo(position);
      const deliveryId = findDeliveryOf(db, bookingId);
      return deliveryId === undefined ? undefined : findClaim(deliveryId);
    },
    async listClaims({ payer, month, page, waitFor: position }) {
      await upTo(position);
      const [after] = decodeCursor(page.after);
      const found = listDeliveriesOf(db, { payer, month }, { first: page.first + 1, after });
      const items = await Promise.all(
        found.slice(0, page.first).map(async (deliveryId) => ({
          cursor: encodeCursor(deliveryId, ''),
          item: await findClaim(deliveryId),
        })),
      );
      return {
        items: items.flatMap(({ cursor, item }) => (item === undefined ? [] : [{ cursor, item }])),
        hasMore: found.length > page.first,
      };
    },
    findInvoice: async ({ invoiceId }) => invoiceView((await invoices.load(invoiceId)).state),
    async listInvoices({ payer, providerId, month, page, waitFor: position }) {
      await listsUpTo(position);
      return listInvoices(db, { payer, providerId, month }, page);
    },
    async trialBalance({ waitFor: position }) {
      await upTo(position);
      return trialBalance(db);
    },
  };
};
