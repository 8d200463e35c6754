import type { BookingView, Page } from '@adempauze/contracts';
import { derivedId, Instant, type Outcome } from '@adempauze/kernel';
import { demonstrationIdentity } from '../sign-in/embedded.ts';

export const embeddedAccountId = (account: string) => demonstrationIdentity(account).accountId;

export const idOf = (what: string) => derivedId('test', what);
export const at = (text: string) => Instant.parse(text);
export const rijswijk = { name: 'Rijswijk', municipality: '0603', point: { lat: 52.04, lon: 4.33 } };
export const span = { from: '2027-05-03T08:00:00Z', until: '2027-05-03T12:00:00Z' };

/** Words that stand for what may only be read by the family, or by who gives the care. */
export const secrets = {
  recipient: 'Naam-van-de-naaste',
  caregiver: 'Naam-van-de-mantelzorger',
  purpose: 'Waarom-even-weg',
  profile: 'Zorgprofiel-in-woorden',
  helper: 'Naam-van-de-vrijwilliger',
} as const;

/** Whose a booking of the world is, by the keys of their ids. */
export type BookingKeys = { household: string; provider: string; offer: string; status: BookingView['status'] };

export type Called = { readonly operation: string; readonly input: unknown; readonly commandId: string };
export type PlannedAnswer = Error | { code: string; facts: Record<string, string | number> };

/** What the fakes of every feature are made with. */
export type Kit = {
  /** A command that says yes with a thing of the world, whatever is asked, unless another answer was planned. */
  readonly yes: <V>(
    operation: string,
    value: () => V,
  ) => (input: unknown, context: { commandId: string }) => Promise<Outcome<V>>;
  /** Every command that reached a service, in order. */
  readonly called: Called[];
};

export const createKit = (): Kit & { answerNext(answer: PlannedAnswer): void } => {
  const called: Called[] = [];
  let next: PlannedAnswer | undefined;
  return {
    called,
    answerNext(answer) {
      next = answer;
    },
    yes:
      (operation, value) =>
      async (input, { commandId }) => {
        called.push({ operation, input, commandId });
        const planned = next;
        next = undefined;
        if (planned instanceof Error) throw planned;
        if (planned) return { accepted: false, rejection: planned };
        return { accepted: true, position: '0042', value: value() };
      },
  };
};

/** All of it as one page: the fake keeps few things. */
export const firstPage = <T>(items: readonly T[]): Page<T> => ({
  items: items.map((item, index) => ({ cursor: `c${index}`, item })),
  hasMore: false,
});

/** @throws Error when there is none. */
export const first = <T>(items: readonly T[]): T => {
  const [item] = items;
  if (item === undefined) throw new Error('The world is empty.');
  return item;
};
