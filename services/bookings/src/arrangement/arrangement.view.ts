import {
  type ArrangedPartView,
  type ArrangementView,
  BookingId,
  type BookingView,
  type PartKind,
  SeriesId,
  StayId,
  type StayView,
} from '@adempauze/contracts';
import { type Instant, instantOn, orWhenRedacted, plusDays, type Span } from '@adempauze/kernel';
import { type Arrangement, isBlocked, isOpenQuestion, type Part, partsOf } from './arrangement.state.rules.ts';
import type { PartThing, PartThings } from './part-looks.ts';

type Turn = ArrangedPartView['turn'];

/** What the world sees of an arrangement: its own stream, and what its parts have become. */
export const arrangementView = (
  state: Arrangement,
  things: PartThings,
  revision: number,
  now: Instant,
): ArrangementView => {
  const { planned } = state;
  const parts = partsOf(state).map((part) => partView(state, part, things.get(part.asked.partId), now));
  const questions = new Set(
    partsOf(state)
      .filter((part) => isOpenQuestion(state, part))
      .map(({ asked }) => asked.partId),
  );
  // What would be over by now needs no decision any more.
  const isOpen = ({ partId, span, blocked }: ArrangedPartView) =>
    (questions.has(partId) || blocked) && span.until > now;
  return {
    arrangementId: planned.arrangementId,
    householdId: planned.householdId,
    purpose: orWhenRedacted(planned.purpose, null),
    requestedBy: planned.requestedBy,
    plannedAt: planned.plannedAt,
    parts,
    ownCostCents: parts.reduce((sum, { ownCostCents }) => sum + (ownCostCents ?? 0), 0),
    next: nextOf(parts, isOpen, planned.plannedAt),
    revision,
  };
};

const partView = (state: Arrangement, part: Part, thing: PartThing | undefined, now: Instant): ArrangedPartView => {
  const { asked, stage, no, end, since } = part;
  const id = (kind: PartKind) => (thing === undefined || asked.kind !== kind ? null : asked.thingId);
  const [bookingId, seriesId, stayId] = [id('booking'), id('series'), id('stay')];
  return {
    partId: asked.partId,
    kind: asked.kind,
    form: asked.form,
    offerId: asked.offerId,
    providerId: asked.providerId,
    span: spanOf(part, thing),
    bookingId: bookingId === null ? null : BookingId.parse(bookingId),
    seriesId: seriesId === null ? null : SeriesId.parse(seriesId),
    stayId: stayId === null ? null : StayId.parse(stayId),
    tripOf: asked.tripOf ?? null,
    status: isSaid(part, thing) ? 'agreed' : statusOf(stage),
    reason: no === null ? null : { code: no.code, facts: { ...no.facts } },
    end,
    blocked: isBlocked(state, part),
    ownCostCents: ownCostOf(thing),
    endCostCents: endCostOf(thing, now),
    turn: turnOf(part, thing) ?? { actor: 'nobody', since, until: null },
  };
};

/** The caregiver said yes to the thing itself, and not to the plan. */
const isSaid = ({ stage }: Part, thing: PartThing | undefined): boolean => {
  if (stage !== 'held' || thing === undefined) return false;
  if (thing.kind !== 'booking') return thing.view.status === 'confirmed';
  return thing.view.status !== 'held' && counting.includes(thing.view.status);
};

const statusOf = (stage: Part['stage']): ArrangedPartView['status'] => {
  switch (stage) {
    case 'hold-asked':
      return 'asked';
    case 'held':
    case 'refused':
    case 'agreed':
      return stage;
    case 'confirm-asked':
      return 'held';
    case 'end-asked':
    case 'ended':
      return 'ended';
  }
};

/** When a part takes place, as far as it is known. */
export const spanOf = ({ asked: { ask, span }, at, since }: Part, thing: PartThing | undefined): Span => {
  if (thing?.kind === 'booking') return thing.view.span;
  if (thing?.kind === 'stay') return spanOfStay(thing.view, since);
  const dates = thing?.kind === 'series' ? thing.view.dates : [];
  const [first, last] = [dates[0], dates.at(-1)];
  if (first !== undefined && last !== undefined) return { from: first.span.from, until: last.span.until };
  if (ask.kind === 'stay') return { from: (ask.steps[0] ?? ask).span.from, until: ask.span.until };
  if (ask.kind !== 'series') return at ?? span ?? { from: since, until: since };
  const { from, until, startsAt, endsAt, endsDaysLater } = ask.rule;
  return { from: instantOn(from, startsAt), until: instantOn(plusDays(until, endsDaysLater), endsAt) };
};

const spanOfStay = ({ steps }: StayView, since: Span['from']): Span => ({
  from: steps[0]?.span.from ?? since,
  until: steps.at(-1)?.span.until ?? since,
});

const counting: readonly BookingView['status'][] = [
  ...(['held', 'reserved', 'awaiting-acceptance', 'awaiting-helper', 'confirmed', 'delivered'] as const),
];
/** Of what is held, agreed or given; also of what was given before the part ended. */
const ownCostOf = (thing: PartThing | undefined): number | null => {
  if (thing === undefined) return null;
  if (thing.kind !== 'booking') return thing.view.ownCostCents;
  return counting.includes(thing.view.status) ? thing.view.quote.ownCostCents : null;
};

/** What ending it now costs the caregiver. */
const endCostOf = (thing: PartThing | undefined, now: Instant): number => {
  if (thing === undefined) return 0;
  if (thing.kind !== 'booking') return thing.view.endCostCents;
  const { status, span, cancelCostCents } = thing.view;
  return status === 'confirmed' && span.from > now ? cancelCostCents : 0;
};

/** Whose turn it is for this part; nothing where nobody is waited for. */
const turnOf = (part: Part, thing: PartThing | undefined): Turn | undefined => {
  const { stage, since } = part;
  if (stage === 'refused') return { actor: 'caregiver', since, until: null };
  if (thing === undefined) return undefined;
  if (!isSaid(part, thing) && (stage === 'held' || stage === 'confirm-asked'))
    return { actor: 'caregiver', since, until: heldUntilOf(thing) };
  if (stage !== 'agreed' && !isSaid(part, thing)) return undefined;
  switch (thing.kind) {
    case 'booking':
      return turnOfBooking(thing.view);
    case 'stay':
      return thing.view.turn.actor === 'nobody' ? undefined : thing.view.turn;
    case 'series':
      return thing.bookings
        .flatMap((it) => turnOfBooking(it) ?? [])
        .toSorted((a, b) => (a.since < b.since ? -1 : 1))[0];
  }
};

const turnOfBooking = ({ step, answerBy, recordBy, status }: BookingView): Turn | undefined =>
  step.actor === 'nobody' ? undefined : { ...step, until: status === 'confirmed' ? recordBy : answerBy };

const heldUntilOf = (thing: PartThing): Turn['until'] => {
  if (thing.kind === 'booking') return thing.view.heldUntil;
  if (thing.kind === 'stay') return null;
  const held = thing.bookings.flatMap(({ heldUntil }) => (heldUntil === null ? [] : [heldUntil]));
  return held.toSorted()[0] ?? null;
};

/** What comes first: saying yes before the holds end, then choosing again for what could not be had, then the others. */
const nextOf = (
  parts: readonly ArrangedPartView[],
  isOpen: (part: ArrangedPartView) => boolean,
  plannedAt: Turn['since'],
): ArrangementView['next'] => {
  const firstOf = (found: readonly ArrangedPartView[]): Turn | undefined =>
    found.map(({ turn }) => turn).toSorted((a, b) => ((a.until ?? '~') < (b.until ?? '~') ? -1 : 1))[0];
  const held = firstOf(parts.filter(({ status, blocked }) => status === 'held' && !blocked));
  if (held !== undefined) return { step: 'confirm', ...held, actor: 'caregiver' };
  const choice = firstOf(parts.filter(isOpen));
  if (choice !== undefined) return { step: 'choose', ...choice, actor: 'caregiver' };
  const waiting = firstOf(parts.filter(({ status, turn }) => status === 'agreed' && turn.actor !== 'nobody'));
  if (waiting === undefined) return { step: 'nothing', actor: 'nobody', since: plannedAt, until: null };
  const part = parts.find(({ turn }) => turn === waiting);
  return { step: part?.kind === 'stay' ? 'outcome' : stepFor(waiting, part?.span), ...waiting };
};

/** Before the care somebody has to answer; after it somebody has to record. */
const stepFor = ({ since }: Turn, span: Span | undefined): ArrangementView['next']['step'] =>
  span !== undefined && since >= span.from ? 'record' : 'answer';
