import {
  BookingId,
  ChangeCareNeed,
  HelperId,
  RecordTaskAgreement,
  RequestSeries,
  TaskAgreementId,
  WorkerId,
} from '@adempauze/contracts';
import { dayOf, derivedId, type Outcome, plusDays, plusMs } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  afternoon,
  at,
  bookingIdOf,
  fatima,
  householdIdOf,
  offerIdOf,
  providerIdOf,
  requestOf,
  resourceIdOf,
  seriesIdOf,
} from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';

const worlds: World[] = [];
/** Her father needs insulin, or whatever is told. */
const openWithFatima = async (
  highRiskActs: ReturnType<typeof fatima>['recipient']['highRiskActs'] = ['insulin-injection'],
): Promise<World> => {
  const world = await openWorld({ capacity: 3 });
  worlds.push(world);
  const household = fatima();
  const recipient = { ...household.recipient, highRiskActs };
  await world.api.registerHousehold({ ...household, recipient }, world.call());
  return world;
};
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
const codeOf = <V>(outcome: Outcome<V>): string => (outcome.accepted ? 'accepted' : outcome.rejection.code);
const bookingIdIn = (date: { readonly bookingId: string | null } | undefined) => BookingId.parse(date?.bookingId);
const householdId = householdIdOf('fatima');
const bookingId = bookingIdOf('one');
const idOf = (word: string) => TaskAgreementId.parse(derivedId('agreement', word));
const agreementId = idOf('one');
const worker = { kind: 'worker', workerId: WorkerId.parse(derivedId('worker', 'mia')) } as const;
const record = (changes: object = {}) =>
  RecordTaskAgreement.parse({
    ...{ agreementId, scope: { kind: 'booking', id: bookingId }, act: 'insulin-injection', doer: worker },
    ...{ reviewOn: '2027-08-01', recordedBy: 'account-provider', ...changes },
  });
const confirmed = async ({ api, call }: World, changes: object = {}) => {
  const request = { ...requestOf(bookingId), ...changes };
  accepted(await api.requestBooking(request, call()));
  return accepted(await api.confirmBooking({ bookingId: request.bookingId }, call()));
};
const tasksOf = async (world: World, done = false) => {
  await world.settled();
  return (await world.api.listTasks({ householdId, done })).map(({ kind, dueAt, doneAt }) => ({ kind, dueAt, doneAt }));
};

test('what nobody was named for is shown, and a task before the care begins; the booking stands (R55)', async () => {
  const world = await openWithFatima();
  const { api, call } = world;
  expect(await confirmed(world)).toMatchObject({ status: 'confirmed' });
  expect(await api.findBookingAgreements({ bookingId })).toEqual({
    ...{ bookingId, householdId, agreements: [], missing: ['insulin-injection'], isComplete: false },
  });
  const dueAt = plusMs(afternoon.from, -24 * 3_600_000);
  expect(await tasksOf(world)).toEqual([{ kind: 'agreement-missing', dueAt, doneAt: null }]);

  accepted(await api.recordTaskAgreement(record(), call('record')));
  expect(accepted(await api.recordTaskAgreement(record(), call()))).toMatchObject({
    ...{ act: 'insulin-injection', liable: { kind: 'provider', providerId: providerIdOf('linde') } },
  });
  expect(await api.findBookingAgreements({ bookingId })).toMatchObject({ missing: [], isComplete: false });
  expect(await tasksOf(world)).toHaveLength(1);
  accepted(await api.recordInstruction({ householdId, agreementId, outcome: 'given' }, call()));
  accepted(await api.recordInstruction({ householdId, agreementId, outcome: 'clear' }, call()));
  expect(await api.findBookingAgreements({ bookingId })).toMatchObject({ isComplete: true });
  expect(await tasksOf(world)).toEqual([]);
});
test('nobody has to see to what does not go on: one that is cancelled, a series that ended, or care that ended (R28)', async () => {
  for (const how of ['cancelled', 'ended'] as const) {
    const world = await openWithFatima();
    const { api, call } = world;
    await confirmed(world);
    expect(await tasksOf(world)).toHaveLength(1);
    if (how === 'cancelled') accepted(await api.cancelBooking({ bookingId, by: 'provider' }, call()));
    else
      accepted(
        await api.endCare({ householdId, ending: 'death', on: dayOf(world.clock()), endedBy: 'account-anna' }, call()),
      );
    await world.until(async () => (await tasksOf(world)).every(({ kind }) => kind !== 'agreement-missing'));
    expect((await tasksOf(world, true)).find(({ kind }) => kind === 'agreement-missing')?.doneAt).not.toBeNull();
  }
  const world = await openWithFatima();
  const { api, call } = world;
  const series = RequestSeries.parse({
    ...{ seriesId: seriesIdOf('one'), householdId, offerId: offerIdOf('block-care'), requestedBy: 'account-fatima' },
    ...{ resourceId: resourceIdOf('worker'), placeOfService: 'recipient-home' },
    rule: {
      from: dayOf(afternoon.from),
      until: plusDays(dayOf(afternoon.from), 14),
      startsAt: '13:00',
      endsAt: '17:00',
    },
  });
  accepted(await api.requestSeries(series, call()));
  const { dates } = accepted(await api.confirmSeries({ seriesId: series.seriesId }, call()));
  expect(await tasksOf(world)).toHaveLength(1);
  const [first] = dates;
  accepted(await api.cancelBooking({ bookingId: bookingIdIn(first), by: 'caregiver' }, call()));
  // The others go on.
  expect(await tasksOf(world)).toHaveLength(1);
  const end = { seriesId: series.seriesId, from: series.rule.from, by: 'caregiver' as const };
  accepted(await api.endSeries(end, call()));
  await world.until(async () => (await tasksOf(world)).length === 0);
});
test('a household that needs no such act has nothing to agree on', async () => {
  const world = await openWithFatima([]);
  await confirmed(world);
  expect(await world.api.findBookingAgreements({ bookingId })).toMatchObject({ missing: [], isComplete: true });
  expect(await tasksOf(world)).toEqual([]);
  expect(codeOf(await world.api.recordTaskAgreement(record(), world.call()))).toBe('act-not-needed');
});
test('an act that is told later is asked about for all that is to come', async () => {
  const world = await openWithFatima([]);
  await confirmed(world);
  expect(await tasksOf(world)).toEqual([]);
  const change = ChangeCareNeed.parse({
    ...{ householdId, changedBy: 'account-fatima', recipient: { highRiskActs: ['catheter-care'] } },
  });
  accepted(await world.api.changeCareNeed(change, world.call()));
  expect(await world.api.findBookingAgreements({ bookingId })).toMatchObject({ missing: ['catheter-care'] });
  expect(await tasksOf(world)).toMatchObject([{ kind: 'agreement-missing' }]);
});
test('a no is respected and asked about again, of somebody else', async () => {
  const world = await openWithFatima();
  const { api, call } = world;
  await confirmed(world);
  accepted(await api.recordTaskAgreement(record(), call()));
  accepted(await api.declineTaskAgreement({ householdId, agreementId }, call()));
  expect(codeOf(await api.recordTaskAgreement(record({ agreementId: idOf('two') }), call()))).toBe('doer-said-no');
  // What she was to see to was not done yet: it is still the one task.
  expect(await tasksOf(world)).toMatchObject([{ kind: 'agreement-missing', doneAt: null }]);
  const byFatima = record({ agreementId: idOf('two'), doer: { kind: 'caregiver' } });
  expect(accepted(await api.recordTaskAgreement(byFatima, call())).liable).toEqual({ kind: 'caregiver' });
  // Nobody has to explain to her what she does every day.
  expect(await api.findBookingAgreements({ bookingId })).toMatchObject({ isComplete: true });
  expect(await tasksOf(world)).toEqual([]);
  world.moveTo(plusMs(world.clock(), 60_000));
  accepted(await api.withdrawTaskAgreement({ householdId, agreementId: idOf('two') }, call()));
  const again = await tasksOf(world, true);
  expect(again.map(({ doneAt }) => doneAt === null).toSorted()).toEqual([false, true]);
});
test('an end that is said again, because its answer was lost or by somebody else, is answered as before', async () => {
  const world = await openWithFatima();
  const { api, call } = world;
  await confirmed(world);
  accepted(await api.recordTaskAgreement(record(), call()));
  const sent = call();
  const first = accepted(await api.withdrawTaskAgreement({ householdId, agreementId }, sent));
  expect(accepted(await api.withdrawTaskAgreement({ householdId, agreementId }, sent))).toEqual(first);
  expect(accepted(await api.withdrawTaskAgreement({ householdId, agreementId }, call()))).toEqual(first);
  expect(await api.findTaskAgreement({ householdId, agreementId })).toBeUndefined();
});
test('a volunteer does what their organisation lets them, where they come; with another one it is agreed anew', async () => {
  const world = await openWithFatima();
  const { api, call } = world;
  const helperId = HelperId.parse(derivedId('helper', 'vera'));
  const volunteer = { kind: 'volunteer', helperId } as const;
  await confirmed(world);
  expect(codeOf(await api.recordTaskAgreement(record({ doer: volunteer }), call()))).toBe('doer-not-of-provider');

  const withVolunteer = bookingIdOf('volunteer');
  const { resourceId: _, ...request } = requestOf(withVolunteer);
  accepted(await api.requestBooking({ ...request, offerId: offerIdOf('volunteer') }, call()));
  accepted(await api.confirmBooking({ bookingId: withVolunteer }, call()));
  const scope = { kind: 'booking', id: withVolunteer };
  expect(codeOf(await api.recordTaskAgreement(record({ scope, doer: volunteer }), call()))).toBe(
    'doer-not-of-provider',
  );
  await world.matchingSays('helper-matched', { matchId: derivedId('match'), bookingId: withVolunteer, helperId });
  await world.until(async () => (await api.findBooking({ bookingId: withVolunteer }))?.status === 'confirmed');
  expect(codeOf(await api.recordTaskAgreement(record({ scope, doer: volunteer }), call()))).toBe('act-not-allowed');
  const providerId = providerIdOf('linde');
  expect(await api.findActLimits({ providerId })).toMatchObject({ volunteers: [] });
  accepted(await api.setActLimits({ providerId, workers: [], volunteers: ['insulin-injection'] }, call()));
  const agreed = accepted(await api.recordTaskAgreement(record({ scope, doer: volunteer }), call()));
  expect(agreed.liable).toEqual({ kind: 'volunteer-organisation', providerId });
  expect(codeOf(await api.recordTaskAgreement(record({ scope, doer: worker, agreementId: idOf('two') }), call()))).toBe(
    'doer-not-of-provider',
  );
});
test('on the day of its review the contact person hears of it, once', async () => {
  const world = await openWithFatima();
  await confirmed(world);
  accepted(await world.api.recordTaskAgreement(record({ doer: { kind: 'caregiver' } }), world.call()));
  expect(await tasksOf(world)).toEqual([]);
  world.moveTo(at('2027-08-01T06:00:00Z'));
  for (let time = 0; time < 2; time += 1) {
    await world.settled();
    await world.nudge();
  }
  const kinds = (await tasksOf(world)).map(({ kind }) => kind);
  expect(kinds.filter((it) => it === 'agreement-review')).toEqual(['agreement-review']);
});
test('a hand-over is a task of the new contact person until it was announced (R25)', async () => {
  const world = await openWithFatima([]);
  const { api, call } = world;
  expect(codeOf(await api.announceHandOver({ householdId }, call()))).toBe('no-hand-over');
  const contactPerson = { accountId: 'account-ria', name: 'Ria de Boer', organisation: 'Steunpunt Delft' };
  accepted(await api.changeContactPerson({ householdId, contactPerson }, call()));
  expect(await tasksOf(world)).toMatchObject([{ kind: 'contact-handed-over' }]);
  expect(accepted(await api.announceHandOver({ householdId }, call()))).toMatchObject({
    contactPerson,
    handOver: { previous: { accountId: 'account-fatima' }, announcedAt: at('2027-05-01T08:00:00Z') },
  });
  expect(await tasksOf(world)).toEqual([]);
});
test('no word about an act is in the log in the clear, and forgetting takes it out of sight', async () => {
  const world = await openWithFatima(['ventilation']);
  await confirmed(world);
  accepted(await world.api.recordTaskAgreement(record({ act: 'ventilation' }), world.call()));
  const { events } = await world.store.readAll({ categories: ['agreement', 'household', 'task'], maxCount: 100 });
  expect(events.map(({ type }) => type)).toContain('TaskAgreed');
  expect(JSON.stringify(events)).not.toContain('ventilation');
  accepted(await world.api.forgetPerson({ personId: fatima().recipient.personId }, world.call()));
  await world.settled();
  expect(await world.api.findTaskAgreement({ householdId, agreementId })).toMatchObject({ act: null });
});
