import { randomBytes } from 'node:crypto';
import { redacted, type Sealed } from '@adempauze/kernel';
import { afterAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { KeyNotLoadedError, PersonForgottenError, SealBrokenError } from './errors.ts';
import { createSqliteKeyStore } from './sqlite-key-store.ts';
import { createVault, isSealed, personIdOf } from './vault.ts';

const keyStore = createSqliteKeyStore({ file: ':memory:', masterKey: randomBytes(32), randomBytes });
afterAll(() => keyStore.close());
const newVault = (capacity?: number) => createVault(keyStore, { randomBytes, ...(capacity && { capacity }) });
let persons = 0;
const newPerson = () => `person-${++persons}`;
const place = 'household-1|event-1|/name';

test('any JSON comes out as it went in, through another vault on the same keys', async () => {
  const anna = newPerson();
  const [sealer, opener] = [newVault(), newVault()];
  await sealer.prepare([anna]);
  await opener.load([anna]);
  fc.assert(
    fc.property(fc.jsonValue(), fc.string(), (value, place) => {
      const sealed = sealer.seal(anna, place, value);
      expect(opener.open(place, sealed)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(personIdOf(sealed)).toBe(anna);
      expect(isSealed(JSON.parse(JSON.stringify(sealed)))).toBe(true);
    }),
  );
});

test('the same value twice looks different, and nothing of it is to be seen', async () => {
  const anna = newPerson();
  const vault = newVault();
  await vault.prepare([anna]);
  const sealed = Array.from({ length: 2000 }, () => vault.seal(anna, place, 'Fatima').$sealed);
  expect(new Set(sealed).size).toBe(2000);
  expect(sealed.join()).not.toContain('Fatima');
});

test('every changed byte is noticed', async () => {
  const anna = newPerson();
  const vault = newVault();
  await vault.prepare([anna]);
  const bytes = Buffer.from(vault.seal(anna, place, 'Fatima').$sealed.slice(anna.length + 1), 'base64url');
  const envelope = (changed: Buffer): Sealed => ({ $sealed: `${anna}.${changed.toString('base64url')}` });
  for (let i = 0; i < bytes.length; i++) {
    const changed = Buffer.from(bytes);
    changed[i] = (changed[i] ?? 0) ^ 1;
    expect(() => vault.open(place, envelope(changed))).toThrow(SealBrokenError);
  }
  for (let length = 0; length < bytes.length; length++) {
    expect(() => vault.open(place, envelope(bytes.subarray(0, length)))).toThrow(SealBrokenError);
  }
});

test('a value cannot be moved to another place or another person', async () => {
  const [anna, bram] = [newPerson(), newPerson()];
  const vault = newVault();
  await vault.prepare([anna, bram]);
  const sealed = vault.seal(anna, place, 'Fatima');
  expect(() => vault.open('household-1|event-2|/name', sealed)).toThrow(SealBrokenError);
  expect(() => vault.open(place, { $sealed: sealed.$sealed.replace(anna, bram) })).toThrow(SealBrokenError);
  expect(() => vault.open(place, sealed)).not.toThrow();
});

test('once forgotten, values open as redacted and nothing can be sealed, in this vault and the next', async () => {
  const [anna, bram] = [newPerson(), newPerson()];
  const vault = newVault();
  await vault.prepare([anna, bram]);
  const sealed = vault.seal(anna, place, 'Fatima');
  const kept = vault.seal(bram, place, 'Bram');
  await vault.forget(anna);
  expect(vault.open(place, sealed)).toEqual(redacted);
  expect(vault.open(place, kept)).toBe('Bram');
  expect(() => vault.seal(anna, place, 'Fatima')).toThrow(PersonForgottenError);
  await expect(vault.prepare([bram, anna])).rejects.toThrow(PersonForgottenError);

  const next = newVault();
  await next.load([anna]);
  expect(next.open(place, sealed)).toEqual(redacted);
  await expect(next.prepare([anna])).rejects.toThrow(PersonForgottenError);
});

test('a key that was on its way while its person was forgotten does not come back', async () => {
  const anna = newPerson();
  const vault = newVault();
  await keyStore.findOrCreate([anna]);
  const loading = vault.load([anna]);
  await Promise.all([vault.forget(anna), loading]);
  expect(() => vault.seal(anna, place, 'Fatima')).toThrow(PersonForgottenError);
});

test('sealing without prepare, and opening without load, is our mistake and says so', async () => {
  const anna = newPerson();
  const vault = newVault();
  expect(() => vault.seal(anna, place, 'Fatima')).toThrow(KeyNotLoadedError);
  await vault.prepare([anna]);
  const sealed = vault.seal(anna, place, 'Fatima');
  expect(() => newVault().open(place, sealed)).toThrow(KeyNotLoadedError);
  expect(() => vault.seal(anna, place, undefined)).toThrow(TypeError);
});

test('a key made elsewhere after we looked in vain is found at the next look', async () => {
  const anna = newPerson();
  const vault = newVault();
  await vault.load([anna]);
  const elsewhere = newVault();
  await elsewhere.prepare([anna]);
  const sealed = elsewhere.seal(anna, place, 'Fatima');
  await vault.load([anna]);
  expect(vault.open(place, sealed)).toBe('Fatima');
});

test('a batch larger than the cache opens whole; afterwards the least recently used are let go', async () => {
  const many = Array.from({ length: 50 }, newPerson);
  const vault = newVault(10);
  await vault.prepare(many);
  const sealed = many.map((person) => vault.seal(person, place, person));
  await new Promise((resolve) => setImmediate(resolve));
  const lost = sealed.filter((it) => {
    try {
      return vault.open(place, it) !== personIdOf(it);
    } catch {
      return true;
    }
  });
  expect(lost).toHaveLength(40);
  expect(lost.map(personIdOf)).toEqual(many.slice(0, 40));
  await vault.load(many);
  expect(sealed.map((it) => vault.open(place, it))).toEqual(many);
});

test('dropped in one process, a person is gone from its memory, and their key from nowhere else', async () => {
  const anna = newPerson();
  const [here, there] = [newVault(), newVault()];
  await Promise.all([here.prepare([anna]), there.prepare([anna])]);
  const sealed = here.seal(anna, place, 'Fatima');
  here.drop(anna);
  here.drop(anna);
  await here.load([anna]);
  expect(here.open(place, sealed)).toBe(redacted);
  await expect(here.prepare([anna])).rejects.toThrow(PersonForgottenError);
  expect(there.open(place, sealed)).toBe('Fatima');
  expect(await keyStore.isForgotten(anna)).toBe(false);
});
