import { Day } from '@adempauze/kernel';
import type { Span } from './api/shapes.ts';
import { hours } from './cast.ts';
import type { Account } from './world.ts';

/* What somebody would ordinarily send, for every mutation: what bad input is made from. A new mutation gets a row. */

const span = { from: '2026-09-07T08:00:00Z', until: '2026-09-07T11:00:00Z' };
/** Open on the calendar, for who asks for it. */
export const bookable: Span = hours(Day.parse('2026-09-08'), '10:00', 3);
const period = { from: '2026-01-01', until: '2027-01-01' };
const tariff = { from: '2026-12-01', priceCents: 35_00, vat: 'EXEMPT' };
const noCase = '01980000-0000-7000-8000-000000000010';
const contactPerson = { accountId: 'een-account', name: 'Iemand' };
/** By mutation: who asks, and what would do if nothing were wrong with it. */
export const ordinary = (id: (type: string) => string): Readonly<Record<string, readonly [Account, object]>> => {
  const household = { householdId: id('Household') };
  const booking = { bookingId: id('Booking') };
  const match = { matchId: id('Match') };
  const helper = { helperId: id('Helper') };
  const series = { seriesId: id('Series') };
  const stay = { stayId: id('Stay') };
  const noAgreement = { agreementId: '01980000-0000-7000-8000-00000000000a' };
  return {
    registerProvider: ['beheer', { kind: 'HOME_CARE', name: 'Een aanbieder', place: 'Rijswijk' }],
    publishOffer: [
      'de-vliet',
      {
        ...{ providerId: null, minMinutes: 60, maxMinutes: 240, needsHelper: false },
        form: 'F01',
        title: 'Vier uur',
        place: 'Rijswijk',
        travelKm: 10,
        conditionsServed: ['DEMENTIA'],
        unit: 'HOUR',
        tariff,
        bearer: 'GUARANTEE',
        instant: true,
      },
    ],
    changeTariff: ['de-vliet', { offerId: id('Offer'), tariff }],
    withdrawOffer: ['bij-saskia', { offerId: id('Offer') }],
    openResource: ['de-vliet', { providerId: null, offerIds: [id('Offer')], capacity: 1 }],
    publishTimes: ['de-vliet', { resourceId: id('Resource'), spans: [span] }],
    withdrawTimes: ['de-vliet', { resourceId: id('Resource'), spans: [span] }],
    changeOffer: ['de-vliet', { offerId: id('Offer'), title: 'Een andere titel' }],
    changePayerTariff: [
      'de-vliet',
      { offerId: id('Offer'), tariff: { payer: 'INSURER', from: '2027-01-04', priceCents: 3500, vat: 'EXEMPT' } },
    ],
    confirmOffer: ['de-vliet', { offerId: id('Offer') }],
    setCapacity: ['de-vliet', { resourceId: id('Resource'), capacity: 3, span }],
    setAvailability: [
      'de-vliet',
      {
        resourceId: id('Resource'),
        rules: [{ kind: 'WEEKLY', weekday: 1, opensAt: '09:00', closesAt: '12:00', startsOn: '2027-01-04' }],
      },
    ],
    closeDays: ['de-vliet', { resourceId: id('Resource'), from: '2027-12-25', until: '2027-12-27' }],
    reopenDays: ['de-vliet', { resourceId: id('Resource'), from: '2027-12-25', until: '2027-12-27' }],
    rosterWorker: ['de-vliet', { resourceId: id('Resource'), workerId: '01980000-0000-7000-8000-000000000002', span }],
    unrosterWorker: [
      'de-vliet',
      { resourceId: id('Resource'), workerId: '01980000-0000-7000-8000-000000000003', span },
    ],
    readCalendar: ['de-vliet', { resourceId: id('Resource'), text: 'BEGIN:VCALENDAR' }],
    followCalendar: ['de-vliet', { resourceId: id('Resource'), url: 'https://127.0.0.1/geheim.ics' }],
    unfollowCalendar: ['de-vliet', { resourceId: id('Resource') }],
    openCalendarFeed: ['fatima', { of: 'HOUSEHOLD', id: id('Household') }],
    closeCalendarFeed: ['fatima', { of: 'HOUSEHOLD', id: id('Household') }],
    // Out of reach, so that a no stays a no: a place that is held says yes to whoever asks for it again.
    overrideCapacity: [
      'de-vliet',
      {
        ...{ resourceId: id('Resource'), bookingId: '01980000-0000-7000-8000-000000000004', offerId: id('Offer') },
        ...{ ...household, span: bookable, at: 'Maastricht', step: null, placeOfService: null, reason: 'EMERGENCY' },
      },
    ],
    registerHousehold: [
      'jan',
      {
        caregiver: { name: 'Iemand', place: 'Rijswijk' },
        recipient: { name: 'Iemand', birthYear: 1941, conditions: [], place: 'Rijswijk' },
        relation: 'PARTNER',
        careHoursPerWeek: 20,
        contactPerson,
      },
    ],
    changeCareNeed: [
      'fatima',
      { ...household, recipient: { traits: ['WANDERING'] }, languages: ['AR'], careHoursPerWeek: 20 },
    ],
    sayBriefConsent: ['fatima', { ...household, given: true }],
    // Another household than whose contact person the generator changes, so that a no stays a no.
    announceHandOver: ['fatima', { householdId: 'no such household' }],
    changeContactPerson: ['fatima', { ...household, contactPerson }],
    grantMandate: ['fatima', { ...household, accountId: 'een-account' }],
    // Another than the generator grants, so that a no stays a no.
    withdrawMandate: ['fatima', { ...household, mandateId: '01980000-0000-7000-8000-000000000009' }],
    requestBooking: [
      'fatima',
      {
        ...household,
        offerId: id('Offer'),
        resourceId: id('Resource'),
        span: bookable,
        placeOfService: 'CAREGIVER_HOME',
      },
    ],
    confirmBooking: ['fatima', booking],
    acceptBooking: ['de-vliet', booking],
    declineBooking: ['de-vliet', { ...booking, reason: 'NO_STAFF' }],
    cancelBooking: ['fatima', booking],
    recordDelivery: ['de-vliet', { ...booking, quantity: 300 }],
    rescheduleBooking: ['fatima', { ...booking, span: bookable }],
    setCaregiverJoins: ['fatima', { ...booking, caregiverJoins: true }],
    recordNoCare: ['de-vliet', { ...booking, reason: 'FAMILY_COULD_NOT' }],
    requestSeries: [
      'fatima',
      {
        ...{ ...household, offerId: id('Offer'), placeOfService: 'CAREGIVER_HOME' },
        rule: {
          ...{ from: '2027-05-04', until: '2027-06-01', startsAt: '13:00', endsAt: '17:00', everyWeeks: 1 },
          ...{ weekdays: [2], endsDaysLater: 0, exceptions: ['2027-05-11'] },
        },
      },
    ],
    confirmSeries: ['fatima', series],
    acceptSeries: ['de-vliet', series],
    declineSeries: ['de-vliet', { ...series, reason: 'NO_STAFF' }],
    extendSeries: ['fatima', { ...series, until: '2027-07-01' }],
    endSeries: ['fatima', { ...series, from: '2027-05-20' }],
    planStay: ['fatima', { ...household, offerId: id('Offer'), resourceId: id('Resource'), span: bookable }],
    confirmStay: ['fatima', stay],
    sayOutcome: ['fatima', { ...stay, step: 0, voice: 'CAREGIVER', word: 'GO_ON' }],
    endStay: ['fatima', { ...stay, reason: 'UNTENABLE' }],
    recordTaskAgreement: [
      'fatima',
      {
        ...booking,
        act: 'SUCTIONING',
        doer: { kind: 'CAREGIVER', helperId: null, workerId: null },
        reviewOn: '2027-08-01',
      },
    ],
    recordInstruction: ['fatima', { ...household, ...noAgreement, outcome: 'GIVEN' }],
    declineTaskAgreement: ['fatima', { ...household, ...noAgreement }],
    withdrawTaskAgreement: ['fatima', { ...household, ...noAgreement }],
    setActLimits: ['de-vliet', { workers: ['SUCTIONING'], volunteers: [] }],
    openUrgentCase: ['nora', { ...household, need: 'Iemand moet vanavond komen.', span: bookable }],
    bookUrgentOption: [
      'nora',
      {
        ...{ urgentId: noCase, offerId: id('Offer'), resourceId: id('Resource'), span: bookable },
        placeOfService: 'CAREGIVER_HOME',
      },
    ],
    handOverUrgentCase: ['nora', { urgentId: noCase, to: 'REGION' }],
    resolveUrgentCase: ['nora', { urgentId: noCase, outcome: 'NO_LONGER_NEEDED' }],
    flagPalliative: ['nora', { ...household, words: 'Nog enkele weken.' }],
    liftPalliative: ['nora', household],
    endCare: ['fatima', { ...household, ending: 'DEATH', on: '2026-09-07' }],
    finishTask: ['nora', { taskId: 'no such task' }],
    proposeRespite: [
      'nora',
      {
        ...{ householdId: 'no such household', days: 7, note: 'Voor u.' },
        parts: [{ kind: 'BOOKING', offerId: id('Offer'), placeOfService: 'CAREGIVER_HOME', span: bookable }],
      },
    ],
    acceptProposal: ['fatima', { proposalId: 'no such proposal' }],
    declineProposal: ['fatima', { proposalId: 'no such proposal', reason: 'NOT_NOW' }],
    proposeAgain: ['nora', { proposalId: 'no such proposal' }],
    undoOnBehalf: ['fatima', { ...household, entryId: 'no such entry' }],
    signalCaregiver: [
      'nora',
      {
        caregiver: { name: 'Iemand', place: 'Rijswijk', birthYear: 2012 },
        ...{ consents: ['CAREGIVER', 'PARENT'], source: 'SCHOOL', contactPerson: { accountId: 'een-account' } },
      },
    ],
    takeUpSignal: ['nora', { signalId: 'no such signal', ...household }],
    closeSignal: ['nora', { signalId: 'no such signal', reason: 'HELPED' }],
    joinWaitingList: [
      'fatima',
      {
        ...{ ...household, offerId: id('Offer'), window: bookable },
        ...{ placeOfService: 'CAREGIVER_HOME', caregiverJoins: true },
      },
    ],
    planArrangement: [
      'fatima',
      {
        ...household,
        parts: [
          {
            ...{ kind: 'BOOKING', offerId: id('Offer'), resourceId: id('Resource'), span: bookable },
            placeOfService: 'CAREGIVER_HOME',
          },
        ],
      },
    ],
    addArrangementParts: [
      'fatima',
      {
        arrangementId: '01980000-0000-7000-8000-00000000000b',
        parts: [{ kind: 'BOOKING', offerId: id('Offer'), span: bookable, placeOfService: 'CAREGIVER_HOME' }],
      },
    ],
    confirmArrangement: ['fatima', { arrangementId: '01980000-0000-7000-8000-00000000000b' }],
    endArrangementParts: [
      'fatima',
      { arrangementId: '01980000-0000-7000-8000-00000000000b', partIds: ['01980000-0000-7000-8000-00000000000c'] },
    ],
    nameBackups: [
      'fatima',
      {
        ...household,
        backups: [{ offerId: id('Offer'), resourceId: id('Resource'), placeOfService: 'CAREGIVER_HOME' }],
      },
    ],
    noteNetwork: ['fatima', { ...household, smallNetwork: true }],
    // Of nobody: with backups that are named in between, what was a no would be a yes.
    activateBackup: [
      'fatima',
      { householdId: '01980000-0000-7000-8000-00000000000d', bookingIds: [], spans: [bookable] },
    ],
    makeWish: ['fatima', { ...household, forms: ['F12'], window: bookable, caregiverJoins: true }],
    endWish: ['fatima', { wishId: 'no such wish' }],
    leaveWaitingList: ['fatima', { offerId: id('Offer'), waitingId: 'no such place in line' }],
    forgetPerson: ['els', { personId: null }],
    registerHelper: [
      'carla',
      { name: 'Iemand', place: 'Delft', availability: [{ weekday: 1, from: '09:00', until: '12:00' }] },
    ],
    approveHelper: ['fatima', { ...booking, ...helper, answer: 'YES' }],
    proposeHelper: ['carla', { ...match, ...helper }],
    answerProposal: ['carla', { ...match, ...helper, answer: 'NO' }],
    closeMatch: ['carla', { matchId: 'no such match' }],
    publishScheme: [
      'rijswijk',
      {
        name: 'Een regeling',
        source: 'S01',
        validFrom: '2026-01-01',
        rules: {
          coveredForms: ['F01'],
          countedForms: ['F01'],
          capHours: 40,
          capMultiplier: null,
          periodMonths: 6,
          contributionCentsPerMonth: 2100,
          extendable: false,
        },
      },
    ],
    grantSchemeMandate: [
      'rijswijk',
      { schemeId: id('Scheme'), accountId: 'een-account', holder: 'casemanager', ...period },
    ],
    awardScheme: ['nora', { ...household, schemeId: id('Scheme'), startsOn: '2027-01-04', rateCents: 33_00 }],
    extendEntitlement: ['rijswijk', { entitlementId: id('Entitlement') }],
    reviewEntitlement: ['rijswijk', { entitlementId: id('Entitlement'), endsOn: '2027-06-01', reason: 'NOT_ELIGIBLE' }],
    declineFunding: ['zekerzorg', { bookingId: id('Booking'), reason: 'NOT_COVERED' }],
    recordCostSharing: [
      'beheer',
      {
        ...{ name: 'Samen betalen', municipalityCode: '0603', insurerId: 'zekerzorg', insurerPercent: 50 },
        ...{ forms: ['F12'], providerIds: [id('Provider')], ...period },
      },
    ],
    registerPolicy: [
      'zekerzorg',
      { ...household, insurerId: 'zekerzorg', shares: [{ form: 'F05', percent: 75 }], ...period },
    ],
    openBudget: ['hillegom', { holderAccountId: 'een-account', name: 'Vrij budget', amountCents: 1000, ...period }],
    spendBudget: ['anke', { budgetId: id('Budget'), amountCents: 100, bookingId: null }],
    openPot: ['beheer', { name: 'Pot', municipalityCodes: ['0603'], amountCents: 1000 }],
    billMonth: ['beheer', { month: '2026-01' }],
    replayParked: ['beheer', { messageId: 'invoicing:1' }],
    discardParked: ['beheer', { messageId: 'invoicing:1', reason: 'dubbel' }],
    moveClock: ['beheer', { to: '2026-01-01T00:00:00Z' }],
  };
};
