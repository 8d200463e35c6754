import type { Instant, Sentence } from '@adempauze/kernel';
import type { Calendar } from './calendar.ts';
import type { Session } from './client.ts';
import type { Ids } from './ids.ts';

/** Something that a reader of the story is told. */
export type Told =
  | {
      readonly kind: 'step';
      readonly who: Sentence;
      readonly does: Sentence;
      readonly answer: Sentence;
      /** From asking until the last answer. */
      readonly ms: number;
      /** HTTP requests that it took. */
      readonly requests: number;
    }
  /** What came of it: how a cost was split, which invoice came out. */
  | { readonly kind: 'fact'; readonly fact: Sentence }
  | { readonly kind: 'clock'; readonly at: Instant }
  | { readonly kind: 'skipped'; readonly what: Sentence };

/** Where a story is played: people who can sign in, fresh ids, a calendar, and time that can pass. */
export type World = {
  as(account: Account): Promise<Session>;
  readonly ids: Ids;
  readonly calendar: Calendar;
  /** Nobody else uses this marketplace, so that totals are ours alone. */
  readonly alone: boolean;
  /** Tells who does what, does it, times it, and tells what was answered. */
  step<T>(
    who: Account | Sentence | string,
    does: Sentence,
    act: () => Promise<T>,
    answer: (result: T) => Sentence,
  ): Promise<T>;
  fact(nl: string, en: string): void;
  /**
   * Waits until the marketplace's clock stands at `at` or later; the other stories may use the time between. False when
   * this marketplace's clock cannot be moved: then `what` is told as skipped.
   */
  until(at: Instant, what: Sentence): Promise<boolean>;
};

export type Story = {
  /** The acceptance case in domain.md, or a word where it has none. */
  readonly id: string;
  readonly title: Sentence;
  readonly play: (world: World) => Promise<void>;
};

/** The accounts of the demonstration that stories sign in with, as they are called in what is told. */
export const people = {
  fatima: { nl: 'Fatima', en: 'Fatima' },
  jan: { nl: 'Jan', en: 'Jan' },
  els: { nl: 'Els', en: 'Els' },
  mila: { nl: 'Mila (scholier van 15)', en: 'Mila (pupil of 15)' },
  nora: { nl: 'Nora (wijkverpleegkundige)', en: 'Nora (district nurse)' },
  anke: { nl: 'Anke (mantelzorgadviseur)', en: 'Anke (adviser)' },
  school: { nl: 'Pim (zorgcoördinator op school)', en: 'Pim (care coordinator at school)' },
  'de-vliet': { nl: 'Thuiszorg De Vliet', en: 'Home care De Vliet' },
  'bij-saskia': { nl: 'Bij Saskia aan Huis', en: 'Bij Saskia (supplementary care)' },
  duinroos: { nl: 'Logeerhuis De Duinroos', en: 'Guest house De Duinroos' },
  carla: { nl: 'Carla (vrijwilligerscoördinator)', en: 'Carla (volunteer coordinator)' },
  rijswijk: { nl: 'Gemeente Rijswijk', en: 'Municipality of Rijswijk' },
  hillegom: { nl: 'Gemeente Hillegom', en: 'Municipality of Hillegom' },
  zekerzorg: { nl: 'Verzekeraar ZekerZorg', en: 'Insurer ZekerZorg' },
  beheer: { nl: 'Beheer', en: 'The operator' },
} as const satisfies Record<string, Sentence>;
export type Account = keyof typeof people;

const isAccount = (who: string): who is Account => Object.hasOwn(people, who);
/** How somebody is called: an account of the demonstration by its name, anything else as it is. */
export const nameOf = (who: string | Sentence): Sentence =>
  typeof who !== 'string' ? who : isAccount(who) ? people[who] : { nl: who, en: who };
