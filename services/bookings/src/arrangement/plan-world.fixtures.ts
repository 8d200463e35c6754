import { type ArrangementView, BookingId, type NewPart, PlanArrangement } from '@adempauze/contracts';
import type { Outcome } from '@adempauze/kernel';
import { fatima, householdIdOf } from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';
import { arrangementId, backSpan, bookingAsk, partIdOf, thereSpan, tripFor } from './examples.fixtures.ts';

/* A world in which Fatima plans: what the tests of arrangements and of trips have in common. */

export const openWithFatima = async (): Promise<World> => {
  const world = await openWorld();
  await world.api.registerHousehold(fatima(), world.call());
  return world;
};

export const householdId = householdIdOf('fatima');
export const part = (word: string, ask: NewPart['ask'] = bookingAsk(), more: Partial<NewPart> = {}): NewPart => ({
  ...{ partId: partIdOf(word), ask },
  ...more,
});
export const taxi = (span = thereSpan): NewPart['ask'] => bookingAsk(span, 'transport', 'taxi', 'provider');
export const trips = (main: string, blocks = false): NewPart[] => [
  part('there', taxi(), { tripOf: tripFor(main, 'there', blocks) }),
  part('back', taxi(backSpan), { tripOf: tripFor(main, 'back', blocks) }),
];
export const plan = (world: World, ...parts: readonly NewPart[]) =>
  world.api.planArrangement(
    PlanArrangement.parse({
      ...{ arrangementId, householdId, parts, purpose: 'Even weg.', requestedBy: 'account-fatima' },
    }),
    world.call('plan'),
  );
export const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
export const codeOf = <V>(outcome: Outcome<V>): string => (outcome.accepted ? 'accepted' : outcome.rejection.code);
export const confirm = async (world: World) =>
  accepted(await world.api.confirmArrangement({ arrangementId }, world.call('yes')));
export const told = (view: ArrangementView | undefined) => view?.parts.map(({ status }) => status).join(' ');
export const now = (world: World) => world.api.findArrangement({ arrangementId });
export const bookingOf = (view: ArrangementView, word: string): BookingId =>
  BookingId.parse(view.parts.find(({ partId }) => partId === partIdOf(word))?.bookingId);
export const statusOf = async (world: World, bookingId: BookingId) =>
  (await world.api.findBooking({ bookingId }))?.status;
export const settle = async (world: World) => {
  for (let turn = 0; turn < 3; turn += 1) await world.settled();
};

export const parkedIn = async (world: World) => (await world.parked.list({ first: 5 })).items;
