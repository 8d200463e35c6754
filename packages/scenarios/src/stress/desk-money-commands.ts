import { CostSharingId, EntitlementId, ProviderId } from '@adempauze/contracts';
import { dayOf, plusDays } from '@adempauze/kernel';
import {
  awardOf,
  billedOf,
  bookingIdOf,
  budgetOf,
  deciding,
  deliveryOf,
  givenIn,
  idsOf,
  type MoneyPart,
  mandateOf,
  momentsOf,
  prepareMoney,
  quoteOf,
  schemeOf,
  spendOf,
  standingOfMoney,
} from './desk-money.ts';
import { type Desk, type DeskCommand, without } from './desk-words.ts';

type Run = DeskCommand<MoneyPart>['run'];
const publish =
  (name: string): Run =>
  (scene, { invoicing }, call) =>
    invoicing.publishScheme(schemeOf(idsOf(scene).newSchemeId, name), call);
const grant =
  (accountId: string): Run =>
  (scene, { invoicing }, call) =>
    invoicing.grantSchemeMandate(mandateOf(scene, 'new', accountId), call);
const award =
  (rateCents: number, days = 0): Run =>
  (scene, { invoicing }, call) =>
    invoicing.awardScheme(awardOf(scene, rateCents, days), call);
const extend: Run = async (scene, { invoicing }, call) => {
  const [entitlement] = await invoicing.listEntitlements({ householdId: idsOf(scene).householdId });
  const entitlementId = entitlement?.entitlementId ?? EntitlementId.parse(scene.id('nothing awarded'));
  return invoicing.extendEntitlement({ entitlementId, decidedBy: deciding }, call);
};
const insure =
  (percent: number): Run =>
  (scene, { invoicing }, call) =>
    invoicing.registerPolicy(
      {
        ...{ policyId: idsOf(scene).policyId, householdId: idsOf(scene).householdId, insurerId: 'stress insurer' },
        ...{ shares: [{ form: 'F01', percent }], from: dayOf(scene.now), until: plusDays(dayOf(scene.now), 90) },
      },
      call,
    );
const openBudget =
  (amountCents: number): Run =>
  (scene, { invoicing }, call) =>
    invoicing.openBudget(budgetOf(scene, idsOf(scene).newBudgetId, amountCents), call);
const spend =
  (word: string, amountCents: number): Run =>
  (scene, { invoicing }, call) =>
    invoicing.spendBudget(spendOf(scene, word, amountCents), call);
const openPot =
  (amountCents: number): Run =>
  (scene, { invoicing }, call) =>
    invoicing.openPot({ potId: idsOf(scene).potId, name: 'Garantiepot', municipalities: [], amountCents }, call);
const quote =
  (word: string, hours: number): Run =>
  (scene, { invoicing }, call) =>
    invoicing.quoteBooking(quoteOf(scene, word, hours), call);
const review =
  (days: number, reason: 'not-eligible' | 'situation-changed'): Run =>
  async (scene, { invoicing }, call) => {
    const [entitlement] = await invoicing.listEntitlements({ householdId: idsOf(scene).householdId });
    const entitlementId = entitlement?.entitlementId ?? EntitlementId.parse(scene.id('nothing awarded'));
    const endsOn = plusDays(dayOf(scene.now), days);
    return invoicing.reviewEntitlement({ entitlementId, endsOn, reason, decidedBy: deciding }, call);
  };
const share =
  (insurerPercent: number): Run =>
  (scene, { invoicing }, call) =>
    invoicing.recordCostSharing(
      {
        ...{ costSharingId: CostSharingId.parse(scene.id('cost sharing')), name: 'Samen betalen', insurerPercent },
        ...{ municipality: deciding.municipality, insurerId: 'stress insurer', forms: ['F01'] },
        providerIds: [ProviderId.parse(scene.id('provider'))],
        ...{ from: plusDays(dayOf(scene.now), -5), until: plusDays(dayOf(scene.now), 90) },
      },
      call,
    );
const decline =
  (word: 'given' | 'to record', reason: 'not-entitled' | 'paid-already'): Run =>
  (scene, { invoicing }, call) =>
    invoicing.declineFunding(
      { bookingId: bookingIdOf(scene, word), payer: { kind: 'municipality', id: deciding.municipality }, reason },
      call,
    );
const bill: Run = (scene, { invoicing }, call) => invoicing.billMonth({ month: givenIn(scene) }, call);

const commands: readonly DeskCommand<MoneyPart>[] = [
  { name: 'publish a scheme', needs: [], run: publish('Adempauze thuis') },
  { name: 'publish it by another name', needs: [], run: publish('Even op adem') },
  { name: 'let somebody decide', needs: ['scheme'], run: grant('stress nurse') },
  { name: 'let another decide', needs: ['scheme'], run: grant('stress doctor') },
  { name: 'award', needs: ['scheme'], run: award(2300) },
  { name: 'award at another rate', needs: ['scheme'], run: award(2500) },
  { name: 'award from a later day', needs: ['scheme'], run: award(2300, 20) },
  {
    name: 'award by who may decide',
    needs: ['mandate'],
    run: (scene, { invoicing }, call) =>
      invoicing.awardScheme({ ...awardOf(scene, 2300), decidedBy: { accountId: 'stress nurse' } }, call),
  },
  { name: 'extend', needs: ['awarded'], run: extend },
  { name: 'end an award after a look at it', needs: ['awarded'], run: review(0, 'not-eligible') },
  { name: 'end it later', needs: ['awarded'], run: review(20, 'situation-changed') },
  { name: 'agree to share costs', needs: [], run: share(60) },
  { name: 'agree to share them otherwise', needs: [], run: share(40) },
  { name: 'decline what was given', needs: ['given'], run: decline('given', 'not-entitled'), seen: without('claim') },
  {
    name: 'decline it for another reason',
    needs: ['given'],
    run: decline('given', 'paid-already'),
    seen: without('claim'),
  },
  {
    name: 'decline what is to be recorded',
    needs: ['given'],
    run: decline('to record', 'not-entitled'),
    seen: without('claim'),
  },
  { name: 'decline what was billed', needs: ['billed'], run: decline('given', 'not-entitled'), seen: without('claim') },
  { name: 'insure', needs: [], run: insure(75) },
  { name: 'insure for less', needs: [], run: insure(50) },
  { name: 'open a budget', needs: [], run: openBudget(5000) },
  { name: 'open it with another amount', needs: [], run: openBudget(6000) },
  { name: 'spend most of a budget', needs: ['budget'], run: spend('one', 6000) },
  { name: 'spend most of it on something else', needs: ['budget'], run: spend('two', 7000) },
  { name: 'spend another amount on the same', needs: ['budget'], run: spend('one', 3000) },
  {
    name: 'set some of it aside for care',
    needs: ['budget', 'given'],
    run: (scene, { invoicing }, call) =>
      invoicing.spendBudget(
        { ...spendOf(scene, 'care', 4000), bookingId: bookingIdOf(scene, 'to record'), form: 'F01' },
        call,
      ),
  },
  { name: 'open a pot', needs: [], run: openPot(100) },
  { name: 'open it with more', needs: ['pot'], run: openPot(200) },
  { name: 'ask what four hours cost', needs: ['awarded'], run: quote('one', 4) },
  { name: 'ask what another four cost', needs: ['awarded'], run: quote('two', 4) },
  { name: 'ask about fewer hours', needs: ['quoted'], run: quote('quoted', 1) },
  { name: 'ask the same again', needs: ['quoted'], run: quote('quoted', 2) },
  { name: 'bill a month', needs: ['given'], run: bill, seen: billedOf },
  {
    name: 'record what was given in that month',
    needs: ['given'],
    run: (scene, { bookings }, call) => bookings.recordDelivery(deliveryOf(scene, 'to record'), call),
  },
  {
    name: 'record that nothing was given',
    needs: ['given'],
    run: (scene, { bookings }, call) =>
      bookings.recordNoCare({ bookingId: bookingIdOf(scene, 'to record'), reason: 'family-could-not' }, call),
  },
  { name: 'bill it again', needs: ['billed'], run: bill, seen: billedOf },
  {
    name: 'forget the caregiver',
    needs: ['awarded'],
    run: (scene, { bookings }, call) => bookings.forgetPerson({ personId: idsOf(scene).personId }, call),
  },
];

/** Who pays for what, and what is left of it. */
export const moneyDesk: Desk<MoneyPart> = {
  ...{ name: 'money', commands, moments: momentsOf },
  prepare: prepareMoney,
  standing: standingOfMoney,
};
