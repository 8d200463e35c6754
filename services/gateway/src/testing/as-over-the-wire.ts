import type { ServiceApi } from '@adempauze/contracts';

/**
 * The same service, which takes only what it would take over HTTP: what was asked has to keep to the operation's schema
 * as it is, without a field more. Functions that are no operation (watching) are left as they are.
 */
export const asOverTheWire = <S extends object>({ name, operations }: ServiceApi, service: S): S =>
  new Proxy(service, {
    get(target, key) {
      const called: unknown = Reflect.get(target, key);
      const operation = typeof key === 'string' ? operations[key] : undefined;
      if (operation === undefined || typeof called !== 'function') return called;
      return async (input: unknown, ...rest: readonly unknown[]) => {
        const { error } = operation.input.safeParse(input);
        if (error) throw new Error(`${name}.${String(key)} would not be taken over HTTP: ${error.message}`);
        return Reflect.apply(called, target, [input, ...rest]);
      };
    },
  });
