import { PageRequest } from '@adempauze/contracts';
import { type Outcome, reject } from '@adempauze/kernel';
import { z } from 'zod';
import { refuse } from '../context.ts';
import type { OperationsPage, OperatorAction, ParkedItem } from '../dependencies.ts';
import { builder } from './builder.ts';
import { checked } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { connectionOf } from './relay.ts';
import { enumOf } from './vocabulary.ts';

/* What the operator sees and does: messages that could not be handled, readiness, and in a demonstration the clock. */

const ParkedType = builder.objectRef<ParkedItem>('ParkedMessage').implement({
  description: 'A message that a consumer could not handle. It waits, and so does what comes behind it under its key.',
  fields: (t) => ({
    id: t.string({ resolve: (it) => it.id }),
    consumer: t.exposeString('consumer'),
    key: t.exposeString('key'),
    type: t.exposeString('type'),
    reason: t.exposeString('reason'),
    parkedAt: t.expose('parkedAt', { type: 'Instant' }),
    attempts: t.exposeInt('attempts'),
  }),
});
const ParkedConnection = connectionOf(ParkedType, 'ParkedMessage');

const OperatorActionEnum = enumOf('OperatorActionKind', ['replayed', 'discarded']);
const OperatorActionType = builder.objectRef<OperatorAction>('OperatorAction').implement({
  description: 'What an operator did with a parked message, as the log has it.',
  fields: (t) => ({
    action: t.expose('action', { type: OperatorActionEnum }),
    messageId: t.exposeString('messageId'),
    consumer: t.exposeString('consumer'),
    key: t.exposeString('key'),
    type: t.exposeString('type'),
    reason: t.exposeString('reason', {
      description: 'Why it was discarded, in the operator’s words; of a replay why it had been parked.',
    }),
    at: t.expose('at', { type: 'Instant' }),
    by: t.exposeString('by', { description: 'Opaque account id.' }),
  }),
});
const OperatorActionConnection = connectionOf(OperatorActionType, 'OperatorAction');

const missing = {
  description: 'Services that cannot be asked now: what they have is not in this list.',
  resolve: (page: OperationsPage<unknown>) => [...(page.missing ?? [])],
};
builder.objectField(ParkedConnection, 'missing', (t) => t.stringList(missing));
builder.objectField(OperatorActionConnection, 'missing', (t) => t.stringList(missing));

type StatusCheck = { readonly check: string; readonly ok: boolean; readonly detail: string };
const StatusCheckType = builder.objectRef<StatusCheck>('StatusCheck').implement({
  fields: (t) => ({
    check: t.exposeString('check'),
    ok: t.exposeBoolean('ok'),
    detail: t.exposeString('detail'),
  }),
});

builder.queryFields((t) => ({
  parked: t.field({
    type: ParkedConnection,
    nullable: true,
    args: { first: t.arg.int({ defaultValue: 20 }), after: t.arg.string({ required: false }) },
    async resolve(_root, { first, after }, { services }) {
      const { items, ...rest } = await services.operations.listParked(checked(PageRequest, { first, after }, '#'));
      return { items: [...items], ...rest };
    },
  }),
  operatorActions: t.field({
    type: OperatorActionConnection,
    nullable: true,
    description: 'Who replayed or discarded what, when and why; the latest first.',
    args: { first: t.arg.int({ defaultValue: 20 }), after: t.arg.string({ required: false }) },
    async resolve(_root, { first, after }, { services }) {
      const { items, ...rest } = await services.operations.listActions(checked(PageRequest, { first, after }, '#'));
      return { items: [...items], ...rest };
    },
  }),
  status: t.field({
    type: [StatusCheckType],
    nullable: true,
    async resolve(_root, _args, { services }) {
      const checks = await services.operations.status();
      return Object.entries(checks).map(([check, { ok, detail }]) => ({ check, ok, detail }));
    },
  }),
}));

const MessageId = z.string().min(1).max(200);

type Replay = { readonly replayed: number; readonly left: number; readonly failure: string | undefined };
const ReplayType = builder.objectRef<Replay>('Replay').implement({
  fields: (t) => ({
    replayed: t.exposeInt('replayed'),
    left: t.exposeInt('left', { description: 'Messages of the same key that still wait.' }),
    failure: t.exposeString('failure', { nullable: true, description: 'Why it stopped before the last.' }),
  }),
});
commandMutation('replayParked', {
  description: 'Feeds what waits under this message’s key to its consumer again, in order, until one fails.',
  input: commandInput('ReplayParked', (t) => ({ messageId: t.string() })),
  answers: { field: 'replay', type: ReplayType },
  run: async ({ messageId }, { viewer, services }): Promise<Outcome<Replay>> => {
    const id = checked(MessageId, messageId, '#/input/messageId');
    const replay = await services.operations.replayParked(id, viewer.accountId);
    return replay ? { accepted: true, position: undefined, value: replay } : refuse('not-found');
  },
});

const DiscardedType = builder.objectRef<{ messageId: string }>('Discarded').implement({
  fields: (t) => ({ messageId: t.exposeString('messageId') }),
});
commandMutation('discardParked', {
  description: 'Gives up on one message.',
  input: commandInput('DiscardParked', (t) => ({ messageId: t.string(), reason: t.string() })),
  answers: { field: 'discarded', type: DiscardedType },
  run: async (given, { viewer, services }): Promise<Outcome<{ messageId: string }>> => {
    const Discard = z.object({ messageId: MessageId, reason: z.string().trim().min(3).max(200) });
    const { messageId, reason } = checked(Discard, { messageId: given.messageId, reason: given.reason });
    const discarded = await services.operations.discardParked(messageId, viewer.accountId, reason);
    return discarded ? { accepted: true, position: undefined, value: { messageId } } : refuse('not-found');
  },
});

const ClockType = builder.objectRef<{ now: string }>('MovedClock').implement({
  fields: (t) => ({ now: t.field({ type: 'Instant', resolve: (_it, _args, { services }) => services.clock() }) }),
});
commandMutation('moveClock', {
  description: 'Only in a demonstration: moves the marketplace’s time forward, and does what falls due.',
  input: commandInput('MoveClock', (t) => ({ to: t.field({ type: 'Instant' }) })),
  answers: { field: 'clock', type: ClockType },
  run: async ({ to }, { services }): Promise<Outcome<{ now: string }>> => {
    const { demonstration, clock } = services;
    if (!demonstration) return refuse('not-found');
    if (to < clock()) return reject('clock-moves-forward-only');
    await demonstration.moveClock(to);
    return { accepted: true, position: undefined, value: { now: to } };
  },
});
