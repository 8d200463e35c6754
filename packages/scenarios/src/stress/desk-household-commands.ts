import { type Doer, TaskId } from '@adempauze/contracts';
import { dayOf } from '@adempauze/kernel';
import {
  agreedOf,
  agreementOf,
  contactOf,
  type FilePart,
  householdIdOf,
  idsOf,
  ownerOf,
  personIdOf,
  prepareFile,
  professional,
  providerIdOf,
  registrationOf,
  requestOf,
  searchOf,
  secretHash,
  signalOf,
  standingOfFile,
  urgentOf,
  wishOf,
} from './desk-households.ts';
import { type Desk, type DeskCommand, type DeskScene, delft, without } from './desk-words.ts';

type Run = DeskCommand<FilePart>['run'];

const contact =
  (word: string): Run =>
  (scene, { bookings }, call) =>
    bookings.changeContactPerson({ householdId: householdIdOf(scene), contactPerson: contactOf(word) }, call);
const register =
  (word: string): Run =>
  (scene, { bookings }, call) =>
    bookings.registerHousehold(registrationOf(scene, 'new', word), call);
const consent =
  (given: boolean): Run =>
  (scene, { bookings }, call) =>
    bookings.sayBriefConsent({ householdId: householdIdOf(scene), given, by: professional }, call);
const network =
  (smallNetwork: boolean): Run =>
  (scene, { bookings }, call) =>
    bookings.noteNetwork({ householdId: householdIdOf(scene), smallNetwork }, call);
const openFeed =
  (digit: string): Run =>
  (scene, { bookings }, call) =>
    bookings.openFeed({ owner: ownerOf(scene), secretHash: secretHash(digit) }, call);
const agree =
  (doer: Doer['kind'] & ('caregiver' | 'worker'), act: 'insulin-injection' | 'catheter-care'): Run =>
  (scene, { bookings }, call) =>
    bookings.recordTaskAgreement(agreementOf(scene, doer, act), call);
const instruct =
  (outcome: 'given' | 'observed' | 'clear'): Run =>
  (scene, { bookings }, call) =>
    bookings.recordInstruction(
      { householdId: householdIdOf(scene), agreementId: agreedOf(scene).agreementId, outcome },
      call,
    );
const endTask =
  (how: 'declineTaskAgreement' | 'withdrawTaskAgreement'): Run =>
  (scene, { bookings }, call) =>
    bookings[how]({ householdId: householdIdOf(scene), agreementId: agreedOf(scene).agreementId }, call);
const takeUp =
  (by: string): Run =>
  (scene, { bookings }, call) =>
    bookings.takeUpSignal({ signalId: idsOf(scene).signalId, householdId: householdIdOf(scene), by }, call);
const closeSignal =
  (reason: 'helped' | 'not-reached'): Run =>
  (scene, { bookings }, call) =>
    bookings.closeSignal({ signalId: idsOf(scene).signalId, reason, by: professional }, call);
const handOver =
  (to: 'region' | 'contact-person'): Run =>
  (scene, { bookings }, call) =>
    bookings.handOverUrgentCase({ urgentId: idsOf(scene).urgentId, to }, call);
const foundNothing =
  (askedBy: 'visitor' | 'signed-in'): Run =>
  (scene, { bookings }, call) =>
    bookings.recordNothingFound({ ...searchOf(scene), askedBy }, call);
const undo =
  (thing: (scene: DeskScene) => string): Run =>
  async (scene, { bookings }, call) => {
    const householdId = householdIdOf(scene);
    const entries = await bookings.listOnBehalf({ householdId });
    const entryId = entries.find(({ ref }) => ref.id === thing(scene))?.entryId ?? scene.id('no entry');
    return bookings.undoOnBehalf({ householdId, entryId, by: 'stress caregiver' }, call);
  };

const commands: readonly DeskCommand<FilePart>[] = [
  { name: 'register a household', needs: [], run: register('contact') },
  { name: 'register it with another contact person', needs: [], run: register('second') },
  { name: 'hand over to the third', needs: [], run: contact('third') },
  { name: 'hand over to the fourth', needs: [], run: contact('fourth') },
  {
    name: 'tell that it was handed over',
    needs: ['handed over'],
    run: (scene, { bookings }, call) => bookings.announceHandOver({ householdId: householdIdOf(scene) }, call),
  },
  {
    name: 'give a mandate',
    needs: [],
    run: (scene, { bookings }, call) => {
      const { householdId, mandateId } = idsOf(scene);
      return bookings.grantMandate({ householdId, mandateId, accountId: 'stress neighbour' }, call);
    },
  },
  {
    name: 'take a mandate back',
    needs: ['mandate'],
    run: (scene, { bookings }, call) => {
      const { householdId, mandateId } = idsOf(scene);
      return bookings.withdrawMandate({ householdId, mandateId }, call);
    },
  },
  {
    name: 'correct where they live',
    needs: [],
    run: (scene, { bookings }, call) =>
      bookings.changeCareNeed(
        {
          ...{ householdId: householdIdOf(scene), changedBy: professional, recipient: { place: delft } },
          caregiver: { place: delft },
        },
        call,
      ),
  },
  {
    name: 'correct what is needed',
    needs: [],
    run: (scene, { bookings }, call) =>
      bookings.changeCareNeed(
        {
          ...{ householdId: householdIdOf(scene), changedBy: professional, careHoursPerWeek: 50 },
          recipient: { highRiskActs: ['insulin-injection'], conditions: ['dementia', 'frailty'] },
        },
        call,
      ),
  },
  { name: 'let the brief be read', needs: [], run: consent(true) },
  { name: 'let nobody read the brief', needs: [], run: consent(false) },
  {
    name: 'name a backup',
    needs: ['booked'],
    run: (scene, { bookings }, call) => {
      const { householdId, offerId, resourceId } = idsOf(scene);
      const backups = [{ offerId, resourceId, placeOfService: 'recipient-home' as const }];
      return bookings.nameBackups({ householdId, backups, agreedBy: professional }, call);
    },
  },
  {
    name: 'name no backup',
    needs: [],
    run: (scene, { bookings }, call) =>
      bookings.nameBackups({ householdId: householdIdOf(scene), backups: [], agreedBy: professional }, call),
  },
  { name: 'note that there are few people', needs: [], run: network(true) },
  { name: 'note that there are enough people', needs: ['few people'], run: network(false) },
  { name: 'open the feed', needs: [], run: openFeed('b') },
  { name: 'open the feed with another secret', needs: [], run: openFeed('c') },
  {
    name: 'close the feed',
    needs: ['feed'],
    run: (scene, { bookings }, call) => bookings.closeFeed({ owner: ownerOf(scene) }, call),
  },
  {
    name: 'give the fast lane',
    needs: [],
    run: (scene, { bookings }, call) =>
      bookings.flagPalliative({ householdId: householdIdOf(scene), words: '', flaggedBy: professional }, call),
  },
  {
    name: 'take the fast lane back',
    needs: ['fast lane'],
    run: (scene, { bookings }, call) =>
      bookings.liftPalliative({ householdId: householdIdOf(scene), liftedBy: professional }, call),
  },
  {
    name: 'make a wish',
    needs: [],
    run: (scene, { bookings }, call) => bookings.makeWish(wishOf(scene), call),
    seen: without('status'),
  },
  {
    name: 'end a wish',
    needs: ['wish'],
    run: (scene, { bookings }, call) => bookings.endWish({ wishId: idsOf(scene).wishId }, call),
  },
  { name: 'take back that a wish was made', needs: ['wish'], run: undo((scene) => idsOf(scene).wishId) },
  { name: 'agree on a task with a worker', needs: ['booked'], run: agree('worker', 'catheter-care') },
  { name: 'agree on it with the caregiver', needs: ['booked'], run: agree('caregiver', 'catheter-care') },
  { name: 'agree on another with the worker', needs: ['booked'], run: agree('worker', 'insulin-injection') },
  { name: 'give the instruction', needs: ['agreed'], run: instruct('given') },
  { name: 'say that the instruction is clear', needs: ['instructed'], run: instruct('clear') },
  { name: 'the doer would rather not', needs: ['agreed'], run: endTask('declineTaskAgreement') },
  { name: 'withdraw what was agreed', needs: ['agreed'], run: endTask('withdrawTaskAgreement') },
  {
    name: 'let workers do less',
    needs: ['booked'],
    run: (scene, { bookings }, call) =>
      bookings.setActLimits({ providerId: providerIdOf(scene), workers: ['insulin-injection'], volunteers: [] }, call),
  },
  {
    name: 'finish a task',
    needs: ['few people'],
    run: async (scene, { bookings }, call) => {
      const tasks = await bookings.listTasks({ householdId: householdIdOf(scene), done: true });
      const task = tasks.find(({ kind }) => kind === 'name-backup');
      const taskId = task?.taskId ?? TaskId.parse(scene.id('no task'));
      return bookings.finishTask({ taskId }, call);
    },
  },
  { name: 'count a search that found nothing', needs: [], run: foundNothing('visitor') },
  { name: 'count the same search', needs: [], run: foundNothing('signed-in') },
  {
    name: 'signal a caregiver',
    needs: [],
    run: (scene, { bookings }, call) => bookings.signalCaregiver(signalOf(scene), call),
  },
  {
    name: 'signal them to another',
    needs: [],
    run: (scene, { bookings }, call) => bookings.signalCaregiver(signalOf(scene, 'second'), call),
  },
  { name: 'take the signal up', needs: ['signal'], run: takeUp('stress contact') },
  { name: 'take it up as well', needs: ['signal'], run: takeUp('stress second') },
  { name: 'close the signal', needs: ['signal'], run: closeSignal('helped') },
  { name: 'close it for another reason', needs: ['signal'], run: closeSignal('not-reached') },
  {
    name: 'open an urgent case',
    needs: [],
    run: (scene, { bookings }, call) => bookings.openUrgentCase(urgentOf(scene), call),
    seen: without('need', 'owner'),
  },
  {
    name: 'hand the urgent case to the region',
    needs: ['urgent'],
    run: handOver('region'),
    seen: without('need', 'owner'),
  },
  {
    name: 'hand it to the contact person',
    needs: ['urgent'],
    run: handOver('contact-person'),
    seen: without('need', 'owner'),
  },
  {
    name: 'resolve the urgent case',
    needs: ['urgent'],
    run: (scene, { bookings }, call) =>
      bookings.resolveUrgentCase({ urgentId: idsOf(scene).urgentId, outcome: 'arranged-otherwise' }, call),
  },
  {
    name: 'ask for a time',
    needs: ['booked'],
    run: (scene, { bookings }, call) => bookings.requestBooking(requestOf(scene, 'new', 4), call),
  },
  {
    name: 'take back what was booked',
    needs: ['booked'],
    run: undo((scene) => requestOf(scene, 'booked', 3).bookingId),
  },
  {
    name: 'the care ends',
    needs: ['booked', 'fast lane'],
    run: (scene, { bookings }, call) => {
      const on = dayOf(scene.now);
      const ending = { householdId: householdIdOf(scene), ending: 'no-more-care', on, endedBy: professional } as const;
      return bookings.endCare(ending, call);
    },
  },
  {
    name: 'forget the recipient',
    needs: ['booked'],
    run: (scene, { bookings }, call) => bookings.forgetPerson({ personId: personIdOf(scene, 'known recipient') }, call),
    seen: without('cancelledBookings'),
  },
  {
    name: 'forget the caregiver',
    needs: [],
    run: (scene, { bookings }, call) => bookings.forgetPerson({ personId: personIdOf(scene, 'known caregiver') }, call),
    seen: without('cancelledBookings'),
  },
];

/** Everything that is written in the file of one household, or beside it. */
export const householdDesk: Desk<FilePart> = {
  ...{ name: 'households', commands },
  prepare: prepareFile,
  standing: standingOfFile,
};
