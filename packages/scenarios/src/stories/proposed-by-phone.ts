import { dayOf, instantOn, minutesBetween, mondayOf, plusDays, plusMonths } from '@adempauze/kernel';
import { findClaim, registerHousehold } from '../api/care.ts';
import { findSeries, listTasks } from '../api/plans.ts';
import {
  acceptProposal,
  declineProposal,
  listOnBehalf,
  listSignals,
  proposeAgain,
  proposeRespite,
  signalCaregiver,
  takeUpSignal,
} from '../api/proposals.ts';
import { findNow, findViewer } from '../api/supply.ts';
import { deliver, hours, open, providerOf, publish, yes } from '../cast.ts';
import { moment } from '../moment.ts';
import { equals, holds } from '../story-error.ts';
import { waitUntil } from '../wait-until.ts';
import type { Story } from '../world.ts';

/**
 * A01, from the other side: nobody asked. The case manager signals the wife, proposes 26 blocks with one volunteer, and
 * writes down the yes that she hears by phone. A first no had no consequence: the same came back.
 */
export const proposedByPhone: Story = {
  id: 'A01b',
  title: {
    nl: 'Niet wachten op een vraag: een voorstel, en ja door de telefoon',
    en: 'Not waiting for a request: a proposal, and yes by phone',
  },
  async play(world) {
    const carla = await providerOf(world, 'carla');
    const now = await carla.ask(findNow, {});
    const first = plusDays(mondayOf(dayOf(now)), 23);
    const last = plusDays(first, 25 * 7);
    const offerId = await publish(world, carla, {
      ...{ form: 'F01', title: 'Een vast blok met Wim', place: 'Delft', priceCents: 0, vat: 'OUTSIDE' },
      bearer: 'GUARANTEE',
    });
    const weeks = Array.from({ length: 26 }, (_, week) => hours(plusDays(first, 7 * week), '12:00', 6));
    const resourceId = await open(world, carla, [offerId], weeks);

    const nora = await world.as('nora');
    const { accountId } = await nora.ask(findViewer, {});
    const contactPerson = { accountId, name: 'Nora', organisation: 'Wijkteam' };
    const wife = { name: 'De vrouw in dit verhaal', place: 'Rijswijk', phone: '0612345678' };
    const signalId = world.ids.next();
    const mine = await world.step(
      'nora',
      {
        nl: 'merkt dat een vrouw al dag en nacht zorgt, en legt dat vast, zonder aanvraag',
        en: 'notices that a woman cares day and night, and writes that down, without a request',
      },
      async () => {
        const sent = await nora.order(signalCaregiver, {
          ...{ signalId, caregiver: wife, consents: ['CAREGIVER'], source: 'CASE_MANAGEMENT' },
          contactPerson: { accountId, organisation: 'Wijkteam' },
        });
        yes(sent);
        const { signals } = await nora.ask(listSignals, { waitFor: sent.accepted ? sent.position : null });
        return signals.find((it) => it.signalId === signalId);
      },
      (it) => {
        const due = it && moment(it.dueAt);
        return { nl: `contact vóór ${due?.nl}`, en: `in touch before ${due?.en}` };
      },
    );
    holds(mine !== undefined, 'Het vaste aanspreekpunt ziet het niet.', 'The contact person does not see it.');

    const householdId = world.ids.next();
    yes(
      await nora.order(registerHousehold, {
        ...{ householdId, caregiver: wife, relation: 'PARTNER', careHoursPerWeek: 60, contactPerson },
        recipient: { name: 'Haar man', place: 'Rijswijk', conditions: ['DEMENTIA'] },
        needProfile: 'Een middag naar haar zus.',
      }),
    );
    equals(yes(await nora.order(takeUpSignal, { signalId, householdId })).status, 'TAKEN_UP', {
      nl: 'Het signaal',
      en: 'The signal',
    });

    const proposalId = world.ids.next();
    const rule = { from: first, until: last, startsAt: '13:30', endsAt: '17:00' };
    const part = { kind: 'SERIES', offerId, resourceId, placeOfService: 'RECIPIENT_HOME', rule } as const;
    const proposed = await world.step(
      'nora',
      {
        nl: 'stelt 26 woensdagmiddagen voor, bij dezelfde vrijwilliger',
        en: 'proposes 26 Wednesday afternoons, with the same volunteer',
      },
      async () => yes(await nora.order(proposeRespite, { proposalId, householdId, parts: [part], note: 'Voor u.' })),
      ({ parts, ownCostCents, until }) => ({
        nl: `${parts[0]?.times} staan vast tot ${moment(until).nl}, zelf betalen EUR ${ownCostCents}`,
        en: `${parts[0]?.times} are held until ${moment(until).en}, EUR ${ownCostCents} to pay`,
      }),
    );
    equals([proposed.parts[0]?.times, proposed.ownCostCents], [26, 0], { nl: 'Het voorstel', en: 'The proposal' });
    const again = await world.step(
      'nora',
      {
        nl: 'hoort eerst: nu even niet. Later stelt zij hetzelfde nog eens voor',
        en: 'first hears: not now. Later she proposes the same once more',
      },
      async () => {
        const declined = yes(await nora.order(declineProposal, { proposalId, reason: 'NOT_NOW' }));
        equals([declined.status, declined.parts[0]?.status], ['DECLINED', 'RELEASED'], { nl: 'Het nee', en: 'The no' });
        return yes(await nora.order(proposeAgain, { proposalId }));
      },
      ({ parts, round }) => ({
        nl: `voorstel ${round}: weer ${parts[0]?.times} vast`,
        en: `proposal ${round}: ${parts[0]?.times} held again`,
      }),
    );
    equals(again.parts[0]?.times, 26, { nl: 'Wat weer vaststaat', en: 'What is held again' });

    const agreed = await world.step(
      'nora',
      { nl: 'hoort ja door de telefoon, en schrijft dat op', en: 'hears yes by phone, and writes that down' },
      async () => yes(await nora.order(acceptProposal, { proposalId })),
      ({ parts }) => ({
        nl: `${parts[0]?.times} afspraken in één keer`,
        en: `${parts[0]?.times} bookings in one action`,
      }),
    );
    equals([agreed.status, agreed.answer?.onBehalf], ['ACCEPTED', true], { nl: 'Het ja', en: 'The yes' });
    const series = await nora.ask(findSeries, { id: agreed.parts[0]?.seriesId ?? '' });
    const confirmed = series?.dates.filter(({ status }) => status === 'CONFIRMED') ?? [];
    equals([confirmed.length, confirmed.reduce((sum, it) => sum + minutesBetween(it.span), 0)], [26, 91 * 60], {
      nl: 'De afspraken en de minuten',
      en: 'The bookings and the minutes',
    });
    const [start] = confirmed;
    holds(start?.bookingId != null, 'Er is geen eerste afspraak.', 'There is no first booking.');
    // Nobody was asked who pays: that is settled once care was given.
    equals(await nora.ask(findClaim, { bookingId: start.bookingId }), null, { nl: 'De betaling', en: 'The payment' });

    const tasks = await waitUntil(
      () => nora.ask(listTasks, { household: householdId }),
      (found) => found?.tasks.some(({ kind }) => kind === 'LOAD_CHECK') ?? false,
      { nl: 'Over drie maanden wordt gevraagd hoe het gaat', en: 'In three months somebody asks how it goes' },
    );
    const check = tasks?.tasks.find(({ kind }) => kind === 'LOAD_CHECK');
    equals(check?.dueAt, instantOn(plusMonths(dayOf(agreed.answer?.at ?? now), 3), '09:00'), {
      nl: 'Wanneer dat is',
      en: 'When that is',
    });
    const seen = await waitUntil(
      () => nora.ask(listOnBehalf, { household: householdId }),
      (found) => found?.doneOnBehalf.some(({ what }) => what === 'PROPOSAL_ACCEPTED') ?? false,
      { nl: 'Wat voor haar is gedaan, is te zien', en: 'What was done for her can be seen' },
    );
    const entry = seen?.doneOnBehalf.find(({ what }) => what === 'PROPOSAL_ACCEPTED');
    equals([entry?.by, entry?.undoable], [accountId, true], {
      nl: 'Wie, en terug te draaien',
      en: 'Who, and undoable',
    });

    const dayAfter = instantOn(plusDays(start.on, 1), '09:00');
    if (!(await world.until(dayAfter, { nl: 'de eerste middag', en: 'the first afternoon' }))) return;
    await deliver(world, carla, { id: start.bookingId, terms: { quantity: 350 } });
    holds(
      Date.parse(start.span.from) - Date.parse(mine.signalledAt) < 8 * 7 * 86_400_000,
      'Het duurde langer dan acht weken.',
      'It took longer than eight weeks.',
    );
    world.fact(
      `Van signaal tot eerste zorg: ${Math.round((Date.parse(start.span.from) - Date.parse(mine.signalledAt)) / 86_400_000)} dagen.`,
      `From signal to first care: ${Math.round((Date.parse(start.span.from) - Date.parse(mine.signalledAt)) / 86_400_000)} days.`,
    );
  },
};
