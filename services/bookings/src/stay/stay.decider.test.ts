import { BookingId, DeliveryId, WorkerId } from '@adempauze/contracts';
import { derivedId, fold, hourMs, plusMs } from '@adempauze/kernel';
import { deciderSpec } from '@adempauze/testing';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type BookingCommand, bookingDecider } from '../booking/booking.decider.ts';
import type { BookingEvent } from '../booking/booking.events.ts';
import type { BookingState } from '../booking/booking.state.rules.ts';
import { about, at, personIdOf, requestData, resourceIdOf, stayIdOf } from '../examples.fixtures.ts';
import { type StayCommand, stayDecider } from './stay.decider.ts';
import type { StayEvent } from './stay.events.ts';
import type { StayState } from './stay.state.rules.ts';
import { bookingOfStep } from './stay.view.ts';

const stayId = stayIdOf('one');
const now = at('2027-05-01T08:00:00Z');
const steps = [
  { kind: 'part-day', span: { from: at('2027-05-03T08:00:00Z'), until: at('2027-05-03T12:00:00Z') } },
  { kind: 'night', span: { from: at('2027-05-06T13:00:00Z'), until: at('2027-05-07T09:00:00Z') } },
  { kind: 'stay', span: { from: at('2027-05-10T13:00:00Z'), until: at('2027-05-15T09:00:00Z') } },
] as const;
const { householdId, offerId, providerId } = about;
const plan = (changes: Partial<(StayCommand & { type: 'PlanStay' })['data']> = {}): StayCommand => ({
  type: 'PlanStay',
  data: {
    ...{ stayId, householdId, offerId, providerId, form: 'F12', caregiverId: personIdOf('fatima-caregiver') },
    ...{ resourceId: resourceIdOf('beds'), steps: [...steps], waived: [], purpose: 'Slapen.' },
    ...{ placeOfService: 'provider', requestedBy: 'account-fatima', ...changes },
  },
  proposed: ['part-day', 'night'],
  now,
});
const worker = WorkerId.parse(derivedId('worker', 'mia'));
const say = (
  step: number,
  voice: 'caregiver' | 'recipient' | 'house',
  word: 'go-on' | 'stop' | 'no-word',
  when = plusMs(steps[step]?.span.until ?? now, hourMs),
): StayCommand => ({
  type: 'SayOutcome',
  data: { step, voice, word, metWorkerIds: voice === 'house' ? [worker] : [] },
  now: when,
});
const after = (...commands: readonly StayCommand[]): StayEvent[] => {
  const history: StayEvent[] = [];
  for (const command of commands) {
    const decision = stayDecider.decide(command, fold(stayDecider, history));
    if (decision.accepted) history.push(...decision.events);
  }
  return history;
};
const agreed = [plan(), { type: 'RecordHeld', now }, { type: 'ConfirmStay', now }] satisfies StayCommand[];
const confirmed: StayCommand[] = [...agreed, { type: 'RecordAgreed', lost: false, now }];
const given = deciderSpec(stayDecider);
const typesAfter = (...commands: readonly StayCommand[]) => after(...commands).map(({ type }) => type);

describe('a first stay', () => {
  test('has the steps that the house proposes, unless one is not wanted, and says so', () => {
    given()
      .when(plan({ steps: [steps[0], steps[2]] }))
      .thenRejected('acclimatisation-first');
    expect(typesAfter(plan({ steps: [steps[0], steps[2]], waived: ['night'] }))).toEqual(['StayPlanned']);
    given(...after(plan()))
      .when(plan())
      .then();
    given(...after(plan()))
      .when(plan({ waived: ['visit'] }))
      .thenRejected('already-exists');
    given()
      .when({ ...plan(), now: at('2027-05-04T08:00:00Z') })
      .thenRejected('time-in-the-past');
  });
  test('is held as a whole, and refused as a whole', () => {
    const refused = after(plan(), { type: 'RecordRefused', code: 'place-taken', facts: {}, now });
    expect(fold(stayDecider, refused)).toMatchObject({ status: 'refused', refusal: { code: 'place-taken' } });
    given(...refused)
      .when({ type: 'ConfirmStay', now })
      .thenRejected('stay-not-held');
    expect(typesAfter(...agreed, { type: 'RecordAgreed', lost: true, now }).at(-1)).toBe('StayEnded');
  });
});

describe('the outcome of a step (A15)', () => {
  test('by all three opens the next step, and nobody else’s word does', () => {
    const two = after(...confirmed, say(0, 'caregiver', 'go-on'), say(0, 'recipient', 'no-word'));
    expect(fold(stayDecider, two)?.steps[1]?.gate).toBe('closed');
    const house = say(0, 'house', 'go-on');
    given(...two)
      .when(house)
      .then(
        {
          type: 'OutcomeSaid',
          data: {
            stayId,
            householdId,
            step: 0,
            voice: 'house',
            word: 'go-on',
            metWorkerIds: [worker],
            saidAt: house.now,
          },
        },
        { type: 'StepPassed', data: { stayId, householdId, step: 0, metWorkerIds: [worker], passedAt: house.now } },
      )
      .twiceIsOnce();
  });
  test('one stop releases all that was to come, in one decision', () => {
    const stop = say(0, 'recipient', 'stop');
    const [said, ended] = after(...confirmed, say(0, 'caregiver', 'go-on'), stop).slice(-2);
    expect(said).toMatchObject({ type: 'OutcomeSaid', data: { word: 'stop' } });
    expect(ended).toMatchObject({ type: 'StayEnded', data: { reason: 'does-not-fit', release: [1, 2] } });
  });
  test('is said in turn, once the step has begun, and not of the stay itself', () => {
    given(...after(...confirmed))
      .when(say(0, 'caregiver', 'go-on', at('2027-05-03T07:59:59Z')))
      .thenRejected('step-not-begun');
    for (const step of [1, 2, 3]) {
      given(...after(...confirmed))
        .when(say(step, 'caregiver', 'go-on', at('2027-05-20T08:00:00Z')))
        .thenRejected('step-not-in-turn');
    }
    given(...after(plan()))
      .when(say(0, 'caregiver', 'go-on'))
      .thenRejected('stay-not-held');
  });
  test('that nobody gives is the contact person’s turn, once', () => {
    const late: StayCommand = { type: 'MissOutcome', now: at('2027-05-05T12:00:00Z') };
    given(...after(...confirmed))
      .when({ ...late, now: at('2027-05-05T11:59:59Z') })
      .then();
    given(...after(...confirmed))
      .when(late)
      .then({ type: 'OutcomeOverdue', data: { stayId, householdId, step: 0, overdueAt: late.now } })
      .twiceIsOnce();
  });
});

describe('an end without loose ends', () => {
  test('an untenable stay stops: what was given is recorded, what is to come is released', () => {
    const during = at('2027-05-06T20:00:00Z');
    const deliveryId = DeliveryId.parse(derivedId('delivery', 'one'));
    const end: StayCommand = {
      type: 'EndStay',
      data: { by: 'provider', reason: 'untenable', given: { deliveryId, quantity: 50 } },
      now: during,
    };
    expect(after(...confirmed, end).at(-1)).toMatchObject({
      type: 'StayEnded',
      data: { reason: 'untenable', by: 'provider', release: [2], given: { step: 1, quantity: 50 } },
    });
    given(...after(...confirmed, end))
      .when(end)
      .then();
  });
  test('a lost step ends what it led to; one that is over is no loss', () => {
    expect(after(...confirmed, { type: 'LoseStep', step: 0, now }).at(-1)).toMatchObject({
      data: { reason: 'step-lost', release: [0, 1, 2] },
    });
    expect(after(plan(), { type: 'RecordHeld', now }, { type: 'LoseStep', step: 0, now }).at(-1)).toMatchObject({
      data: { reason: 'cancelled' },
    });
    const passed = [...confirmed, ...(['caregiver', 'recipient', 'house'] as const).map((it) => say(0, it, 'go-on'))];
    given(...after(...passed))
      .when({ type: 'LoseStep', step: 0, now })
      .then();
  });
});

/* The stay and its bookings together, as the process sends them: a gate is opened when the stay wants it, and never else. */

type World = { stay: StayEvent[]; bookings: BookingEvent[][] };
const requestOfStep = (step: number): BookingCommand & { type: 'RequestBooking' } => ({
  type: 'RequestBooking',
  data: {
    ...requestData({ instant: step !== 1, form: 'F12', unit: 'night' }),
    ...{ bookingId: bookingOfStep(stayId, step), span: steps[step]?.span ?? about.span },
    ...{ partOf: { kind: 'stay', id: stayId }, ...(step > 0 ? { gated: true as const } : {}) },
    heldUntil: plusMs(now, 15 * 60_000),
  },
  now,
});
const bookingState = (world: World, step: number): BookingState => fold(bookingDecider, world.bookings[step] ?? []);
const stayState = (world: World): StayState => fold(stayDecider, world.stay);
const sendStay = (world: World, command: StayCommand) => {
  const decision = stayDecider.decide(command, stayState(world));
  if (decision.accepted) world.stay.push(...decision.events);
};
const sendBooking = (world: World, step: number, command: BookingCommand) => {
  const decision = bookingDecider.decide(command, bookingState(world, step));
  if (decision.accepted) world.bookings[step]?.push(...decision.events);
};

const moment = fc.integer({ min: 0, max: 15 * 24 }).map((hours) => plusMs(now, hours * hourMs));
const step = fc.integer({ min: 0, max: 2 });
type Move = (world: World) => void;
/** All three say that it went well. */
const goesWell: fc.Arbitrary<Move> = step.map(
  (at): Move =>
    (world) => {
      for (const voice of ['caregiver', 'recipient', 'house'] as const) sendStay(world, say(at, voice, 'go-on'));
    },
);
/** The process: whatever the stay wants of a gate, and only that. */
const opens: fc.Arbitrary<Move> = moment.map(
  (when): Move =>
    (world) => {
      const asked = stayState(world)?.steps.findIndex(({ gate }) => gate === 'asked') ?? -1;
      if (asked < 0) return;
      sendBooking(world, asked, { type: 'OpenGate', now: when });
      sendStay(world, { type: 'RecordGate', step: asked, now: when });
    },
);
const disturbs: fc.Arbitrary<Move> = fc.oneof(
  fc
    .tuple(step, fc.constantFrom('caregiver', 'recipient', 'house'), fc.constantFrom('go-on', 'go-on', 'stop'), moment)
    .map(
      ([at, voice, word, when]): Move =>
        (world) =>
          sendStay(world, say(at, voice, word, when)),
    ),
  moment.map(
    (when): Move =>
      (world) =>
        sendStay(world, { type: 'MissOutcome', now: when }),
  ),
  fc.tuple(step, moment).map(
    ([at, when]): Move =>
      (world) =>
        sendStay(world, { type: 'LoseStep', step: at, now: when }),
  ),
  fc
    .tuple(
      step,
      fc.constantFrom<BookingCommand['type'][]>(
        'ConfirmBooking',
        'AcceptBooking',
        'ConfirmTakenPlace',
        'ExpireBooking',
        'RecordDelivery',
        'CancelBooking',
      ),
      moment,
    )
    .map(
      ([at, type, when]): Move =>
        (world) => {
          const deliveryId = DeliveryId.parse(derivedId('delivery', at));
          const commands = {
            ConfirmBooking: { type: 'ConfirmBooking', arranged: true, now: when },
            AcceptBooking: { type: 'AcceptBooking', now: when },
            ConfirmTakenPlace: { type: 'ConfirmTakenPlace', now: when },
            ExpireBooking: { type: 'ExpireBooking', now: when },
            RecordDelivery: {
              type: 'RecordDelivery',
              data: { deliveryId, quantity: 100 },
              keepEffect: true,
              now: when,
            },
            CancelBooking: { type: 'CancelBooking', by: 'caregiver', now: when },
          } satisfies Record<string, BookingCommand>;
          sendBooking(world, at, commands[type as keyof typeof commands]);
        },
    ),
);
const move = fc.oneof(
  { weight: 3, arbitrary: goesWell },
  { weight: 3, arbitrary: opens },
  { weight: 2, arbitrary: disturbs },
);

test('no order of commands passes a gate: a later step is confirmed or given only after the one before it passed', () => {
  let opened = 0;
  fc.assert(
    fc.property(fc.array(move, { maxLength: 40 }), (moves) => {
      const world: World = { stay: after(...confirmed), bookings: [[], [], []] };
      for (const at of [0, 1, 2]) sendBooking(world, at, requestOfStep(at));
      for (const at of [0, 1, 2]) sendBooking(world, at, { type: 'ConfirmBooking', arranged: true, now });
      for (const make of moves) {
        make(world);
        for (const at of [1, 2]) {
          const isOn = world.bookings[at]?.some(({ type }) => type === 'BookingConfirmed' || type === 'CareDelivered');
          const hasPassed = world.stay.some((it) => it.type === 'StepPassed' && it.data.step === at - 1);
          if (isOn && !hasPassed) return false;
          // Told from what was said, and not from what was made of it: each of the three said to go on.
          const said = world.stay.flatMap((it) =>
            it.type === 'OutcomeSaid' && it.data.step === at - 1 ? [it.data] : [],
          );
          const voices = new Set(said.filter(({ word }) => word === 'go-on').map(({ voice }) => voice));
          if (isOn && voices.size < 3) return false;
          if (isOn) opened += 1;
        }
        // Nothing passes after the end, and a step passes once, in order.
        const passed = world.stay.flatMap((it) => (it.type === 'StepPassed' ? [it.data.step] : []));
        if (JSON.stringify(passed) !== JSON.stringify(passed.map((_it, index) => index))) return false;
        const end = world.stay.findIndex(({ type }) => type === 'StayEnded');
        if (end >= 0 && world.stay.slice(end).some(({ type }) => type === 'StepPassed')) return false;
        if (world.stay.filter(({ type }) => type === 'StayEnded').length > 1) return false;
      }
      return true;
    }),
    { numRuns: 1500 },
  );
  // The property is about something: gates do open.
  expect(opened).toBeGreaterThan(50);
});

test('an id of a step is the same whoever asks, and another for each step', () => {
  expect(bookingOfStep(stayId, 1)).toBe(BookingId.parse(derivedId('stay', stayId, 1)));
  expect(new Set([0, 1, 2].map((it) => bookingOfStep(stayId, it))).size).toBe(3);
});
