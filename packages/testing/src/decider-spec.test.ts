import { accept, type Decider, type Rejection, reject } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import { deciderSpec } from './decider-spec.ts';

type Turn = { type: 'TurnOn' | 'Break' };
type Turned = { type: 'TurnedOn' | 'Broke' };

const lamp: Decider<Turn, 'off' | 'on' | 'broken', Turned, Rejection<'lamp-broken'>> = {
  initialState: 'off',
  evolve: (_state, { type }) => (type === 'TurnedOn' ? 'on' : 'broken'),
  decide({ type }, state) {
    if (type === 'Break') return accept({ type: 'Broke' });
    if (state === 'broken') return reject('lamp-broken', { lamp: 7 });
    return state === 'on' ? accept() : accept({ type: 'TurnedOn' });
  },
};
const given = deciderSpec(lamp);

test('a rule that holds passes', () => {
  given().when({ type: 'TurnOn' }).then({ type: 'TurnedOn' }).twiceIsOnce();
  given({ type: 'TurnedOn' }).when({ type: 'TurnOn' }).then();
  given({ type: 'Broke' }).when({ type: 'TurnOn' }).thenRejected('lamp-broken');
  given({ type: 'Broke' }).when({ type: 'TurnOn' }).thenRejected('lamp-broken', { lamp: 7 });
});

test('a rule that does not hold fails', () => {
  expect(() => given().when({ type: 'TurnOn' }).then()).toThrow();
  expect(() => given({ type: 'Broke' }).when({ type: 'TurnOn' }).then()).toThrow();
  expect(() => given().when({ type: 'TurnOn' }).thenRejected('lamp-broken')).toThrow();
  expect(() => given({ type: 'Broke' }).when({ type: 'TurnOn' }).thenRejected('lamp-broken', { lamp: 8 })).toThrow();
  expect(() => given().when({ type: 'Break' }).then({ type: 'Broke' }).twiceIsOnce()).toThrow();
});
