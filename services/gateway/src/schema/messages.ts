import { MessageKind, type MessageView } from '@adempauze/contracts';
import { builder } from './builder.ts';
import { MessageChannelEnum } from './care-wishes.ts';
import { HouseholdType } from './households.ts';
import { globalId } from './ids.ts';
import { waiting } from './input.ts';
import { enumOf } from './vocabulary.ts';

/* What the contact person sends or reads aloud to a family that is not on a screen (R52, R53). */

const MessageKindEnum = enumOf('MessageKind', MessageKind.options);
const MessageTextType = builder.objectRef<MessageView['letter']>('MessageText').implement({
  fields: (t) => ({ nl: t.exposeString('nl'), en: t.exposeString('en') }),
});
const MessageType = builder.objectRef<MessageView>('Message').implement({
  description:
    'In plain words. The letter is for who it is addressed to; what is spoken may be overheard, and is neutral.',
  fields: (t) => ({
    kind: t.expose('kind', { type: MessageKindEnum }),
    bookingId: t.id({
      nullable: true,
      resolve: (it) => (it.bookingId === null ? null : globalId('Booking', it.bookingId)),
    }),
    channel: t.expose('channel', { type: MessageChannelEnum }),
    letter: t.expose('letter', { type: MessageTextType }),
    spoken: t.expose('spoken', { type: MessageTextType }),
  }),
});

builder.objectField(HouseholdType, 'messages', (t) =>
  t.field({
    type: [MessageType],
    nullable: true,
    description: 'What there is to tell the family of what is to come. Nothing is sent by us.',
    args: { waitFor: t.arg.string({ required: false }) },
    resolve: ({ householdId }, { waitFor }, { services }) =>
      services.bookings.listMessages({ householdId, ...waiting(waitFor) }),
  }),
);
