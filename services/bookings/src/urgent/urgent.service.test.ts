import { BookUrgentOption, OpenUrgentCase, UrgentId, type UrgentView } from '@adempauze/contracts';
import { derivedId, hourMs, type Outcome, plusMs, UnavailableError } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import { at, bookingIdOf, fatima, householdIdOf, offerIdOf, requestOf, resourceIdOf } from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';

const worlds: World[] = [];
/** A Friday, half past six in the evening. */
const evening = at('2027-05-07T16:30:00Z');
const openWithFatima = async (quoteBooking?: Parameters<typeof openWorld>[0]): Promise<World> => {
  const world = await openWorld({ startsAt: evening, ...quoteBooking });
  worlds.push(world);
  const contactPerson = { accountId: 'account-contact', name: 'Anke', organisation: 'Steunpunt' };
  await world.api.registerHousehold(fatima('fatima', { contactPerson }), world.call());
  return world;
};
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

const urgentId = UrgentId.parse(derivedId('urgent', 'one'));
const householdId = householdIdOf('fatima');
const need = { from: evening, until: at('2027-05-08T10:00:00Z') };
const open = (changes: object = {}) =>
  OpenUrgentCase.parse({
    ...{ urgentId, householdId, need: 'Zijn vrouw ligt in het ziekenhuis.', span: need, openedBy: 'account-gp' },
    ...changes,
  });
const night = { from: at('2027-05-07T18:00:00Z'), until: at('2027-05-08T10:00:00Z') };
const bed = (changes: object = {}) =>
  BookUrgentOption.parse({
    ...{ urgentId, bookingId: bookingIdOf('bed'), offerId: offerIdOf('guest-house'), resourceId: resourceIdOf('beds') },
    ...{ span: night, placeOfService: 'provider', bookedBy: 'account-gp', ...changes },
  });
const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
const codeOf = <V>(outcome: Outcome<V>): string => (outcome.accepted ? 'accepted' : outcome.rejection.code);
/** One thing leads to another by itself, so it is waited for. */
const untilKinds = async (world: World, expected: readonly string[]) => {
  const kinds = async () => (await world.api.listTasks({ householdId, done: false })).map(({ kind }) => kind);
  await world.until(async () => JSON.stringify(await kinds()) === JSON.stringify(expected));
};
const find = async (world: World): Promise<UrgentView> => {
  const found = await world.api.findUrgentCase({ urgentId });
  if (found === undefined) throw new Error('There is no case.');
  return found;
};

test('one action books and resolves it, and nobody is asked who pays (A16, R09)', async () => {
  const asked: unknown[] = [];
  const world = await openWithFatima({
    async quoteBooking(question) {
      asked.push(question);
      return {
        accepted: true,
        position: undefined,
        value: { ownCostCents: 0, coverage: 'unknown', lines: [], refusals: [] },
      };
    },
  });
  const { api } = world;
  const opened = accepted(await api.openUrgentCase(open(), world.call('open')));
  expect(opened).toMatchObject({
    status: 'open',
    owner: { kind: 'professional', accountId: 'account-gp' },
    escalatesAt: plusMs(evening, 2 * hourMs),
    need: 'Zijn vrouw ligt in het ziekenhuis.',
    fundingStatus: 'guaranteed',
  });
  await untilKinds(world, ['urgent-opened']);
  world.pass(hourMs);
  const booked = accepted(await api.bookUrgentOption(bed(), world.call('book')));
  expect(booked).toMatchObject({ status: 'resolved', outcome: 'covered', owner: null, escalatesAt: null });
  expect(booked.bookings).toMatchObject([{ status: 'confirmed', refusal: null }]);
  expect(asked).toMatchObject([{ bearer: 'guarantee', ownAtMostCents: 0 }]);
  const booking = await api.findBooking({ bookingId: bookingIdOf('bed') });
  expect(booking).toMatchObject({
    partOf: { kind: 'urgent', id: urgentId },
    terms: { bearer: 'guarantee' },
    quote: { ownCostCents: 0 },
  });
  // Once it is resolved there is nothing left to do, and nothing goes on to anybody.
  await untilKinds(world, []);
  world.pass(5 * hourMs);
  await world.nudge();
  expect((await find(world)).owners).toHaveLength(1);
  expect(accepted(await api.bookUrgentOption(bed(), world.call('again'))).bookings).toHaveLength(1);
});

test('an offer of which the caregiver would bear the cost costs the caregiver nothing when it is urgent', async () => {
  const world = await openWithFatima();
  accepted(await world.api.openUrgentCase(open(), world.call()));
  const own = {
    offerId: offerIdOf('own-account'),
    resourceId: resourceIdOf('worker'),
    placeOfService: 'recipient-home',
  };
  accepted(await world.api.bookUrgentOption(bed(own), world.call()));
  expect(await world.api.findBooking({ bookingId: bookingIdOf('bed') })).toMatchObject({
    terms: { bearer: 'guarantee' },
    quote: { ownCostCents: 0 },
  });
});

test('without anything arranged it goes on every two hours, to one owner at a time, with a task for each (R09)', async () => {
  const world = await openWithFatima();
  accepted(await world.api.openUrgentCase(open(), world.call()));
  const seen: unknown[] = [];
  const kinds = ['urgent-opened'];
  for (const next of ['urgent-contact-person', 'urgent-region', 'urgent-region']) {
    world.pass(2 * hourMs);
    await world.settled();
    await world.nudge();
    kinds.push(next);
    await untilKinds(world, kinds);
    const { owner } = await find(world);
    seen.push([owner?.kind, owner?.accountId ?? null]);
  }
  expect(seen).toEqual([
    ['contact-person', 'account-contact'],
    ['region', null],
    ['region', null],
  ]);
  expect((await find(world)).owners.map(({ how }) => how)).toEqual(['opened', 'escalated', 'escalated', 'escalated']);
  expect(await world.api.listUrgentCases({ open: true })).toHaveLength(1);

  const taken = accepted(
    await world.api.handOverUrgentCase({ urgentId, to: 'region', accountId: 'account-desk' }, world.call()),
  );
  expect(taken.owner).toMatchObject({ kind: 'region', accountId: 'account-desk' });
  accepted(await world.api.resolveUrgentCase({ urgentId, outcome: 'arranged-otherwise' }, world.call()));
  await untilKinds(world, []);
  expect(await world.api.listUrgentCases({ open: true })).toHaveLength(0);
});

test('a contact person who handed the household over no longer owns its case', async () => {
  const world = await openWithFatima();
  accepted(await world.api.openUrgentCase(open(), world.call()));
  accepted(await world.api.handOverUrgentCase({ urgentId, to: 'contact-person' }, world.call()));
  const contactPerson = { accountId: 'account-next', name: 'Bas', organisation: '' };
  accepted(await world.api.changeContactPerson({ householdId, contactPerson }, world.call()));
  expect((await find(world)).owner).toMatchObject({ accountId: 'account-next', name: 'Bas' });
});

test('what begins after a day, or is not for this need, is none of its options; what is full is a no with its reason', async () => {
  const world = await openWithFatima();
  const { api } = world;
  accepted(await api.openUrgentCase(open(), world.call()));
  const shifted = (hours: number) => ({
    from: plusMs(evening, hours * hourMs),
    until: plusMs(evening, (hours + 2) * hourMs),
  });
  expect(codeOf(await api.bookUrgentOption(bed({ span: shifted(25) }), world.call()))).toBe('urgent-within-a-day');
  expect(codeOf(await api.bookUrgentOption(bed({ span: shifted(20) }), world.call()))).toBe('urgent-outside-need');
  accepted(await api.requestBooking(requestOf(bookingIdOf('other'), { span: night }), world.call()));
  const full = bed({
    offerId: offerIdOf('block-care'),
    resourceId: resourceIdOf('worker'),
    placeOfService: 'recipient-home',
  });
  expect(codeOf(await api.bookUrgentOption(full, world.call('full')))).toBe('place-taken');
  expect(codeOf(await api.bookUrgentOption(full, world.call('full')))).toBe('place-taken');
  expect(await find(world)).toMatchObject({
    status: 'open',
    bookings: [{ status: 'refused', refusal: 'place-taken' }],
  });
});

test('what a provider has to say yes to does not stop the clock; once it is a yes the case is resolved', async () => {
  const world = await openWithFatima();
  const { api } = world;
  accepted(await api.openUrgentCase(open(), world.call()));
  const asked = bed({
    offerId: offerIdOf('on-acceptance'),
    resourceId: resourceIdOf('worker'),
    placeOfService: 'recipient-home',
  });
  const waiting = accepted(await api.bookUrgentOption(asked, world.call()));
  expect(waiting).toMatchObject({ status: 'open', escalatesAt: plusMs(evening, 2 * hourMs) });
  accepted(await api.acceptBooking({ bookingId: bookingIdOf('bed') }, world.call()));
  await world.settled();
  expect(await find(world)).toMatchObject({ status: 'resolved', outcome: 'covered' });
});

test('a place that falls away again makes it the last owner’s again, with two hours', async () => {
  const world = await openWithFatima();
  const { api } = world;
  accepted(await api.openUrgentCase(open(), world.call()));
  accepted(await api.bookUrgentOption(bed(), world.call()));
  accepted(await api.cancelBooking({ bookingId: bookingIdOf('bed'), by: 'provider' }, world.call()));
  await world.settled();
  expect(await find(world)).toMatchObject({
    status: 'open',
    owner: { kind: 'professional', accountId: 'account-gp' },
    escalatesAt: plusMs(evening, 2 * hourMs),
    bookings: [{ status: 'cancelled' }],
  });
  await untilKinds(world, ['urgent-opened']);
});

test('stopped in between, what was chosen is booked by itself, once', async () => {
  const world = await openWithFatima();
  const { api } = world;
  accepted(await api.openUrgentCase(open(), world.call()));
  const { takePlace } = world.offers;
  world.offers.takePlace = () => Promise.reject(new UnavailableError('The machine went down.'));
  await expect(api.bookUrgentOption(bed(), world.call('book'))).rejects.toThrow(UnavailableError);
  expect(await find(world)).toMatchObject({ status: 'open', owner: { kind: 'professional' } });
  world.offers.takePlace = takePlace;
  await world.until(async () => (await find(world)).status === 'resolved');
  expect((await find(world)).bookings).toMatchObject([{ status: 'confirmed' }]);
  expect((await world.offers.occupied(resourceIdOf('beds'))).size).toBe(1);
});
