import { SignalCaregiver } from '@adempauze/contracts';
import { type Outcome, plusMs } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  at,
  bookingIdOf,
  delft,
  fatima,
  householdIdOf,
  offerIdOf,
  personIdOf,
  requestOf,
  signalIdOf,
} from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';

const worlds: World[] = [];
const open = async (ownCostCents = 0): Promise<World> => {
  const value = { ownCostCents, coverage: 'covered' as const, lines: [], refusals: [] };
  const world = await openWorld({ quoteBooking: async () => ({ accepted: true, position: undefined, value }) });
  worlds.push(world);
  return world;
};
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

const signalId = signalIdOf('one');
const signal = SignalCaregiver.parse({
  ...{ signalId, source: 'school', referredBy: 'account-school', consents: ['caregiver', 'parent'] },
  caregiver: { personId: personIdOf('mila'), name: 'Mila', birthYear: 2012, place: delft },
  contactPerson: { accountId: 'account-nora', organisation: 'Wijkteam' },
});
const young = (word: string) => {
  const { caregiver } = fatima(word);
  return fatima(word, { caregiver: { ...caregiver, birthYear: 2012 } });
};
const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
const codeOf = <V>(outcome: Outcome<V>): string => (outcome.accepted ? 'accepted' : outcome.rejection.code);

test('the contact person has it at once, with a deadline, and it shows when that passes (R01)', async () => {
  const world = await open();
  const { api } = world;
  const sent = await api.signalCaregiver(signal, world.call());
  const { dueAt } = accepted(sent);
  const position = sent.accepted ? sent.position : undefined;
  const mine = { of: 'contact-person' as const, accountId: 'account-nora' };
  expect(await api.listSignals({ ...mine, ...(position ? { waitFor: position } : {}) })).toMatchObject([
    { signalId, status: 'signalled', caregiver: { name: 'Mila' }, overdue: false },
  ]);
  expect(await api.listSignals({ ...mine, accountId: 'account-school' })).toEqual([]);
  expect(await api.listSignals({ of: 'referrer', accountId: 'account-school' })).toMatchObject([{ signalId }]);
  world.moveTo(plusMs(dueAt, 1000));
  await world.nudge();
  await world.until(async () => (await api.findSignal({ signalId }))?.overdue === true);
  expect(codeOf(await api.takeUpSignal({ signalId, householdId: householdIdOf('mila'), by: 'x' }, world.call()))).toBe(
    'household-not-found',
  );
  await api.registerHousehold(young('mila'), world.call());
  const taken = accepted(
    await api.takeUpSignal({ signalId, householdId: householdIdOf('mila'), by: 'account-nora' }, world.call()),
  );
  expect(taken).toMatchObject({ status: 'taken-up', overdue: false, takenUpAt: world.clock() });
  await world.settled();
  expect(await world.rebuildAndCompare(':memory:')).toEqual([]);
});

test('who is forgotten as a caregiver is forgotten as who was signalled too', async () => {
  const world = await open();
  const { api } = world;
  accepted(await api.signalCaregiver(signal, world.call()));
  await api.registerHousehold(young('mila'), world.call());
  accepted(await api.takeUpSignal({ signalId, householdId: householdIdOf('mila'), by: 'account-nora' }, world.call()));
  await world.settled();
  accepted(await api.forgetPerson({ personId: personIdOf('mila-caregiver') }, world.call()));
  await world.until(async () => (await api.findSignal({ signalId }))?.caregiver.name === null);
});

test('a young caregiver agrees to what is free; what costs something an adult agrees to (A14)', async () => {
  const asYoung = (world: World) => ({ ...world.call(), actor: 'account-mila' });
  const ask = async (world: World) => {
    await world.api.registerHousehold(young('mila'), world.call());
    const of = { householdId: householdIdOf('mila'), offerId: offerIdOf('block-care') };
    accepted(await world.api.requestBooking(requestOf(bookingIdOf('one'), of), world.call()));
    return { bookingId: bookingIdOf('one') };
  };
  const free = await open();
  const gratis = await ask(free);
  expect(codeOf(await free.api.confirmBooking(gratis, asYoung(free)))).toBe('accepted');
  const paid = await open(23_00);
  const costly = await ask(paid);
  expect(codeOf(await paid.api.confirmBooking(costly, asYoung(paid)))).toBe('adult-needed');
  expect(codeOf(await paid.api.confirmBooking(costly, { ...paid.call(), actor: 'account-parent' }))).toBe('accepted');
  expect((await paid.api.findHousehold({ householdId: householdIdOf('mila') }))?.caregiver.birthYear).toBe(2012);
  expect(at('2027-05-01T08:00:00Z')).toBe(paid.clock());
});
