import { type CareWishes, MessageChannel } from '@adempauze/contracts';
import { builder } from './builder.ts';
import { CultureEnum, enumOf } from './vocabulary.ts';

/* What a family wishes of who comes, and how it is reached (R52, R53). */

export const MessageChannelEnum = enumOf(
  'MessageChannel',
  MessageChannel.options,
  'How the family is best reached: on a screen, by a letter, by a voice message.',
);
export const CareWishesType = builder.objectRef<CareWishes>('CareWishes').implement({
  description: 'What the family wishes of who comes. A wish ranks, and excludes nobody.',
  fields: (t) => ({
    cultures: t.expose('cultures', { type: [CultureEnum] }),
    womanPreferred: t.exposeBoolean('womanPreferred'),
    interpreter: t.exposeBoolean('interpreter', { description: 'Somebody has to translate.' }),
    approvesHelper: t.exposeBoolean('approvesHelper', {
      description: 'Who comes is proposed to them before that person is asked.',
    }),
    channel: t.expose('channel', { type: MessageChannelEnum }),
  }),
});
export const CareWishesInput = builder.inputType('CareWishesInput', {
  fields: (t) => ({
    cultures: t.field({ type: [CultureEnum], required: false }),
    womanPreferred: t.boolean({ required: false }),
    interpreter: t.boolean({ required: false }),
    approvesHelper: t.boolean({
      required: false,
      description: 'Left out it is yes; no leaves to the coordinator who comes.',
    }),
    channel: t.field({ type: MessageChannelEnum, required: false }),
  }),
});
