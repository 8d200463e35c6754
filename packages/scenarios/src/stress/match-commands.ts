import { BookingId, type HelperId, MatchId, PersonId } from '@adempauze/contracts';
import { dayOf, derivedId, hourMs } from '@adempauze/kernel';
import { helperOf, matchOf } from './match-scene.ts';
import type { Side } from './meeting.ts';
import type { PlanCommand, PlanScene } from './plan-words.ts';

/* Families that seek a helper, whom the organisation asks, and what the family does meanwhile. */

const bookings = ({ world }: PlanScene, side: Side) => world.replicas[side].bookings.api;
const matching = ({ world }: PlanScene, side: Side) => world.replicas[side].matching.api;
const nobody = MatchId.parse(derivedId('stress', 'no match'));

type OnMatch = (scene: PlanScene, side: Side, about: { matchId: MatchId; helperId: HelperId }) => Promise<unknown>;
const on =
  (word: string, act: OnMatch, helper = 'first'): PlanCommand['run'] =>
  async (scene, side) =>
    act(scene, side, { matchId: (await matchOf(scene, word)) ?? nobody, helperId: scene.helperId(helper) });
const propose: OnMatch = (scene, side, about) => matching(scene, side).proposeHelper(about, scene.newCall());
const approve =
  (answer: 'yes' | 'no'): OnMatch =>
  (scene, side, about) =>
    matching(scene, side).approveHelper({ ...about, answer }, scene.newCall());
const answer =
  (word: 'yes' | 'no'): OnMatch =>
  (scene, side, about) =>
    matching(scene, side).answerProposal({ ...about, answer: word }, scene.newCall());
const close: OnMatch = (scene, side, { matchId }) => matching(scene, side).closeMatch({ matchId }, scene.newCall());

const cancel =
  (word: string, by: 'caregiver' | 'provider'): PlanCommand['run'] =>
  (scene, side) =>
    bookings(scene, side).cancelBooking({ bookingId: scene.bookingId(word), by }, scene.newCall());
const move =
  (word: string): PlanCommand['run'] =>
  (scene, side) =>
    bookings(scene, side).rescheduleBooking(
      { bookingId: BookingId.parse(scene.bookingId(word)), span: scene.times.sought.later },
      scene.newCall(),
    );
const register =
  (word: string, maxHoursPerWeek: number): PlanCommand['run'] =>
  (scene, side) =>
    matching(scene, side).registerHelper(helperOf(scene, word, maxHoursPerWeek), scene.newCall());
const sweep: PlanCommand['run'] = ({ world }) => world.sweep();

export const matchCommands: readonly PlanCommand[] = [
  { name: 'register a helper', needs: [], run: register('new', 8) },
  { name: 'register them with other hours', needs: [], run: register('new', 4) },
  { name: 'propose a helper', needs: ['sought'], run: on('sought', propose) },
  { name: 'propose another', needs: ['sought'], run: on('sought', propose, 'second') },
  { name: 'close what is sought', needs: ['sought'], run: on('sought', close) },
  { name: 'cancel what is sought', needs: ['sought'], run: cancel('sought', 'caregiver') },
  { name: 'move what is sought', needs: ['sought'], run: move('sought') },
  { name: 'the family says yes', needs: ['named'], run: on('named', approve('yes')) },
  { name: 'the family says no', needs: ['named'], run: on('named', approve('no')) },
  { name: 'the helper answers too early', needs: ['named'], run: on('named', answer('yes')) },
  { name: 'cancel while the family thinks', needs: ['named'], run: cancel('named', 'caregiver') },
  { name: 'close while the family thinks', needs: ['named'], run: on('named', close) },
  { name: 'the helper says yes', needs: ['asked for'], run: on('asked for', answer('yes')) },
  { name: 'the helper says no', needs: ['asked for'], run: on('asked for', answer('no')) },
  { name: 'the helper says yes to another at that time', needs: ['asked for'], run: on('twin', answer('yes')) },
  { name: 'close while the helper thinks', needs: ['asked for'], run: on('asked for', close) },
  { name: 'cancel while the helper thinks', needs: ['asked for'], run: cancel('asked for', 'caregiver') },
  { name: 'the family takes its yes back', needs: ['asked for'], run: on('asked for', approve('no')) },
  { name: 'nobody says anything', needs: ['sought', 'named', 'asked for'], afterMs: 25 * hourMs, run: sweep },
  { name: 'the helper says yes again', needs: ['matched'], run: on('matched', answer('yes')) },
  { name: 'the helper says no after all', needs: ['matched'], run: on('matched', answer('no')) },
  { name: 'cancel what a helper comes for', needs: ['matched'], run: cancel('matched', 'caregiver') },
  { name: 'the organisation cancels', needs: ['matched'], run: cancel('matched', 'provider') },
  { name: 'move what a helper comes for', needs: ['matched'], run: move('matched') },
  {
    name: 'forget the helper',
    needs: ['asked for', 'matched'],
    own: true,
    run: (scene, side) =>
      bookings(scene, side).forgetPerson({ personId: PersonId.parse(scene.helperId('first')) }, scene.newCall()),
  },
  {
    name: 'forget the family',
    needs: ['asked for', 'matched'],
    own: true,
    run: (scene, side) =>
      bookings(scene, side).forgetPerson({ personId: scene.caregiverId('family') }, scene.newCall()),
  },
  {
    name: 'the care of the family ends',
    needs: ['asked for', 'matched'],
    own: true,
    run: (scene, side) =>
      bookings(scene, side).endCare(
        {
          ...{ householdId: scene.householdId('family'), ending: 'no-more-care', on: dayOf(scene.clock()) },
          endedBy: 'stress',
        },
        scene.newCall(),
      ),
  },
];
