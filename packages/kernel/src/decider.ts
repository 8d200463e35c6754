/**
 * The functional core. A decider turns a command and the state so far into events, or says no with a problem code.
 * It is pure: time, ids and the answers of others arrive inside the command.
 */
export type Decision<E, R> =
  | { readonly accepted: true; readonly events: readonly E[] }
  | { readonly accepted: false; readonly rejection: R };

export type Decider<C, S, E, R> = {
  readonly initialState: S;
  evolve(state: S, event: E): S;
  decide(command: C, state: S): Decision<E, R>;
};

/** Yes, with what happened. No events at all means: it had happened already, and asking again changes nothing. */
export const accept = <E>(...events: E[]): { accepted: true; events: E[] } => ({ accepted: true, events });

/** No, with a problem code (see `docs/problems.md`) and the facts its sentence needs, never personal data. */
export function reject<K extends string>(code: K): { accepted: false; rejection: Rejection<K> };
export function reject<K extends string>(
  code: K,
  facts: Rejection['facts'],
): { accepted: false; rejection: Rejection<K> };
export function reject(code: string, facts: Rejection['facts'] = {}) {
  return { accepted: false as const, rejection: { code, facts } };
}

/** Why the answer is no. `facts` are amounts, dates and ids that a message template names. */
export type Rejection<K extends string = string> = {
  readonly code: K;
  readonly facts: Readonly<Record<string, string | number>>;
};

/** The state after a history. */
export const fold = <S, E>(
  decider: Pick<Decider<never, S, E, never>, 'initialState' | 'evolve'>,
  events: Iterable<E>,
): S => {
  let state = decider.initialState;
  for (const event of events) state = decider.evolve(state, event);
  return state;
};
