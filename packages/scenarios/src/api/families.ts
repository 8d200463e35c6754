import type {
  CareTrait,
  Condition,
  Culture,
  Doer,
  HighRiskAct,
  Language,
  MessageChannel,
  RecordInstruction,
} from '@adempauze/contracts';
import { z } from 'zod';
import { mutation, query } from '../graphql.ts';
import { Id } from './shapes.ts';
import type { Upper } from './supply.ts';

/* What is told of a family once, who may read it, who does what, and how they are told. */

export type NewFamily = {
  readonly householdId: string;
  readonly caregiver: { name: string; place: string; phone?: string };
  readonly recipient: {
    readonly name: string;
    readonly place: string;
    readonly conditions: readonly Upper<Condition>[];
    readonly highRiskActs?: readonly Upper<HighRiskAct>[];
    readonly traits?: readonly Upper<CareTrait>[];
    readonly careProfile?: string;
  };
  readonly relation: 'PARTNER' | 'CHILD' | 'PARENT' | 'SIBLING' | 'OTHER_FAMILY' | 'FRIEND' | 'NEIGHBOUR';
  readonly careHoursPerWeek: number;
  readonly needProfile?: string;
  readonly languages?: readonly Upper<Language>[];
  readonly wishes?: {
    readonly cultures?: readonly Upper<Culture>[];
    readonly womanPreferred?: boolean;
    readonly interpreter?: boolean;
    readonly channel?: Upper<MessageChannel>;
    readonly approvesHelper?: boolean;
  };
  readonly contactPerson: { accountId: string; name: string; organisation?: string };
};
const Identified = z.object({ id: Id });
export const registerFamily = mutation<NewFamily, typeof Identified>(
  'registerHousehold',
  'household',
  '{ id }',
  Identified,
);
export const changeCareNeed = mutation<
  {
    householdId: string;
    recipient?: { conditions?: readonly Upper<Condition>[]; highRiskActs?: readonly Upper<HighRiskAct>[] };
  },
  typeof Identified
>('changeCareNeed', 'household', '{ id }', Identified);
export const sayBriefConsent = mutation<{ householdId: string; given: boolean }, typeof Identified>(
  'sayBriefConsent',
  'household',
  '{ id }',
  Identified,
);

const text = '{ nl en }';
const Text = z.object({ nl: z.string(), en: z.string() });
const Family = z.object({
  languages: z.array(z.string()),
  contactPerson: z.object({ accountId: z.string(), name: z.string(), organisation: z.string() }),
  recipient: z.object({ conditions: z.array(z.string()), traits: z.array(z.string()), careProfile: z.string() }),
  wishes: z.object({
    cultures: z.array(z.string()),
    womanPreferred: z.boolean(),
    interpreter: z.boolean(),
    channel: z.string(),
  }),
  briefConsent: z.object({ given: z.boolean(), by: z.string(), at: z.string() }),
  handOver: z
    .object({ previous: z.object({ name: z.string() }), since: z.string(), announcedAt: z.string().nullable() })
    .nullable(),
  messages: z.array(
    z.object({ kind: z.string(), bookingId: Id.nullable(), channel: z.string(), letter: Text, spoken: Text }),
  ),
});
/** What is known of a family, and what there is to tell it. */
export const findFamily = query<{ id: string; waitFor?: string | null }, z.ZodNullable<typeof Family>>(
  'household',
  `query Family($id: ID!, $waitFor: String) { household(id: $id) {
     languages contactPerson { accountId name organisation } recipient { conditions traits careProfile }
     wishes { cultures womanPreferred interpreter channel } briefConsent { given by at }
     handOver { previous { name } since announcedAt }
     messages(waitFor: $waitFor) { kind bookingId channel letter ${text} spoken ${text} } } }`,
  Family.nullable(),
);

const Briefed = z.object({
  brief: z
    .object({
      recipientName: z.string().nullable(),
      languages: z.array(z.string()).nullable(),
      interpreter: z.boolean().nullable(),
    })
    .nullable(),
});
/** What who gives the care may read. */
export const findBrief = query<{ id: string }, z.ZodNullable<typeof Briefed>>(
  'booking',
  'query Brief($id: ID!) { booking(id: $id) { brief { recipientName languages interpreter } } }',
  Briefed.nullable(),
);

const Agreement = z.object({
  agreementId: z.string(),
  act: z.string(),
  doer: z.object({ kind: z.string() }),
  liable: z.object({ kind: z.string() }),
  instruction: z.object({ status: z.string(), timesGiven: z.int() }),
});
const agreement = '{ agreementId act doer { kind } liable { kind } instruction { status timesGiven } }';
export const recordTaskAgreement = mutation<
  {
    agreementId: string;
    bookingId?: string;
    seriesId?: string;
    act: Upper<HighRiskAct>;
    doer: { kind: Upper<Doer['kind']>; workerId?: string; helperId?: string };
    reviewOn: string;
  },
  typeof Agreement
>('recordTaskAgreement', 'agreement', agreement, Agreement);
export const recordInstruction = mutation<
  { householdId: string; agreementId: string; outcome: Upper<RecordInstruction['outcome']> },
  typeof Agreement
>('recordInstruction', 'agreement', agreement, Agreement);
const Agreements = z.object({
  agreements: z
    .object({ agreements: z.array(Agreement), missing: z.array(z.string()), isComplete: z.boolean() })
    .nullable(),
});
export const findAgreements = query<{ id: string }, z.ZodNullable<typeof Agreements>>(
  'booking',
  `query Agreements($id: ID!) { booking(id: $id) { agreements { agreements ${agreement} missing isComplete } } }`,
  Agreements.nullable(),
);

const Proposed = z.object({
  proposedHelper: z.object({ helperId: Id, name: z.string() }).nullable(),
});
/** Whom the organisation found, as long as the family's answer is awaited. */
export const findProposed = query<{ id: string }, z.ZodNullable<typeof Proposed>>(
  'booking',
  'query Proposed($id: ID!) { booking(id: $id) { proposedHelper { helperId name } } }',
  Proposed.nullable(),
);
export const approveHelper = mutation<{ bookingId: string; helperId: string; answer: 'YES' | 'NO' }, typeof Identified>(
  'approveHelper',
  'booking',
  '{ id }',
  Identified,
);

export type NewHelper = {
  readonly helperId: string;
  readonly name: string;
  readonly place: string;
  readonly languages: readonly Upper<Language>[];
  readonly availability: readonly { weekday: number; from: string; until: string }[];
  readonly maxHoursPerWeek: number;
  readonly about?: { cultures?: readonly Upper<Culture>[]; woman?: boolean };
};
export const registerHelperWith = mutation<NewHelper, typeof Identified>(
  'registerHelper',
  'helper',
  '{ id }',
  Identified,
);
