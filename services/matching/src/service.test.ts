import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HelperId, MatchId, PageRequest } from '@adempauze/contracts';
import { derivedId, hourMs, plusMs, UnavailableError } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  bookingIdOf,
  delft,
  helperIdOf,
  householdId,
  matchIdOf,
  organisationId,
  requestNamed,
  rijswijk,
  tuesday,
  utrecht,
} from './examples.fixtures.ts';
import { createWorld, endWorlds } from './world.fixtures.ts';

afterEach(endWorlds);

test('a helper is wanted, asked, says yes, and comes', async () => {
  const world = await createWorld();
  await world.organisation();
  expect(await world.helper('Wim')).toMatchObject({ accepted: true, value: { name: 'Wim', assignments: [] } });
  await world.wanted('a');
  expect(await world.queue()).toEqual([matchIdOf('a')]);
  expect(await world.propose('a', 'Wim')).toMatchObject({
    accepted: true,
    value: { status: 'proposed', helperId: helperIdOf('Wim'), answerBy: '2027-02-24T10:00:00.000Z' },
  });
  await world.matching().settled();
  expect(await world.queue()).toEqual([]);
  const call = world.context();
  const yes = await world.answer('a', 'Wim', 'yes', call);
  expect(yes).toMatchObject({ accepted: true, value: { status: 'matched', helperId: helperIdOf('Wim') } });
  expect(await world.answer('a', 'Wim', 'yes', call)).toEqual(yes);
  expect(await world.answer('a', 'Wim', 'yes')).toMatchObject({ accepted: true, value: { status: 'matched' } });
  await world.matching().settled();
  expect(await world.assignmentsOf('Wim')).toEqual([bookingIdOf('a')]);
  expect(await world.told()).toEqual(['matching.helper-matched.v1']);
  const { items } = await world.matching().api.listHelpers({ organisationId, page: PageRequest.parse({}) });
  expect(items.map(({ item }) => item)).toEqual([
    await world.matching().api.findHelper({ helperId: helperIdOf('Wim') }),
  ]);
  expect(await world.rebuilds()).toEqual([]);
  for (const check of Object.values(world.matching().status())) expect(check).toMatchObject({ ok: true });
});

test('only organisations that work with volunteers register helpers; the same twice is one', async () => {
  const world = await createWorld();
  expect(await world.helper('Wim')).toMatchObject({ accepted: false, rejection: { code: 'provider-not-found' } });
  const registering = world.helper('Wim');
  await world.organisation(); // on its way while the helper is registered
  expect(await registering).toMatchObject({ accepted: true });
  const first = await world.helper('Wim');
  expect(await world.helper('Wim')).toEqual(first);
  expect(await world.helper('Wim', { maxHoursPerWeek: 9 })).toMatchObject({ rejection: { code: 'already-exists' } });
});

test('two coordinators, two families, one slot: exactly one gets the helper, the other stays in the queue (A18)', async () => {
  const world = await createWorld();
  await world.organisation();
  await world.helper('Wim');
  await world.wanted('a');
  await world.wanted('b');
  await Promise.all([world.propose('a', 'Wim'), world.propose('b', 'Wim')]);
  const answers = await Promise.all([world.answer('a', 'Wim', 'yes'), world.answer('b', 'Wim', 'yes')]);
  expect(answers.filter(({ accepted }) => accepted)).toHaveLength(1);
  expect(answers.find(({ accepted }) => !accepted)).toMatchObject({ rejection: { code: 'helper-already-assigned' } });
  await world.matching().settled();
  expect(await world.queue()).toHaveLength(1);
  expect((await world.assignmentsOf('Wim'))?.length).toBe(1);
  expect(await world.told()).toEqual(['matching.helper-matched.v1']);
  const [left] = await world.queue();
  const loser = left === matchIdOf('a') ? 'a' : 'b';
  expect(await world.propose(loser, 'Wim')).toMatchObject({ rejection: { code: 'helper-already-assigned' } });
  expect(await world.rebuilds()).toEqual([]);
});

test('stopped between the yes and the match: it is finished after the start', async () => {
  const world = await createWorld();
  await world.organisation();
  await world.helper('Wim');
  await world.wanted('a');
  await world.propose('a', 'Wim');
  world.stopWhen((type) => type === 'HelperMatched');
  await expect(world.answer('a', 'Wim', 'yes')).rejects.toThrow(UnavailableError);
  expect(await world.statusOf('a')).toBe('proposed');
  await world.restart(() => world.stopWhen(undefined));
  expect(await world.statusOf('a')).toBe('matched');
  expect(await world.assignmentsOf('Wim')).toEqual([bookingIdOf('a')]);
});

test('stopped there, and the family cancelled meanwhile: the helper is free again', async () => {
  const world = await createWorld();
  await world.organisation();
  await world.helper('Wim');
  await world.wanted('a');
  await world.propose('a', 'Wim');
  world.stopWhen((type) => type === 'HelperMatched' || type === 'HelperReleased');
  await expect(world.answer('a', 'Wim', 'yes')).rejects.toThrow(UnavailableError);
  const { store } = world.parts();
  const cancel = {
    id: derivedId('said', 'cancel'),
    type: 'bookings.booking-cancelled.v1',
    metadata: { v: 1, at: '2027-02-22T10:00:00.000Z' },
  };
  const { bookingId, form, span, municipality } = requestNamed('a');
  const data = {
    bookingId,
    householdId,
    offerId: derivedId('offer'),
    providerId: organisationId,
    form,
    span: { ...span },
    municipality,
    by: 'caregiver',
  };
  await store.append(`bookings-${bookingId}`, [{ ...cancel, data }], { expected: 'any' });
  await world.restart(() => world.stopWhen(undefined));
  expect(await world.statusOf('a')).toBe('cancelled');
  expect(await world.assignmentsOf('Wim')).toEqual([]);
  // Which of the two logs it reads first is open; a match told of a cancelled booking is refused there.
  expect([[], ['matching.helper-matched.v1']]).toContainEqual(await world.told());
});

test('a booking cancelled after the match releases the helper', async () => {
  const world = await createWorld();
  await world.organisation();
  await world.helper('Wim');
  await world.wanted('a');
  await world.propose('a', 'Wim');
  await world.answer('a', 'Wim', 'yes');
  await world.cancelled('a');
  expect(await world.statusOf('a')).toBe('cancelled');
  expect(await world.assignmentsOf('Wim')).toEqual([]);
  await world.cancelled('never asked for a helper');
  expect((await world.matching().parked.list({ first: 10 })).items).toEqual([]);
  expect(await world.rebuilds()).toEqual([]);
});

test('no is remembered and not asked why; silence is not a no; both deadlines pass also while nothing runs', async () => {
  const world = await createWorld();
  await world.organisation();
  await world.helper('Wim');
  await world.helper('Noor');
  await world.wanted('a');
  await world.propose('a', 'Noor');
  expect(await world.answer('a', 'Noor', 'no')).toMatchObject({
    value: { status: 'open', refusedBy: [helperIdOf('Noor')] },
  });
  expect(await world.propose('a', 'Noor')).toMatchObject({ rejection: { code: 'helper-said-no' } });
  await world.propose('a', 'Wim');
  await world.matching().settled();
  world.setClock('2027-02-24T10:00:00Z');
  expect(await world.answer('a', 'Wim', 'yes')).toMatchObject({ rejection: { code: 'answer-too-late' } });
  await world.matching().nudge();
  await world.matching().settled();
  expect(await world.queue()).toEqual([matchIdOf('a')]);
  expect(await world.propose('a', 'Wim')).toMatchObject({ accepted: true });
  await world.matching().settled();
  await world.restart(() => world.setClock(requestNamed('a').bookingAnswerBy));
  await world.matching().nudge();
  await world.matching().settled();
  expect(await world.statusOf('a')).toBe('closed');
  expect(await world.told()).toEqual(['matching.match-closed.v1']);
  expect(await world.rebuilds()).toEqual([]);
});

test('the coordinator closes; twice is once; nothing can be asked any more', async () => {
  const world = await createWorld();
  await world.organisation();
  await world.helper('Wim');
  await world.wanted('a');
  const closing = { matchId: matchIdOf('a') };
  expect(await world.matching().api.closeMatch(closing, world.context())).toMatchObject({
    value: { status: 'closed' },
  });
  expect(await world.matching().api.closeMatch(closing, world.context())).toMatchObject({ accepted: true });
  expect(await world.propose('a', 'Wim')).toMatchObject({ rejection: { code: 'match-not-open' } });
  expect(await world.told()).toEqual(['matching.match-closed.v1']);
});

test('what is not there', async () => {
  const world = await createWorld();
  await world.organisation();
  await world.wanted('a');
  const nobody = { matchId: MatchId.parse(derivedId('nothing')), helperId: HelperId.parse(derivedId('nobody')) };
  const { api } = world.matching();
  expect(await api.findMatch(nobody)).toBeUndefined();
  expect(await api.findHelper(nobody)).toBeUndefined();
  expect(await api.listCandidates({ ...nobody, first: 5 })).toEqual([]);
  expect(await api.proposeHelper(nobody, world.context())).toMatchObject({ rejection: { code: 'match-not-found' } });
  expect(await world.propose('a', 'nobody')).toMatchObject({ rejection: { code: 'helper-not-found' } });
  expect(await api.answerProposal({ ...nobody, answer: 'yes' }, world.context())).toMatchObject({
    rejection: { code: 'match-not-found' },
  });
  expect(await api.closeMatch(nobody, world.context())).toMatchObject({ rejection: { code: 'match-not-found' } });
});

test('candidates: the familiar face before the neighbour, and those who cannot last, with why', async () => {
  const world = await createWorld();
  await world.organisation();
  await world.helper('familiar', { place: utrecht });
  await world.helper('near', { place: rijswijk });
  await world.helper('further', { place: delft, languages: ['tr', 'nl'] });
  await world.helper('busy', { availability: [{ weekday: 3, from: '09:00', until: '12:00' }] });
  await world.helper('full', { maxHoursPerWeek: 1 });
  await world.helper('refuses');
  await world.helper('other form', { forms: ['F21'] });
  await world.delivered('earlier', 'familiar');
  await world.delivered('earlier still', 'familiar');
  await world.wanted('a');
  await world.propose('a', 'refuses');
  await world.answer('a', 'refuses', 'no');
  await world.matching().settled();
  const candidates = await world.matching().api.listCandidates({ matchId: matchIdOf('a'), first: 10 });
  expect(candidates.slice(0, 3)).toEqual([
    {
      helperId: helperIdOf('familiar'),
      name: 'familiar',
      travelKm: expect.any(Number),
      timesWithHousehold: 2,
      available: true,
      hoursThatWeek: 0,
      reasons: ['familiar-face', 'has-room', 'speaks-language', 'asked-least-recently'],
    },
    expect.objectContaining({ name: 'near', reasons: ['has-room', 'near', 'speaks-language', 'asked-least-recently'] }),
    expect.objectContaining({ name: 'further', travelKm: expect.any(Number) }),
  ]);
  const why = new Map(candidates.slice(3).map(({ name, reasons }) => [name, reasons[0]]));
  expect(why).toEqual(
    new Map([
      ['busy', 'not-available'],
      ['full', 'at-maximum'],
      ['refuses', 'said-no'],
    ]),
  );
  const [familiar, near, further] = candidates.map(({ travelKm }) => travelKm);
  expect(near).toBeLessThan(further ?? 0);
  expect(further).toBeLessThan(familiar ?? 0);
});

test('a forgotten helper has no name anywhere, is out of the queue, and is never asked again', async () => {
  const world = await createWorld();
  await world.organisation();
  await world.helper('Wim Woudstra', { phone: '06 12345678' });
  await world.wanted('a');
  await world.propose('a', 'Wim Woudstra');
  const helperId = helperIdOf('Wim Woudstra');
  await world.parts().vault.forget(helperId);
  await world.say('bookings', helperId, 'person-forgotten', { personId: helperId });
  await world.say('bookings', householdId, 'person-forgotten', { personId: householdId });
  const { api } = world.matching();
  expect(await api.findHelper({ helperId })).toMatchObject({ name: null, phone: null, place: null });
  expect((await api.listHelpers({ organisationId, page: PageRequest.parse({}) })).items[0]?.item).toMatchObject({
    name: null,
  });
  expect(await world.queue()).toEqual([matchIdOf('a')]);
  expect(await world.propose('a', 'Wim Woudstra')).toMatchObject({ rejection: { code: 'person-forgotten' } });
  expect(await api.listCandidates({ matchId: matchIdOf('a'), first: 10 })).toEqual([]);
  expect(await world.helper('Wim Woudstra')).toMatchObject({ rejection: { code: 'person-forgotten' } });
  expect(await world.rebuilds()).toEqual([]);
  await world.restart();
  expect(await world.matching().api.findHelper({ helperId })).toMatchObject({ name: null });
});

test('somebody forgotten as a caregiver cannot come in as a helper under the same id', async () => {
  const world = await createWorld();
  await world.organisation();
  await world.parts().vault.forget(helperIdOf('Wim'));
  expect(await world.helper('Wim')).toMatchObject({ rejection: { code: 'person-forgotten' } });
});

test('no file and no public event says who the helper is', async () => {
  const world = await createWorld();
  await world.organisation();
  await world.helper('Wim Woudstra', { phone: '06 12345678', place: { ...rijswijk, name: 'Sion' } });
  await world.wanted('a');
  await world.propose('a', 'Wim Woudstra');
  await world.answer('a', 'Wim Woudstra', 'yes');
  await world.restart();
  const files = readdirSync(world.folder, { recursive: true, withFileTypes: true }).filter((it) => it.isFile());
  expect(files.length).toBeGreaterThan(2);
  for (const { parentPath, name } of files) {
    const bytes = readFileSync(join(parentPath, name)).toString('latin1');
    for (const personal of ['Woudstra', '12345678', '"Sion"']) expect(bytes).not.toContain(personal);
  }
});

test('after a restart everything is as it was', async () => {
  const world = await createWorld();
  await world.organisation();
  await world.helper('Wim');
  await world.wanted('a');
  await world.wanted('b', {
    span: { from: plusMs(tuesday.from, 3 * hourMs), until: plusMs(tuesday.until, 3 * hourMs) },
  });
  await world.propose('a', 'Wim');
  await world.answer('a', 'Wim', 'yes');
  await world.matching().settled();
  const look = async () => {
    const { api } = world.matching();
    return [
      await api.findHelper({ helperId: helperIdOf('Wim') }),
      await api.findMatch({ matchId: matchIdOf('a') }),
      await api.listMatches({ organisationId, page: PageRequest.parse({}) }),
      await api.listCandidates({ matchId: matchIdOf('b'), first: 5 }),
    ];
  };
  const before = await look();
  await world.restart();
  expect(await look()).toEqual(before);
});

test('a family that wishes so says yes to a stranger first, and to nobody it knows (R51)', async () => {
  const world = await createWorld();
  const { api } = world.matching();
  await world.organisation();
  for (const name of ['Wim', 'Noor', 'Ada']) await world.helper(name);
  await world.delivered('before', 'Ada');
  await world.wanted('a', { approval: 'family-first' });
  const about = (name: string) => ({ matchId: matchIdOf('a'), helperId: helperIdOf(name) });
  expect(await world.propose('a', 'Wim')).toMatchObject({ accepted: true, value: { awaits: 'family' } });
  expect(await api.findMatchOfBooking({ bookingId: bookingIdOf('a') })).toMatchObject({
    ...about('Wim'),
    awaits: 'family',
  });
  expect(await world.answer('a', 'Wim', 'yes')).toMatchObject({ rejection: { code: 'family-not-asked' } });
  await api.approveHelper({ ...about('Wim'), answer: 'no' }, world.context());
  await world.matching().settled();
  expect(await world.queue()).toEqual([matchIdOf('a')]);
  const candidates = await api.listCandidates({ matchId: matchIdOf('a'), first: 10 });
  expect(candidates.find(({ helperId }) => helperId === helperIdOf('Wim'))?.reasons).toContain('family-said-no');
  expect(await world.propose('a', 'Wim')).toMatchObject({ rejection: { code: 'family-said-no' } });
  await world.propose('a', 'Noor');
  await api.approveHelper({ ...about('Noor'), answer: 'yes' }, world.context());
  expect(await world.answer('a', 'Noor', 'yes')).toMatchObject({ accepted: true, value: { status: 'matched' } });

  await world.wanted('b', { approval: 'family-first' });
  const known = await world.propose('b', 'Ada');
  expect(known).toMatchObject({ accepted: true, value: { status: 'proposed' } });
  expect(known.accepted && known.value.awaits).toBeUndefined();
  expect(await world.rebuilds()).toEqual([]);
});
