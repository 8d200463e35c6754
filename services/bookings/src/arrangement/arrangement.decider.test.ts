import { Day, fold, hourMs, plusMs } from '@adempauze/kernel';
import { deciderSpec } from '@adempauze/testing';
import { describe, expect, test } from '@jest/globals';
import { afternoon } from '../examples.fixtures.ts';
import { type ArrangementCommand, arrangementDecider } from './arrangement.decider.ts';
import { asksOf } from './arrangement-process.ts';
import {
  after,
  backSpan,
  bookingAsk,
  confirm,
  had,
  ids,
  now,
  partIdOf,
  partOf,
  planOf,
  seriesAsk,
  taken,
  thereSpan,
  trip,
} from './examples.fixtures.ts';

const given = deciderSpec(arrangementDecider);
const stagesAfter = (...commands: readonly ArrangementCommand[]) => {
  const state = fold(arrangementDecider, after(...commands));
  return Object.fromEntries(
    ['help', 'care', 'broker', 'there', 'back', 'new'].flatMap((word) => {
      const part = state?.parts.get(partIdOf(word));
      return part === undefined ? [] : [[word, part.stage]];
    }),
  );
};
const no = (word: string): ArrangementCommand => ({ type: 'RecordHold', partId: partIdOf(word), no: taken, now });
const agreed = (word: string): ArrangementCommand => ({ type: 'RecordYes', partId: partIdOf(word), now });
const lost = (word: string): ArrangementCommand => ({ type: 'RecordYes', partId: partIdOf(word), no: taken, now });
const end = (...words: readonly string[]): ArrangementCommand => ({
  ...{ type: 'EndParts', partIds: words.map(partIdOf), now },
});
const lose = (word: string): ArrangementCommand => ({ type: 'LosePart', partId: partIdOf(word), now });
const three = planOf(partOf('help', seriesAsk()), partOf('care'), partOf('broker'));

describe('a plan of several forms', () => {
  test('asked again it is the same; another under its id is not', () => {
    given(...after(three))
      .when(three)
      .then();
    given(...after(three))
      .when(planOf(partOf('care')))
      .thenRejected('already-exists');
  });
  test('what could not be had is named, and stops nothing else', () => {
    expect(stagesAfter(three, had('help'), no('care'), had('broker'), confirm)).toEqual({
      ...{ help: 'confirm-asked', care: 'refused', broker: 'confirm-asked' },
    });
  });
  test('one yes is for all that is held; a second changes nothing, and without anything held it is a no', () => {
    given(...after(three, had('help'), had('care'), no('broker')))
      .when(confirm)
      .then({
        type: 'ArrangedPartsConfirmed',
        data: { ...ids, partIds: [partIdOf('help'), partIdOf('care')], confirmedAt: now },
      });
    given(...after(three, had('help'), confirm))
      .when(confirm)
      .then();
    given(...after(three, no('help'), no('care'), no('broker')))
      .when(confirm)
      .thenRejected('arrangement-not-held');
  });
  test('ending one leaves the others; what was refused is then done without', () => {
    const begun = [three, had('help'), had('care'), no('broker'), confirm, agreed('help'), agreed('care')];
    expect(stagesAfter(...begun, end('help'))).toEqual({ help: 'end-asked', care: 'agreed', broker: 'refused' });
    expect(stagesAfter(...begun, end('broker'))).toEqual({ help: 'agreed', care: 'agreed', broker: 'ended' });
    given(...after(...begun, end('help')))
      .when(end('help'))
      .then();
    given(...after(...begun))
      .when(end('nobody'))
      .thenRejected('part-not-found');
  });
  test('a part in the place of another ends it once it is agreed, from its first day, and not before', () => {
    const begun = [three, had('help'), had('care'), confirm, agreed('help'), agreed('care')];
    const other: ArrangementCommand = {
      ...{ type: 'AddParts', parts: [partOf('new', bookingAsk(), { instead: partIdOf('help') })], now },
    };
    expect(stagesAfter(...begun, other, had('new')).help).toBe('agreed');
    expect(stagesAfter(...begun, other, no('new')).help).toBe('agreed');
    given(...after(...begun, other, had('new'), confirm))
      .when(agreed('new'))
      .then(
        { type: 'ArrangedPartAgreed', data: { ...ids, partId: partIdOf('new'), agreedAt: now } },
        {
          type: 'ArrangedPartsEnded',
          data: {
            ...{ ...ids, parts: [{ partId: partIdOf('help'), why: 'replaced' }] },
            ...{ from: Day.parse('2027-05-03'), endedAt: now },
          },
        },
      );
  });
  test('a hold that came after it was let go of is let go of again', () => {
    const gone: [ArrangementCommand, ArrangementCommand, ArrangementCommand] = [
      three,
      end('care'),
      { type: 'RecordRelease', partId: partIdOf('care'), ends: 1, now },
    ];
    expect(stagesAfter(...gone).care).toBe('ended');
    expect(stagesAfter(...gone, had('care')).care).toBe('end-asked');
    // Also where the answer to the first time comes last.
    expect(stagesAfter(three, end('care'), had('care'), gone[2]).care).toBe('end-asked');
  });
  test('parts are added with ids of their own, and again it is the same', () => {
    const more: ArrangementCommand = { type: 'AddParts', parts: [partOf('new')], now };
    given(...after(three, more))
      .when(more)
      .then();
    given(...after(three))
      .when({ type: 'AddParts', parts: [partOf('care', seriesAsk())], now })
      .thenRejected('already-exists');
    given(...after(three))
      .when({ type: 'AddParts', parts: [trip('nobody', 'there')], now })
      .thenRejected('part-not-found');
  });
});

describe('trips', () => {
  const free = planOf(partOf('care'), trip('care', 'there'), trip('care', 'back'));
  const must = planOf(partOf('care'), trip('care', 'there', true), trip('care', 'back', true));
  const all = [had('care'), had('there'), had('back')];

  test('lack of transport blocks nothing, unless the caregiver says so (R22)', () => {
    expect(stagesAfter(free, had('care'), no('there'), had('back'), confirm)).toEqual({
      ...{ care: 'confirm-asked', there: 'refused', back: 'confirm-asked' },
    });
    given(...after(must, had('care'), no('there'), had('back')))
      .when(confirm)
      .thenRejected('transport-first');
  });
  test('doing without the trip that is not there lets the rest be confirmed', () => {
    expect(stagesAfter(must, had('care'), no('there'), had('back'), end('there'), confirm)).toEqual({
      ...{ care: 'confirm-asked', there: 'ended', back: 'confirm-asked' },
    });
  });
  test('what blocks is asked first; lost, it takes the yes to the others back', () => {
    const history = after(must, ...all, confirm);
    const asks = asksOf(fold(arrangementDecider, history)).map(({ part }) => part.asked.partId);
    expect(asks).toEqual(['there', 'back', 'care'].map(partIdOf));
    expect(stagesAfter(must, ...all, confirm, lost('there'))).toEqual({
      ...{ care: 'held', there: 'end-asked', back: 'held' },
    });
  });
  test('they end with what they are for, however it ends', () => {
    const ended = { care: 'end-asked', there: 'end-asked', back: 'end-asked' };
    expect(stagesAfter(free, ...all, end('care'))).toEqual(ended);
    expect(stagesAfter(free, ...all, confirm, lost('care'))).toEqual(ended);
    expect(stagesAfter(free, ...all, confirm, agreed('care'), lose('care'))).toEqual({ ...ended, care: 'ended' });
    expect(stagesAfter(free, no('care'))).toEqual({ ...ended, care: 'refused' });
    expect(stagesAfter(free, ...all, end('there'))).toEqual({ care: 'held', there: 'end-asked', back: 'held' });
  });
  test('they move with it: there with its beginning, back with its end', () => {
    const to = { from: plusMs(afternoon.from, 2 * hourMs), until: plusMs(afternoon.until, 3 * hourMs) };
    const move: ArrangementCommand = { type: 'FollowMove', partId: partIdOf('care'), from: afternoon, to, now };
    const there = { from: plusMs(thereSpan.from, 2 * hourMs), until: plusMs(thereSpan.until, 2 * hourMs) };
    const back = { from: plusMs(backSpan.from, 3 * hourMs), until: plusMs(backSpan.until, 3 * hourMs) };
    const history = after(free, ...all, confirm, agreed('care'), agreed('there'), agreed('back'));
    given(...history)
      .when(move)
      .then({
        type: 'TripsToMove',
        data: {
          ...{ ...ids, askedAt: now },
          trips: [
            { partId: partIdOf('there'), to: there },
            { partId: partIdOf('back'), to: back },
          ],
        },
      });
    const asked = arrangementDecider.decide(move, fold(arrangementDecider, history));
    const moved = [...history, ...(asked.accepted ? asked.events : [])];
    given(...moved)
      .when({ type: 'RecordMove', partId: partIdOf('there'), to: there, now })
      .then({ type: 'TripMoved', data: { ...ids, partId: partIdOf('there'), span: there, movedAt: now } });
    given(...moved)
      .when({ type: 'RecordMove', partId: partIdOf('back'), to: back, no: taken, now })
      .then({
        type: 'ArrangedPartsEnded',
        data: { ...ids, parts: [{ partId: partIdOf('back'), why: 'could-not-move' }], endedAt: now },
      });
    // Where a trip is not asked to move, an answer says nothing.
    given(...history)
      .when({ type: 'RecordMove', partId: partIdOf('there'), to: there, now })
      .then();
  });
});
