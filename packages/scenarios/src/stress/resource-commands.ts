import { type Offers, WorkerId } from '@adempauze/contracts';
import { type CallContext, dayOf, derivedId, hourMs, type Outcome, plusDays, plusMs } from '@adempauze/kernel';
import { calendarText } from './calendar-text.ts';
import { bookingOf, householdOf, type ResourceScene, rijswijk } from './resource-scene.ts';

/** What one side of a race does on the resource of a scene. */
export type ResourceCommand = {
  readonly name: string;
  readonly run: (scene: ResourceScene, api: Offers, call: CallContext) => Promise<Outcome<unknown>>;
};

const workerId = WorkerId.parse(derivedId('stress worker'));
const day = 24 * hourMs;

const needOf = ({ offerId }: ResourceScene) => ({ offerId, conditions: [], highRiskActs: [], at: rijswijk.point });

type Word = 'first' | 'second' | 'third' | 'later';
const hold =
  (booking: string, at: Word): ResourceCommand['run'] =>
  (scene, api, call) =>
    api.holdPlace(
      {
        ...{ ...needOf(scene), resourceId: scene.resourceId, bookingId: bookingOf(scene, booking) },
        ...{ householdId: householdOf('guest'), span: scene.times[at], expiresAt: scene.expiresAt },
      },
      call,
    );
const holdAll =
  (mode: 'all' | 'fitting', wanted: readonly (readonly [string, Word])[]): ResourceCommand['run'] =>
  (scene, api, call) =>
    api.holdPlaces(
      {
        ...{ ...needOf(scene), resourceId: scene.resourceId, householdId: householdOf('guest'), mode },
        expiresAt: scene.expiresAt,
        places: wanted.map(([booking, at]) => ({ bookingId: bookingOf(scene, booking), span: scene.times[at] })),
      },
      call,
    );
const move =
  (booking: string, to: Word): ResourceCommand['run'] =>
  (scene, api, call) =>
    api.movePlace(
      {
        ...{ ...needOf(scene), resourceId: scene.resourceId, bookingId: bookingOf(scene, booking) },
        ...{ householdId: householdOf('regular'), span: scene.times[to] },
      },
      call,
    );
const take =
  (booking: string): ResourceCommand['run'] =>
  (scene, api, call) =>
    api.takePlace({ resourceId: scene.resourceId, bookingId: bookingOf(scene, booking) }, call);
const extend =
  (booking: string): ResourceCommand['run'] =>
  (scene, api, call) =>
    api.extendHold(
      { resourceId: scene.resourceId, bookingId: bookingOf(scene, booking), expiresAt: plusMs(scene.expiresAt, day) },
      call,
    );
const takeAll =
  (mode: 'all' | 'fitting', bookings: readonly string[]): ResourceCommand['run'] =>
  (scene, api, call) =>
    api.takePlaces(
      { resourceId: scene.resourceId, mode, bookingIds: bookings.map((it) => bookingOf(scene, it)) },
      call,
    );
const extendAll =
  (mode: 'all' | 'fitting', bookings: readonly string[]): ResourceCommand['run'] =>
  (scene, api, call) =>
    api.extendHolds(
      {
        ...{ resourceId: scene.resourceId, mode, bookingIds: bookings.map((it) => bookingOf(scene, it)) },
        expiresAt: plusMs(scene.expiresAt, 2 * day),
      },
      call,
    );
const release =
  (booking: string): ResourceCommand['run'] =>
  (scene, api, call) =>
    api.releasePlace({ resourceId: scene.resourceId, bookingId: bookingOf(scene, booking), reason: 'cancelled' }, call);
const fit =
  (capacity: number, at?: Word): ResourceCommand['run'] =>
  ({ resourceId, times }, api, call) =>
    api.setCapacity({ resourceId, capacity, ...(at === undefined ? {} : { span: times[at] }) }, call);
const daysOf = ({ now }: ResourceScene) => ({ from: plusDays(dayOf(now), 9), until: plusDays(dayOf(now), 11) });

/**
 * Every command that a resource knows, in the shapes that get in each other's way. In a scene `held`, `second held` and
 * `passed` have holds, the last of which has passed, `taken` has a place; two fit, so one more fits where `taken` is.
 */
export const resourceCommands: readonly ResourceCommand[] = [
  { name: 'hold the last place', run: hold('new', 'first') },
  { name: 'hold it for another', run: hold('other', 'first') },
  { name: 'hold a time that is not published', run: hold('new', 'later') },
  {
    name: 'hold all of several',
    run: holdAll('all', [
      ['several 1', 'first'],
      ['several 2', 'second'],
    ]),
  },
  {
    name: 'hold what fits of several',
    run: holdAll('fitting', [
      ['other', 'first'],
      ['several 3', 'third'],
    ]),
  },
  { name: 'take a held place', run: take('held') },
  { name: 'take a place whose hold passed', run: take('passed') },
  { name: 'take all of several', run: takeAll('all', ['held', 'second held']) },
  { name: 'take what can be of several', run: takeAll('fitting', ['held', 'passed', 'taken', 'new']) },
  { name: 'extend a hold', run: extend('held') },
  { name: 'extend a hold that passed', run: extend('passed') },
  { name: 'extend all of several', run: extendAll('all', ['held', 'second held']) },
  { name: 'extend what can be of several', run: extendAll('fitting', ['held', 'passed', 'new']) },
  { name: 'release a held place', run: release('held') },
  { name: 'release a taken place', run: release('taken') },
  {
    name: 'release several',
    run: (scene, api, call) =>
      api.releasePlaces(
        {
          resourceId: scene.resourceId,
          bookingIds: ['held', 'taken', 'new'].map((it) => bookingOf(scene, it)),
          reason: 'declined',
        },
        call,
      ),
  },
  { name: 'move a held place', run: move('held', 'first') },
  { name: 'move a taken place', run: move('taken', 'second') },
  {
    name: 'go beyond capacity',
    run: (scene, api, call) =>
      api.overrideCapacity(
        {
          ...{ ...needOf(scene), resourceId: scene.resourceId, bookingId: bookingOf(scene, 'beyond') },
          ...{ householdId: householdOf('guest'), span: scene.times.first, expiresAt: scene.expiresAt },
          reason: 'emergency',
        },
        call,
      ),
  },
  { name: 'fit one', run: fit(1) },
  { name: 'fit one there', run: fit(1, 'first') },
  { name: 'fit three', run: fit(3) },
  {
    name: 'publish times',
    run: ({ resourceId, times }, api, call) => api.publishTimes({ resourceId, spans: [times.later] }, call),
  },
  {
    name: 'withdraw times',
    run: ({ resourceId, times }, api, call) => api.withdrawTimes({ resourceId, spans: [times.first] }, call),
  },
  {
    name: 'set rules',
    run: ({ resourceId, now }, api, call) =>
      api.setAvailability(
        {
          ...{ resourceId, exceptDays: [plusDays(dayOf(now), 8)], holidays: 'closed', aheadDays: 21 },
          rules: [1, 3, 5].map((weekday) => ({
            ...{ kind: 'weekly', weekday, from: '09:00', until: '17:00', everyWeeks: 1, startsOn: dayOf(now) },
          })),
        },
        call,
      ),
  },
  {
    name: 'close days',
    run: (scene, api, call) => api.closeDays({ resourceId: scene.resourceId, days: daysOf(scene) }, call),
  },
  {
    name: 'reopen days',
    run: (scene, api, call) => api.reopenDays({ resourceId: scene.resourceId, days: daysOf(scene) }, call),
  },
  {
    name: 'read a calendar',
    run: ({ resourceId, times }, api, call) =>
      api.readCalendar({ resourceId, text: calendarText([times.first]) }, call),
  },
  {
    name: 'read an empty calendar',
    run: ({ resourceId, times }, api, call) =>
      api.readCalendar({ resourceId, text: calendarText([times.later]) }, call),
  },
  {
    name: 'roster a worker',
    run: ({ resourceId, times }, api, call) => api.rosterWorker({ resourceId, workerId, span: times.first }, call),
  },
  {
    name: 'roster off',
    run: ({ resourceId, times }, api, call) => api.unrosterWorker({ resourceId, workerId, span: times.second }, call),
  },
  {
    name: 'open it again, otherwise',
    run: ({ resourceId, providerId, offerId }, api, call) =>
      api.openResource(
        { resourceId, providerId, offerIds: [offerId], capacity: 5, bufferMinutes: 0, travelMinutes: 0 },
        call,
      ),
  },
  { name: 'end what passed', run: ({ sweep }, api) => sweep(api) },
];
