import {
  type DeclineSeries,
  type EndSeries,
  type ExtendSeries,
  mostPlacesAtOnce,
  type RequestSeries,
  type SeriesView,
  seriesMonths,
} from '@adempauze/contracts';
import {
  accept,
  type Day,
  type Decider,
  type Decision,
  dayOf,
  type Instant,
  isRedacted,
  plusMonths,
  type Rejection,
  reject,
} from '@adempauze/kernel';
import type { AtCost, Charge } from '../cancelling/charge.rules.ts';
import type { NoOnDate, SeriesData, SeriesEvent } from './series.events.ts';
import { lastOf, type Occurrence, occurrencesOf } from './weekly.rules.ts';

export type SeriesCommand = { readonly now: Instant } & (
  | {
      readonly type: 'RequestSeries';
      readonly data: Omit<SeriesData<'SeriesRequested'>, 'requestedAt' | 'dates' | 'skipped' | 'zone' | 'rule'> & {
        readonly rule: RequestSeries['rule'];
      };
    }
  | { readonly type: 'RecordAnswers'; readonly held: readonly Day[]; readonly skipped: readonly NoOnDate[] }
  | { readonly type: 'ConfirmSeries' }
  | { readonly type: 'RecordAgreed'; readonly agreed: readonly Day[]; readonly lost: readonly NoOnDate[] }
  | { readonly type: 'AcceptSeries' }
  | { readonly type: 'RecordAccepted'; readonly dates: readonly Day[] }
  /** `waiting`: the dates whose bookings wait for the provider; those bookings have the last word. */
  | { readonly type: 'DeclineSeries'; readonly waiting: readonly Day[]; readonly reason: DeclineSeries['reason'] }
  | { readonly type: 'RecordDeclined'; readonly declined: readonly Day[]; readonly kept: readonly Day[] }
  | { readonly type: 'ExtendSeries'; readonly data: Omit<ExtendSeries, 'seriesId'> }
  | { readonly type: 'EndSeries'; readonly data: AtCost<Pick<EndSeries, 'from' | 'by'>> }
  | { readonly type: 'RecordCancelled'; readonly dates: readonly Day[] }
  /** Nothing new: the process looks at what is still outstanding. */
  | { readonly type: 'GoOn' }
);

/**
 * How far a date has come, as far as the series itself is concerned; its booking says the rest. What ends in `-asked` is
 * outstanding: the process has recorded that it wants it and has no answer yet.
 */
export type DateStage =
  | 'hold-asked'
  | 'held'
  | 'skipped'
  | 'confirm-asked'
  | 'agreed'
  | 'accept-asked'
  | 'decline-asked'
  | 'declined'
  | 'lost'
  | 'cancel-asked'
  | 'cancelled';

export type SeriesDateState = {
  readonly on: Day;
  readonly span: SeriesView['dates'][number]['span'] | undefined;
  readonly stage: DateStage;
  readonly no: NoOnDate | undefined;
  /** Who ended it and when that was agreed; another end touches it no more. */
  readonly letGo?: { readonly by: EndSeries['by']; readonly agreedAt: Instant };
};
export type Series = {
  readonly asked: Omit<SeriesData<'SeriesRequested'>, 'dates' | 'skipped'>;
  readonly rule: SeriesView['rule'];
  /** In the order of the calendar. Dates are only ever added. */
  readonly dates: ReadonlyMap<Day, SeriesDateState>;
  readonly confirmed: boolean;
  /** How often the provider said yes to what waited. */
  readonly acceptances: number;
  /** The provider's last no: why, how often it said so, and the date that counts as demand that was not met. */
  readonly declined: { readonly reason: DeclineSeries['reason']; readonly number: number; readonly first: Day } | null;
  readonly endedFrom: Day | null;
  /** What was agreed to for ending late, each time that it ended earlier. */
  readonly charges: readonly Charge[];
};
export type SeriesState = Series | undefined;

export type SeriesRejection = Rejection<
  | 'already-exists'
  | 'series-not-found'
  | 'series-without-dates'
  | 'series-not-held'
  | 'series-not-awaiting-acceptance'
  | 'series-ended'
  | 'series-too-long'
  | 'series-too-many-dates'
  | 'time-in-the-past'
>;
type Answer = Decision<SeriesEvent, SeriesRejection>;

/**
 * A booking that repeats (R17). It remembers the rule as wall time and zone, every date that came of it, and what was
 * asked for each; what a date is worth is in its own booking. A date that is there is never rewritten.
 */
export const seriesDecider: Decider<SeriesCommand, SeriesState, SeriesEvent, SeriesRejection> = {
  initialState: undefined,

  evolve(state, { type, data }) {
    if (type === 'SeriesRequested') {
      const { dates, skipped, ...asked } = data;
      return {
        ...{ asked, rule: data.rule, dates: added(new Map(), dates, skipped) },
        ...{ confirmed: false, acceptances: 0, declined: null, endedFrom: null, charges: [] },
      };
    }
    if (state === undefined) return state;
    switch (type) {
      case 'SeriesDatesAnswered':
        return refused(staged(state, data.held, 'held', ['hold-asked']), data.skipped, 'skipped', ['hold-asked']);
      case 'SeriesConfirmed':
        return { ...staged(state, data.dates, 'confirm-asked', ['held']), confirmed: true };
      case 'SeriesDatesAgreed':
        return refused(staged(state, data.agreed, 'agreed', ['confirm-asked']), data.lost, 'lost', ['confirm-asked']);
      case 'SeriesAccepted':
        return { ...staged(state, data.dates, 'accept-asked', ['agreed']), acceptances: state.acceptances + 1 };
      case 'SeriesDatesAccepted':
        return staged(state, data.dates, 'agreed', ['accept-asked']);
      case 'SeriesDeclined': {
        const { dates, reason } = data;
        const [first] = dates;
        if (first === undefined) return state;
        const declined = { reason, number: (state.declined?.number ?? 0) + 1, first };
        return { ...staged(state, dates, 'decline-asked', ['agreed']), declined };
      }
      case 'SeriesDatesDeclined': {
        const { declined, kept } = data;
        return staged(staged(state, declined, 'declined', ['decline-asked']), kept, 'agreed', ['decline-asked']);
      }
      case 'SeriesExtended': {
        const exceptions = [...new Set([...state.rule.exceptions, ...data.exceptions])].toSorted();
        const rule = { ...state.rule, until: data.until, exceptions };
        return { ...state, rule, dates: added(state.dates, data.dates, data.skipped) };
      }
      case 'SeriesEnded': {
        const letGo = { by: data.by, agreedAt: data.agreedAt ?? data.endedAt };
        const ended = data.dates.map((on) => ({ on, stage: 'cancel-asked' as const, no: undefined, letGo }));
        return {
          ...changed(state, ended, living),
          ...{ endedFrom: data.from, charges: [...state.charges, ...(data.charges ?? [])] },
        };
      }
      case 'SeriesDatesCancelled':
        return staged(state, data.dates, 'cancelled', ['cancel-asked']);
    }
  },

  decide(command, state) {
    if (command.type === 'RequestSeries') return request(command, state);
    return state === undefined ? reject('series-not-found') : decideOn(state, command);
  },
};

/** It may still take place. */
const living: readonly DateStage[] = ['hold-asked', 'held', 'confirm-asked', 'agreed', 'accept-asked', 'decline-asked'];

const decideOn = (state: Series, command: Exclude<SeriesCommand, { type: 'RequestSeries' }>): Answer => {
  const { seriesId } = state.asked;
  const { now } = command;
  switch (command.type) {
    case 'RecordAnswers': {
      const held = command.held.filter((on) => stageOn(state, on) === 'hold-asked');
      const skipped = command.skipped.filter(({ on }) => stageOn(state, on) === 'hold-asked');
      if (held.length + skipped.length === 0) return accept();
      return accept({ type: 'SeriesDatesAnswered', data: { seriesId, held, skipped, answeredAt: now } });
    }
    case 'ConfirmSeries': {
      const { endedFrom } = state;
      const dates = daysIn(state, ['held']).filter((on) => endedFrom === null || on < endedFrom);
      if (dates.length > 0) return accept({ type: 'SeriesConfirmed', data: { seriesId, dates, confirmedAt: now } });
      return state.confirmed ? accept() : reject('series-not-held');
    }
    case 'RecordAgreed': {
      const agreed = command.agreed.filter((on) => stageOn(state, on) === 'confirm-asked');
      const lost = command.lost.filter(({ on }) => stageOn(state, on) === 'confirm-asked');
      if (agreed.length + lost.length === 0) return accept();
      return accept({ type: 'SeriesDatesAgreed', data: { seriesId, agreed, lost, agreedAt: now } });
    }
    case 'AcceptSeries': {
      const dates = daysIn(state, ['agreed']).filter((on) => on >= dayOf(now));
      if (dates.length === 0) return accept();
      return accept({ type: 'SeriesAccepted', data: { seriesId, dates, acceptedAt: now } });
    }
    case 'RecordAccepted': {
      const dates = command.dates.filter((on) => stageOn(state, on) === 'accept-asked');
      if (dates.length === 0) return accept();
      return accept({ type: 'SeriesDatesAccepted', data: { seriesId, dates, recordedAt: now } });
    }
    case 'DeclineSeries': {
      const { reason, waiting } = command;
      const dates = daysIn(state, ['agreed']).filter((on) => waiting.includes(on));
      if (dates.length > 0)
        return accept({ type: 'SeriesDeclined', data: { seriesId, dates, reason, declinedAt: now } });
      const again = state.declined?.reason === reason && daysIn(state, ['decline-asked', 'declined']).length > 0;
      return again ? accept() : reject('series-not-awaiting-acceptance');
    }
    case 'RecordDeclined': {
      const [declined, kept] = [command.declined, command.kept].map((them) =>
        them.filter((on) => stageOn(state, on) === 'decline-asked'),
      );
      if (declined === undefined || kept === undefined || declined.length + kept.length === 0) return accept();
      return accept({ type: 'SeriesDatesDeclined', data: { seriesId, declined, kept, recordedAt: now } });
    }
    case 'ExtendSeries':
      return extend(state, command.data, now);
    case 'EndSeries': {
      const { from, by, charges = [], agreedAt } = command.data;
      if (state.endedFrom !== null && state.endedFrom <= from) return accept();
      const dates = daysIn(state, living).filter((on) => on >= from && on >= dayOf(agreedAt ?? now));
      const agreed = {
        ...(charges.length === 0 ? {} : { charges: [...charges] }),
        ...(agreedAt === undefined ? {} : { agreedAt }),
      };
      return accept({ type: 'SeriesEnded', data: { seriesId, from, by, dates, ...agreed, endedAt: now } });
    }
    case 'RecordCancelled': {
      const dates = command.dates.filter((on) => stageOn(state, on) === 'cancel-asked');
      if (dates.length === 0) return accept();
      return accept({ type: 'SeriesDatesCancelled', data: { seriesId, dates, cancelledAt: now } });
    }
    case 'GoOn':
      return accept();
  }
};

const request = ({ data, now }: SeriesCommand & { type: 'RequestSeries' }, state: SeriesState): Answer => {
  if (state !== undefined) return isRepeat(state, data) ? accept() : reject('already-exists');
  if (data.rule.from < dayOf(now)) return reject('time-in-the-past');
  const found = occurrencesOf(data.rule);
  if (!found.some(({ span }) => span !== undefined)) return reject('series-without-dates');
  if (found.length > mostPlacesAtOnce) return reject('series-too-many-dates', { most: mostPlacesAtOnce });
  return accept({
    type: 'SeriesRequested',
    data: { ...data, zone: 'Europe/Amsterdam', ...written(found), requestedAt: now },
  });
};

const extend = (state: Series, { until, exceptions }: Omit<ExtendSeries, 'seriesId'>, now: Instant): Answer => {
  if (state.endedFrom !== null) return reject('series-ended');
  if (until <= state.rule.until) return accept();
  const today = dayOf(now);
  const lastDay = plusMonths(today > state.rule.from ? today : state.rule.from, seriesMonths);
  if (until > lastDay) return reject('series-too-long', { lastDay });
  const rule = { ...state.rule, until, exceptions: [...state.rule.exceptions, ...exceptions] };
  const last = lastOf([state.rule.until, ...state.dates.keys()]) ?? state.rule.until;
  const found = occurrencesOf(rule, last > today ? last : today);
  if (found.length > mostPlacesAtOnce) return reject('series-too-many-dates', { most: mostPlacesAtOnce });
  return accept({
    type: 'SeriesExtended',
    data: {
      ...{ seriesId: state.asked.seriesId, until, exceptions: [...exceptions] },
      ...written(found),
      extendedAt: now,
    },
  });
};

const written = (found: readonly Occurrence[]) => ({
  dates: found.flatMap(({ on, span }) => (span === undefined ? [] : [{ on, span }])),
  skipped: found.flatMap(({ on, span }) => (span === undefined ? [{ on, code: 'hour-skipped', facts: {} }] : [])),
});

/** Words that were forgotten are not compared. */
const isRepeat = ({ asked }: Series, data: (SeriesCommand & { type: 'RequestSeries' })['data']): boolean => {
  const { requestedAt: _at, zone: _zone, purpose, ...kept } = asked;
  const { purpose: again, ...same } = data;
  const words = isRedacted(purpose) || isRedacted(again) || purpose === again;
  return words && canonical(kept) === canonical(same);
};

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, it: unknown) =>
    typeof it === 'object' && it !== null && !Array.isArray(it)
      ? Object.fromEntries(Object.entries(it).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : it,
  );

export const stageOn = (state: Series, on: Day): DateStage | undefined => state.dates.get(on)?.stage;

/** The days of these stages, in order. */
export const daysIn = ({ dates }: Series, stages: readonly DateStage[]): Day[] =>
  [...dates.values()].filter(({ stage }) => stages.includes(stage)).map(({ on }) => on);

const added = (
  dates: Series['dates'],
  asked: SeriesData<'SeriesExtended'>['dates'],
  skipped: readonly NoOnDate[],
): Series['dates'] => {
  const fresh: SeriesDateState[] = [
    ...asked.map(({ on, span }) => ({ on, span, stage: 'hold-asked' as const, no: undefined })),
    ...skipped.map((no) => ({ on: no.on, span: undefined, stage: 'skipped' as const, no })),
  ];
  // What is there stays what it is, whatever an event would have of it.
  const all = [...dates.values(), ...fresh.filter(({ on }) => !dates.has(on))];
  return new Map(all.toSorted((a, b) => (a.on < b.on ? -1 : 1)).map((it) => [it.on, it]));
};

const staged = (state: Series, days: readonly Day[], stage: DateStage, from: readonly DateStage[]): Series =>
  changed(
    state,
    days.map((on) => ({ on, stage, no: undefined })),
    from,
  );

const refused = (state: Series, nos: readonly NoOnDate[], stage: DateStage, from: readonly DateStage[]): Series =>
  changed(
    state,
    nos.map((no) => ({ on: no.on, stage, no })),
    from,
  );

const changed = (
  state: Series,
  changes: readonly Pick<SeriesDateState, 'on' | 'stage' | 'no' | 'letGo'>[],
  from: readonly DateStage[],
): Series => {
  if (changes.length === 0) return state;
  const dates = new Map(state.dates);
  for (const change of changes) {
    const known = dates.get(change.on);
    if (known !== undefined && from.includes(known.stage)) dates.set(change.on, { ...known, ...change });
  }
  return { ...state, dates };
};
