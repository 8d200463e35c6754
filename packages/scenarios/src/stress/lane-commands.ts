import { ActivationId, BookingId } from '@adempauze/contracts';
import { dayOf, derivedId, hourMs } from '@adempauze/kernel';
import {
  addedTo,
  arrangementIdOf,
  arrangementOf,
  partOf,
  place,
  proposalIdOf,
  proposalOf,
  urgentIdOf,
  urgentOf,
} from './lane-things.ts';
import type { Side } from './meeting.ts';
import type { PlanCommand, PlanScene } from './plan-words.ts';

/* What is planned, proposed, called in or urgent: parts of it are bookings like any other, asked for by a process. */

const doors = ({ world }: PlanScene, side: Side) => world.replicas[side].bookings.api;
type OnBooking = (scene: PlanScene, side: Side, bookingId: BookingId) => Promise<unknown>;
const nobody = BookingId.parse(derivedId('stress', 'nobody'));
const onArranged =
  (index: number, act: OnBooking): PlanCommand['run'] =>
  async (scene, side) => {
    const arrangement = await doors(scene, side).findArrangement({ arrangementId: arrangementIdOf(scene) });
    return act(scene, side, arrangement?.parts[index]?.bookingId ?? nobody);
  };
const onProposed =
  (act: OnBooking): PlanCommand['run'] =>
  async (scene, side) => {
    const proposal = await doors(scene, side).findProposal({ proposalId: proposalIdOf(scene) });
    return act(scene, side, proposal?.parts[0]?.bookingId ?? nobody);
  };
const confirm: OnBooking = (scene, side, bookingId) =>
  doors(scene, side).confirmBooking({ bookingId }, scene.newCall());
const cancel: OnBooking = (scene, side, bookingId) =>
  doors(scene, side).cancelBooking({ bookingId, by: 'provider' }, scene.newCall());
const move: OnBooking = (scene, side, bookingId) =>
  doors(scene, side).rescheduleBooking({ bookingId, span: scene.times.arranged.later }, scene.newCall());
const sweep: PlanCommand['run'] = ({ world }) => world.sweep();

export const laneCommands: readonly PlanCommand[] = [
  {
    name: 'plan an arrangement',
    needs: [],
    run: (scene, side) => doors(scene, side).planArrangement(arrangementOf(scene, 'new'), scene.newCall()),
  },
  {
    name: 'confirm the arrangement',
    needs: ['arranged'],
    run: (scene, side) =>
      doors(scene, side).confirmArrangement({ arrangementId: arrangementIdOf(scene) }, scene.newCall()),
  },
  {
    name: 'end a part of it',
    needs: ['arranged'],
    run: (scene, side) =>
      doors(scene, side).endArrangementParts(
        { arrangementId: arrangementIdOf(scene), partIds: [partOf(scene, 'arranged day')] },
        scene.newCall(),
      ),
  },
  {
    name: 'add a part to it',
    needs: ['arranged'],
    run: (scene, side) => doors(scene, side).addArrangementParts(addedTo(scene), scene.newCall()),
  },
  { name: 'confirm a part by itself', needs: ['arranged'], run: onArranged(0, confirm) },
  { name: 'cancel a part by itself', needs: ['arranged'], run: onArranged(0, cancel) },
  { name: 'move a part with its ride', needs: ['arranged'], run: onArranged(0, move) },
  { name: 'cancel the ride', needs: ['arranged'], run: onArranged(1, cancel) },
  {
    name: 'propose times',
    needs: [],
    run: (scene, side) => doors(scene, side).proposeRespite(proposalOf(scene), scene.newCall()),
  },
  {
    name: 'accept what is proposed',
    needs: ['proposed'],
    run: (scene, side) =>
      doors(scene, side).acceptProposal({ proposalId: proposalIdOf(scene), by: 'stress' }, scene.newCall()),
  },
  {
    name: 'accept the first of it',
    needs: ['proposed'],
    run: (scene, side) =>
      doors(scene, side).acceptProposal({ proposalId: proposalIdOf(scene), parts: [0], by: 'stress' }, scene.newCall()),
  },
  {
    name: 'decline what is proposed',
    needs: ['proposed'],
    run: (scene, side) =>
      doors(scene, side).declineProposal({ proposalId: proposalIdOf(scene), by: 'stress' }, scene.newCall()),
  },
  {
    name: 'propose it again',
    needs: ['proposed before'],
    run: (scene, side) =>
      doors(scene, side).proposeAgain(
        { proposalId: proposalIdOf(scene, 'before'), days: 7, proposedBy: 'stress' },
        scene.newCall(),
      ),
  },
  { name: 'cancel a time that is proposed', needs: ['proposed'], run: onProposed(cancel) },
  { name: 'nobody answers the proposal', needs: ['proposed'], afterMs: 8 * 24 * hourMs, run: sweep },
  {
    name: 'call in the backup',
    needs: ['backed'],
    run: (scene, side) =>
      doors(scene, side).activateBackup(
        {
          ...{ activationId: ActivationId.parse(scene.id('activation')), bookingIds: [], spans: [scene.times.free] },
          ...{ householdId: scene.householdId('planner'), requestedBy: 'stress' },
        },
        scene.newCall(),
      ),
  },
  {
    name: 'open an urgent case',
    needs: [],
    run: (scene, side) => doors(scene, side).openUrgentCase(urgentOf(scene), scene.newCall()),
  },
  {
    name: 'hand the urgent case over',
    needs: ['urgent'],
    run: (scene, side) =>
      doors(scene, side).handOverUrgentCase({ urgentId: urgentIdOf(scene), to: 'region' }, scene.newCall()),
  },
  {
    name: 'book it urgently',
    needs: ['urgent'],
    run: (scene, side) =>
      doors(scene, side).bookUrgentOption(
        {
          ...{ urgentId: urgentIdOf(scene), bookingId: scene.bookingId('urgent'), ...place(scene) },
          ...{ span: scene.times.urgent, bookedBy: 'stress' },
        },
        scene.newCall(),
      ),
  },
  {
    name: 'the urgent need is over',
    needs: ['urgent'],
    run: (scene, side) =>
      doors(scene, side).resolveUrgentCase(
        { urgentId: urgentIdOf(scene), outcome: 'no-longer-needed' },
        scene.newCall(),
      ),
  },
  { name: 'nobody takes it up', needs: ['urgent'], afterMs: 3 * hourMs, run: sweep },
  {
    name: 'the care ends',
    needs: ['held', 'confirmed'],
    own: true,
    run: (scene, side) =>
      doors(scene, side).endCare(
        {
          ...{ householdId: scene.householdId('single'), ending: 'no-more-care', on: dayOf(scene.clock()) },
          endedBy: 'stress',
        },
        scene.newCall(),
      ),
  },
];
