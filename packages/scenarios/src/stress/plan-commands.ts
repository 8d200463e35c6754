import { BookingId, DeliveryId, type HouseholdId } from '@adempauze/contracts';
import { derivedId, hourMs, minuteMs } from '@adempauze/kernel';
import { laneCommands } from './lane-commands.ts';
import type { Side } from './meeting.ts';
import { joiningOf, type PlanCommand, type PlanScene, requestOf, seriesOf, stayOf, wishOf } from './plan-words.ts';

const doors = ({ world }: PlanScene, side: Side) => world.replicas[side].bookings.api;
const supply = ({ world }: PlanScene, side: Side) => world.replicas[side].offers.api;

type OnBooking = (scene: PlanScene, side: Side, bookingId: BookingId) => Promise<unknown>;
type BookingOf = (scene: PlanScene, side: Side) => Promise<BookingId | undefined>;
const single =
  (word: string): BookingOf =>
  async (scene) =>
    scene.bookingId(word);
const dateOf =
  (word: string, index: number): BookingOf =>
  async (scene, side) =>
    (await doors(scene, side).findSeries({ seriesId: scene.seriesId(word) }))?.dates[index]?.bookingId ?? undefined;
const stepOf =
  (word: string, index: number): BookingOf =>
  async (scene, side) =>
    (await doors(scene, side).findStay({ stayId: scene.stayId(word) }))?.steps[index]?.bookingId ?? undefined;
/** The booking that is held for whoever the place is offered to now. */
const offered: BookingOf = async (scene, side) => {
  const { waiting } = await doors(scene, side).findWaitingList({ offerId: scene.offerId('full') });
  return waiting.flatMap(({ offers }) => offers).find(({ outcome }) => outcome === 'offered')?.bookingId;
};

const on =
  (find: BookingOf, act: OnBooking): PlanCommand['run'] =>
  async (scene, side) => {
    const bookingId = await find(scene, side);
    return act(scene, side, bookingId ?? BookingId.parse(derivedId('stress', 'nobody')));
  };
const confirm: OnBooking = (scene, side, bookingId) =>
  doors(scene, side).confirmBooking({ bookingId }, scene.newCall());
const cancel =
  (by: 'caregiver' | 'provider'): OnBooking =>
  (scene, side, bookingId) =>
    doors(scene, side).cancelBooking({ bookingId, by }, scene.newCall());
const accept: OnBooking = (scene, side, bookingId) => doors(scene, side).acceptBooking({ bookingId }, scene.newCall());
const decline: OnBooking = (scene, side, bookingId) =>
  doors(scene, side).declineBooking({ bookingId, reason: 'no-staff' }, scene.newCall());
const move: OnBooking = (scene, side, bookingId) =>
  doors(scene, side).rescheduleBooking({ bookingId, span: scene.times.free }, scene.newCall());
const record: OnBooking = (scene, side, bookingId) => {
  const deliveryId = DeliveryId.parse(derivedId('stress delivery', bookingId));
  return doors(scene, side).recordDelivery({ bookingId, deliveryId, quantity: 100 }, scene.newCall());
};
const recordNone: OnBooking = (scene, side, bookingId) =>
  doors(scene, side).recordNoCare({ bookingId, reason: 'family-could-not' }, scene.newCall());
const comeAlong =
  (caregiverJoins: boolean): OnBooking =>
  (scene, side, bookingId) =>
    doors(scene, side).setCaregiverJoins({ bookingId, caregiverJoins }, scene.newCall());
/** What was done for a household with this thing is taken back by the caregiver. */
const undo =
  (of: (scene: PlanScene) => HouseholdId, thing: (scene: PlanScene) => string): PlanCommand['run'] =>
  async (scene, side) => {
    const householdId = of(scene);
    const entries = await doors(scene, side).listOnBehalf({ householdId });
    const entryId = entries.find(({ ref }) => ref.id === thing(scene))?.entryId ?? scene.id('no entry');
    return doors(scene, side).undoOnBehalf({ householdId, entryId, by: 'stress' }, scene.newCall());
  };
const sweep: PlanCommand['run'] = ({ world }) => world.sweep();

const outcome =
  (voice: 'caregiver' | 'recipient' | 'house', word: 'go-on' | 'stop'): PlanCommand['run'] =>
  (scene, side) =>
    doors(scene, side).sayOutcome(
      { stayId: scene.stayId('tried'), step: 0, voice, word, metWorkerIds: [] },
      scene.newCall(),
    );
const endStay =
  (word: string, by: 'caregiver' | 'provider', reason: 'cancelled' | 'untenable'): PlanCommand['run'] =>
  (scene, side) =>
    doors(scene, side).endStay({ stayId: scene.stayId(word), by, reason }, scene.newCall());
const endSeries =
  (word: string): PlanCommand['run'] =>
  (scene, side) =>
    doors(scene, side).endSeries(
      { seriesId: scene.seriesId(word), from: scene.times.secondWeek, by: 'caregiver' },
      scene.newCall(),
    );
const leave =
  (who: string): PlanCommand['run'] =>
  (scene, side) =>
    doors(scene, side).leaveWaitingList(
      { offerId: scene.offerId('full'), waitingId: scene.waitingId(who) },
      scene.newCall(),
    );
const forget =
  (who: string): PlanCommand['run'] =>
  (scene, side) =>
    doors(scene, side).forgetPerson({ personId: scene.caregiverId(who) }, scene.newCall());
const ask =
  (word: string, who: string, at: 'free' | 'held' | 'full' | 'onNewSeries'): PlanCommand['run'] =>
  (scene, side) =>
    doors(scene, side).requestBooking(
      requestOf(scene, word, { who, span: scene.times[at], offer: at === 'full' ? 'full' : 'instant' }),
      scene.newCall(),
    );

const ofBookings: readonly PlanCommand[] = [
  { name: 'ask for a free time', needs: [], run: ask('new', 'single', 'free') },
  { name: 'ask for it for another', needs: [], run: ask('other', 'rival', 'free') },
  { name: 'ask for a time that is held', needs: ['held'], run: ask('rival', 'rival', 'held') },
  { name: 'ask for the same again', needs: ['held'], run: ask('held', 'single', 'held') },
  { name: 'confirm', needs: ['held'], run: on(single('held'), confirm) },
  { name: 'cancel what is held', needs: ['held'], run: on(single('held'), cancel('caregiver')) },
  { name: 'move what is held', needs: ['held'], run: on(single('held'), move) },
  { name: 'a hold passes', needs: ['held'], afterMs: 16 * minuteMs, run: sweep },
  { name: 'accept', needs: ['asked'], run: on(single('asked'), accept) },
  { name: 'decline', needs: ['asked'], run: on(single('asked'), decline) },
  { name: 'cancel what is asked', needs: ['asked'], run: on(single('asked'), cancel('caregiver')) },
  { name: 'move what is asked', needs: ['asked'], run: on(single('asked'), move) },
  { name: 'no answer comes', needs: ['asked'], afterMs: 49 * hourMs, run: sweep },
  { name: 'cancel what is confirmed', needs: ['confirmed'], run: on(single('confirmed'), cancel('caregiver')) },
  { name: 'the provider cancels', needs: ['confirmed'], run: on(single('confirmed'), cancel('provider')) },
  { name: 'move what is confirmed', needs: ['confirmed'], run: on(single('confirmed'), move) },
  { name: 'record what was given', needs: ['over'], run: on(single('over'), record) },
  { name: 'record that nothing was given', needs: ['over'], run: on(single('over'), recordNone) },
  { name: 'cancel what is over', needs: ['over'], run: on(single('over'), cancel('caregiver')) },
  { name: 'no record comes', needs: ['over'], afterMs: 60 * hourMs, run: sweep },
  {
    name: 'take back that it was asked for',
    needs: ['held'],
    run: undo(
      (scene) => scene.householdId('single'),
      (scene) => scene.bookingId('held'),
    ),
  },
  { name: 'the caregiver comes along', needs: ['held'], run: on(single('held'), comeAlong(true)) },
  { name: 'the caregiver stays at home', needs: ['held'], run: on(single('held'), comeAlong(false)) },
  { name: 'the caregiver comes along later', needs: ['confirmed'], run: on(single('confirmed'), comeAlong(true)) },
  { name: 'forget who has bookings', needs: ['held', 'confirmed'], own: true, run: forget('single') },
  {
    name: 'withdraw the times',
    needs: ['held'],
    run: (scene, side) =>
      supply(scene, side).withdrawTimes({ resourceId: scene.resourceId, spans: [scene.times.open] }, scene.newCall()),
  },
  {
    name: 'withdraw the offer',
    needs: ['held'],
    run: (scene, side) => supply(scene, side).withdrawOffer({ offerId: scene.offerId('instant') }, scene.newCall()),
  },
];

const ofSeries: readonly PlanCommand[] = [
  {
    name: 'ask for a series',
    needs: [],
    run: (scene, side) =>
      doors(scene, side).requestSeries(seriesOf(scene, 'new', scene.times.newSeries), scene.newCall()),
  },
  { name: 'ask for a date of that series', needs: [], run: ask('on a date', 'rival', 'onNewSeries') },
  {
    name: 'confirm the series',
    needs: ['series'],
    run: (scene, side) => doors(scene, side).confirmSeries({ seriesId: scene.seriesId('held') }, scene.newCall()),
  },
  { name: 'end the series that is held', needs: ['series'], run: endSeries('held') },
  { name: 'cancel a date that is held', needs: ['series'], run: on(dateOf('held', 1), cancel('caregiver')) },
  { name: 'confirm a date by itself', needs: ['series'], run: on(dateOf('held', 2), confirm) },
  {
    name: 'accept the series',
    needs: ['series asked'],
    run: (scene, side) => doors(scene, side).acceptSeries({ seriesId: scene.seriesId('asked') }, scene.newCall()),
  },
  {
    name: 'decline the series',
    needs: ['series asked'],
    run: (scene, side) =>
      doors(scene, side).declineSeries({ seriesId: scene.seriesId('asked'), reason: 'no-staff' }, scene.newCall()),
  },
  { name: 'decline a date', needs: ['series asked'], run: on(dateOf('asked', 1), decline) },
  { name: 'end the series that is asked', needs: ['series asked'], run: endSeries('asked') },
  {
    name: 'extend the series',
    needs: ['series confirmed'],
    run: (scene, side) =>
      doors(scene, side).extendSeries(
        { seriesId: scene.seriesId('confirmed'), until: scene.times.later, exceptions: [] },
        scene.newCall(),
      ),
  },
  { name: 'end the series', needs: ['series confirmed'], run: endSeries('confirmed') },
  { name: 'move a date', needs: ['series confirmed'], run: on(dateOf('confirmed', 1), move) },
  {
    name: 'take back that a series was asked for',
    needs: ['series'],
    run: undo(
      (scene) => scene.householdId('series'),
      (scene) => scene.seriesId('held'),
    ),
  },
  { name: 'forget who has the series', needs: ['series', 'series confirmed'], own: true, run: forget('series') },
];

const ofStays: readonly PlanCommand[] = [
  {
    name: 'plan a stay',
    needs: [],
    run: (scene, side) =>
      doors(scene, side).planStay(stayOf(scene, 'new', 'rival', scene.times.newStay), scene.newCall()),
  },
  {
    name: 'confirm the stay',
    needs: ['stay'],
    run: (scene, side) => doors(scene, side).confirmStay({ stayId: scene.stayId('held') }, scene.newCall()),
  },
  { name: 'end the stay that is held', needs: ['stay'], run: endStay('held', 'caregiver', 'cancelled') },
  { name: 'cancel a step that is held', needs: ['stay'], run: on(stepOf('held', 1), cancel('caregiver')) },
  { name: 'the caregiver lets it go on', needs: ['tried'], run: outcome('caregiver', 'go-on') },
  { name: 'the house lets it go on', needs: ['tried'], run: outcome('house', 'go-on') },
  { name: 'the recipient stops', needs: ['tried'], run: outcome('recipient', 'stop') },
  { name: 'end the stay', needs: ['tried'], run: endStay('tried', 'caregiver', 'cancelled') },
  { name: 'end the stay as untenable', needs: ['tried'], run: endStay('tried', 'provider', 'untenable') },
  { name: 'cancel the night to come', needs: ['tried'], run: on(stepOf('tried', 1), cancel('provider')) },
  { name: 'record the part-day', needs: ['tried'], run: on(stepOf('tried', 0), record) },
  { name: 'no outcome comes', needs: ['tried'], afterMs: 50 * hourMs, run: sweep },
  { name: 'forget who stays', needs: ['stay', 'tried'], own: true, run: forget('tried') },
];

const ofWaiting: readonly PlanCommand[] = [
  {
    name: 'join the waiting list',
    needs: ['waiting'],
    run: (scene, side) => doors(scene, side).joinWaitingList(joiningOf(scene, 'rival'), scene.newCall()),
  },
  { name: 'leave the waiting list', needs: ['waiting'], run: leave('first in line') },
  { name: 'free the place', needs: ['waiting'], run: on(single('full'), cancel('caregiver')) },
  { name: 'ask for the freed place', needs: ['waiting'], run: ask('at once', 'rival', 'full') },
  { name: 'take what is offered', needs: ['offered'], run: on(offered, confirm) },
  { name: 'let what is offered go', needs: ['offered'], run: on(offered, cancel('caregiver')) },
  { name: 'leave while it is offered', needs: ['offered'], run: leave('first in line') },
  { name: 'nobody answers the offer', needs: ['offered'], afterMs: 30 * hourMs, run: sweep },
  { name: 'forget who waits', needs: ['offered'], own: true, run: forget('first in line') },
];

/** The place that the wish thinks about now. */
const wished: BookingOf = async (scene, side) => {
  const wish = await doors(scene, side).findWish({ wishId: scene.wishId });
  return wish?.offers.find(({ outcome }) => outcome === 'offered')?.bookingId;
};
const ofWishes: readonly PlanCommand[] = [
  {
    name: 'wish for a form',
    needs: ['waiting'],
    own: true,
    run: (scene, side) => doors(scene, side).makeWish(wishOf(scene), scene.newCall()),
  },
  {
    name: 'end the wish',
    needs: ['wished'],
    own: true,
    run: (scene, side) => doors(scene, side).endWish({ wishId: scene.wishId }, scene.newCall()),
  },
  {
    name: 'free a place that is wished for',
    needs: ['wished'],
    own: true,
    run: on(single('full'), cancel('caregiver')),
  },
  { name: 'take what the wish is offered', needs: ['wish offered'], own: true, run: on(wished, confirm) },
  { name: 'let what it is offered go', needs: ['wish offered'], own: true, run: on(wished, cancel('caregiver')) },
  {
    name: 'end the wish while it is offered a place',
    needs: ['wish offered'],
    own: true,
    run: (scene, side) => doors(scene, side).endWish({ wishId: scene.wishId }, scene.newCall()),
  },
  { name: 'forget who wishes', needs: ['wish offered'], own: true, run: forget('wisher') },
];

/** Every command on bookings, series, stays, waiting lists and what is made of them, in the shapes that get in each other's way. */
export const planCommands: readonly PlanCommand[] = [
  ...ofBookings,
  ...ofSeries,
  ...ofStays,
  ...ofWaiting,
  ...ofWishes,
  ...laneCommands,
];
