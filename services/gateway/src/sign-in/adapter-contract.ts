import { expect, test } from '@jest/globals';
import type { Adapter } from 'oidc-provider';

/** What every place must do that the embedded sign-in keeps its things in. `open` gives an empty one, and its clock. */
export const adapterContract = (
  open: () => Promise<{ readonly adapters: (kind: string) => Adapter; readonly pass: (ms: number) => void }>,
): void => {
  const payload = (more: object = {}) => ({ kind: 'Session', uid: 'uid-1', grantId: 'grant-1', ...more });

  test('keeps what it is given, by kind', async () => {
    const { adapters } = await open();
    await adapters('Session').upsert('one', payload({ nested: { name: 'Ingrid "de Vries"' } }), 60);
    expect(await adapters('Session').find('one')).toEqual(payload({ nested: { name: 'Ingrid "de Vries"' } }));
    expect(await adapters('Session').findByUid('uid-1')).toMatchObject({ uid: 'uid-1' });
    expect(await adapters('AuthorizationCode').find('one')).toBeUndefined();
    expect(await adapters('AuthorizationCode').findByUid('uid-1')).toBeUndefined();
    expect(await adapters('Session').find('two')).toBeUndefined();
  });

  test('the last word counts', async () => {
    const { adapters } = await open();
    await adapters('Session').upsert('one', payload(), 60);
    await adapters('Session').upsert('one', payload({ uid: 'uid-2' }), 60);
    expect(await adapters('Session').findByUid('uid-1')).toBeUndefined();
    expect(await adapters('Session').findByUid('uid-2')).toMatchObject({ uid: 'uid-2' });
  });

  test('forgets when the time is over', async () => {
    const { adapters, pass } = await open();
    await adapters('Session').upsert('short', payload(), 60);
    await adapters('Session').upsert('long', payload({ uid: 'uid-2' }), 600);
    pass(59_000);
    expect(await adapters('Session').find('short')).toBeDefined();
    pass(2000);
    expect(await adapters('Session').find('short')).toBeUndefined();
    expect(await adapters('Session').findByUid('uid-1')).toBeUndefined();
    expect(await adapters('Session').find('long')).toBeDefined();
  });

  test('marks as used, takes out, and takes out what hangs on a grant', async () => {
    const { adapters } = await open();
    const codes = adapters('AuthorizationCode');
    await codes.upsert('code', payload({ kind: 'AuthorizationCode' }), 60);
    await codes.consume('code');
    expect(await codes.find('code')).toMatchObject({ uid: 'uid-1', consumed: expect.any(Number) });
    await codes.destroy('code');
    expect(await codes.find('code')).toBeUndefined();
    await codes.upsert('mine', payload(), 60);
    await codes.upsert('other', payload({ grantId: 'grant-2' }), 60);
    await codes.revokeByGrantId('grant-1');
    expect([await codes.find('mine'), (await codes.find('other'))?.grantId]).toEqual([undefined, 'grant-2']);
    await codes.destroy('nothing');
    await codes.consume('nothing');
  });
};
