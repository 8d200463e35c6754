import { fold, hourMs, plusMs } from '@adempauze/kernel';
import { test } from '@jest/globals';
import fc from 'fast-check';
import { afternoon } from '../examples.fixtures.ts';
import { type ArrangementCommand, arrangementDecider } from './arrangement.decider.ts';
import type { ArrangementEvent } from './arrangement.events.ts';
import { type ArrangementState, isLiving, type Part, tripsOf } from './arrangement.state.rules.ts';
import { asksOf } from './arrangement-process.ts';
import { bookingAsk, now, partIdOf, partOf, planOf, seriesAsk, taken, tripFor } from './examples.fixtures.ts';

const words = ['a', 'b', 'there', 'back', 'new'] as const;
type Word = (typeof words)[number];
type Move =
  | { readonly do: 'confirm' | 'add' | 'take' }
  | { readonly do: 'end' | 'expire'; readonly part: Word }
  /** A question under way goes on: it is answered, or its answer is written down. */
  | { readonly do: 'go-on'; readonly which: number; readonly yes: boolean }
  | { readonly do: 'notice'; readonly which: number }
  | { readonly do: 'move'; readonly hours: number };
const move: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ do: fc.constantFrom('confirm' as const, 'add' as const) }),
  { arbitrary: fc.record({ do: fc.constant('take' as const) }), weight: 5 },
  fc.record({ do: fc.constantFrom('end' as const, 'expire' as const), part: fc.constantFrom(...words) }),
  {
    arbitrary: fc.record({ do: fc.constant('go-on' as const), which: fc.nat(3), yes: fc.boolean() }),
    weight: 8,
  },
  fc.record({ do: fc.constant('notice' as const), which: fc.nat(3) }),
  fc.record({ do: fc.constant('move' as const), hours: fc.integer({ min: 1, max: 5 }) }),
);

/** What bookings has of a part. */
type Thing = 'none' | 'held' | 'confirmed' | 'over';
type Question = { readonly ask: ReturnType<typeof asksOf>[number]; answer: ArrangementCommand | undefined };

/** An arrangement, what bookings makes of its questions, and questions of several replicas that are under way. */
const openModel = (blocks: boolean) => {
  const history: ArrangementEvent[] = [];
  const things = new Map<string, Thing>(words.map((word) => [partIdOf(word), 'none']));
  const questions: Question[] = [];
  const asked = new Set<string>();
  const notices: ArrangementCommand[] = [];
  const state = (): ArrangementState => fold(arrangementDecider, history);
  const thing = (partId: string): Thing => things.get(partId) ?? 'none';

  /** Sent twice: the second time nothing happens. */
  const send = (command: ArrangementCommand): boolean => {
    const decision = arrangementDecider.decide(command, state());
    if (!decision.accepted) return true;
    history.push(...decision.events);
    if (command.type === 'FollowMove') return true;
    const again = arrangementDecider.decide(command, state());
    return again.accepted && again.events.length === 0;
  };
  const answer = ({ ask }: Question, yes: boolean): ArrangementCommand => {
    const { partId } = ask.part.asked;
    const is = thing(partId);
    const no = { no: taken };
    switch (ask.kind) {
      case 'hold': {
        const held = is === 'held' || is === 'confirmed' || (is === 'none' && yes);
        if (held && is === 'none') things.set(partId, 'held');
        return { type: 'RecordHold', partId, ...(held ? {} : no), now };
      }
      case 'confirm': {
        const confirmed = is === 'confirmed' || (is === 'held' && yes);
        if (confirmed) things.set(partId, 'confirmed');
        return { type: 'RecordYes', partId, ...(confirmed ? {} : no), now };
      }
      case 'end':
        // What was never asked for can still be: a cancel finds nothing then.
        if (is !== 'none') things.set(partId, 'over');
        return { type: 'RecordRelease', partId, ends: ask.part.ends, now };
      case 'move':
        return { type: 'RecordMove', partId, to: ask.part.moveTo ?? afternoon, ...(yes ? {} : no), now };
    }
  };
  /** Nobody says yes to a part before the trips without which it is not to be confirmed have theirs. */
  const isEarly = ({ ask }: Question): boolean =>
    ask.kind === 'confirm' &&
    tripsOf(ask.of, ask.part.asked.partId).some(
      ({ asked: it, stage, end }) => it.tripOf?.blocks === true && stage !== 'agreed' && end !== 'caregiver',
    );
  const take = (): boolean => {
    const [ask] = asksOf(state());
    if (ask === undefined || asked.has(ask.id)) return true;
    asked.add(ask.id);
    const question: Question = { ask, answer: undefined };
    questions.push(question);
    return !isEarly(question);
  };
  const goOn = (which: number, yes: boolean): boolean => {
    const question = questions[which % Math.max(1, questions.length)];
    if (question === undefined) return true;
    if (question.answer === undefined) {
      question.answer = answer(question, yes);
      return true;
    }
    questions.splice(questions.indexOf(question), 1);
    return send(question.answer);
  };
  const notice = (which: number): boolean => {
    const [told] = notices.splice(which % Math.max(1, notices.length), 1);
    return told === undefined || send(told);
  };
  const step = (it: Move): boolean => {
    switch (it.do) {
      case 'confirm':
        return send({ type: 'ConfirmArrangement', now });
      case 'add':
        return send({ type: 'AddParts', parts: [partOf('new', bookingAsk(), { instead: partIdOf('b') })], now });
      case 'take':
        return take();
      case 'end':
        return send({ type: 'EndParts', partIds: [partIdOf(it.part)], now });
      case 'expire': {
        const partId = partIdOf(it.part);
        if (thing(partId) !== 'held' && thing(partId) !== 'confirmed') return true;
        things.set(partId, 'over');
        notices.push({ type: 'LosePart', partId, now });
        return true;
      }
      case 'go-on':
        return goOn(it.which, it.yes);
      case 'notice':
        return notice(it.which);
      case 'move': {
        const shift = it.hours * hourMs;
        const to = { from: plusMs(afternoon.from, shift), until: plusMs(afternoon.until, shift) };
        return send({ type: 'FollowMove', partId: partIdOf('a'), from: afternoon, to, now });
      }
    }
  };
  const tripOf = (leg: 'there' | 'back') =>
    partOf(leg, bookingAsk(), { tripOf: tripFor('a', leg, leg === 'there' && blocks) });
  send(planOf(partOf('a'), partOf('b', seriesAsk()), tripOf('there'), tripOf('back')));
  return {
    ...{ step, state, thing, history },
    /** Until nothing is under way and nothing is wanted. */
    settle(): boolean {
      for (let turn = 0; turn < 300; turn += 1) {
        if (questions.length === 0 && notices.length === 0 && asksOf(state()).length === 0) return true;
        if (!take() || !goOn(0, true) || !notice(0)) return false;
      }
      return false;
    },
  };
};

const matches = ({ stage }: Part, thing: Thing): boolean => {
  if (stage === 'held') return thing === 'held';
  if (stage === 'agreed') return thing === 'confirmed';
  return (stage === 'refused' || stage === 'ended') && (thing === 'none' || thing === 'over');
};

test('whatever happens in whatever order, a part is in one state, and nothing that was let go of is held', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.array(move, { maxLength: 60 }), (blocks, moves) => {
      const model = openModel(blocks);
      if (!moves.every((it) => model.step(it)) || !model.settle()) return false;
      const state = model.state();
      return [...(state?.parts.values() ?? [])].every((part) => {
        const main = part.asked.tripOf && state?.parts.get(part.asked.tripOf.partId);
        // A trip never outlives what it is for.
        const isOrphan = main !== undefined && !isLiving(main) && isLiving(part);
        return !isOrphan && matches(part, model.thing(part.asked.partId));
      });
    }),
    { numRuns: 1500 },
  );
});
