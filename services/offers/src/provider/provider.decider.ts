import type { ProviderView, RegisterProvider } from '@adempauze/contracts';
import { accept, type Decider, type Instant, type Rejection, reject } from '@adempauze/kernel';
import type { ProviderEvent } from './provider.events.ts';

export type ProviderCommand = {
  readonly type: 'RegisterProvider';
  readonly data: RegisterProvider;
  readonly now: Instant;
};
/** Who offers, or undefined before the registration. */
export type ProviderState = ProviderView | undefined;
export type ProviderRejection = Rejection<'already-exists'>;

export const providerDecider: Decider<ProviderCommand, ProviderState, ProviderEvent, ProviderRejection> = {
  initialState: undefined,
  evolve(_state, { data: { registeredAt: _, ...provider } }) {
    return provider;
  },
  decide({ data, now }, state) {
    if (state === undefined) return accept({ type: 'ProviderRegistered', data: { ...data, registeredAt: now } });
    return isSame(data, state) ? accept() : reject('already-exists');
  },
};

const isSame = (a: RegisterProvider, b: ProviderView): boolean =>
  a.kind === b.kind &&
  a.name === b.name &&
  a.place.name === b.place.name &&
  a.place.municipality === b.place.municipality &&
  a.place.point.lat === b.place.point.lat &&
  a.place.point.lon === b.place.point.lon;
