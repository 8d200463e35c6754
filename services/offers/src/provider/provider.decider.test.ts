import { Instant } from '@adempauze/kernel';
import { deciderSpec, moments, writesOnce } from '@adempauze/testing';
import { test } from '@jest/globals';
import fc from 'fast-check';
import { now, registerProvider } from '../examples.fixtures.ts';
import { providerDecider } from './provider.decider.ts';

const given = deciderSpec(providerDecider);
const data = registerProvider();
const registered = { type: 'ProviderRegistered' as const, data: { ...data, registeredAt: now } };

test('a provider is registered once', () => {
  given().when({ type: 'RegisterProvider', data, now }).then(registered).twiceIsOnce();
});
test('the same id is never two providers', () => {
  const other = registerProvider({ name: 'De Beuk' });
  given(registered).when({ type: 'RegisterProvider', data: other, now }).thenRejected('already-exists');
});

writesOnce({
  name: 'provider',
  decider: providerDecider,
  commands: fc.record({
    type: fc.constant('RegisterProvider' as const),
    data: fc.record({ name: fc.constantFrom('De Eik', 'De Beuk') }).map(registerProvider),
    now: moments.map((it) => Instant.parse(it)),
  }),
  contentOf: (command) => command.data,
});
