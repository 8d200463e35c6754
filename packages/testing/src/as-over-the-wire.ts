import type { ServiceApi } from '@adempauze/contracts';

/**
 * The same service, as strict as it would be over HTTP: what is asked and what is answered have to keep to the
 * operation's schemas as they are, without a field more. So a call in one process shows what would fail between two.
 * Functions that are no operation (watching) are left as they are.
 */
export const asOverTheWire = <S extends object>({ name, operations }: ServiceApi, service: S): S =>
  new Proxy(service, {
    get(target, key) {
      const called: unknown = Reflect.get(target, key);
      const operation = typeof key === 'string' ? operations[key] : undefined;
      if (operation === undefined || typeof called !== 'function') return called;
      return async (input: unknown, ...rest: readonly unknown[]) => {
        const where = `${name}.${String(key)}`;
        const asked = operation.input.safeParse(sent(input));
        if (asked.error) throw new Error(`${where} would not be taken over HTTP: ${asked.error.message}`);
        const answer: unknown = await Reflect.apply(called, target, [input, ...rest]);
        if (operation.kind === 'command' && isNo(answer)) return answer;
        const told =
          operation.kind === 'query'
            ? operation.output.safeParse(sent(answer))
            : operation.value.safeParse(sent(valueIn(answer)));
        if (told.error) throw new Error(`${where} answers what HTTP would not carry: ${told.error.message}`);
        return answer;
      };
    },
  });

/** As JSON brings it: what is undefined is not there. */
const sent = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

const valueIn = (answer: unknown): unknown =>
  typeof answer === 'object' && answer !== null && 'value' in answer ? answer.value : undefined;
const isNo = (answer: unknown): boolean =>
  typeof answer === 'object' && answer !== null && 'accepted' in answer && answer.accepted === false;
