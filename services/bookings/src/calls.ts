import { type CallContext, derivedId, type Outcome } from '@adempauze/kernel';

/** The most that a command id may have. */
const longestId = 200;

/** The call that a command makes of another service at this step: known there when the command comes again. */
export const callOf = (context: CallContext, step: string): CallContext => {
  const commandId = `${context.commandId}/${step}`;
  return { ...context, commandId: commandId.length > longestId ? derivedId(context.commandId, step) : commandId };
};

/** No, with a problem code and the facts its sentence needs. */
export const rejection = (code: string, facts: Readonly<Record<string, string | number>> = {}): Outcome<never> => ({
  accepted: false,
  rejection: { code, facts },
});
