/**
 * Of servers and libraries of others only what asks for attention is shown; they say much more than a person can use.
 * Of our own processes every line, but the words of the Kafka client: what matters of those our processes say themselves.
 */
export const isWorthReading = (name: string, line: string): boolean => {
  if (name.startsWith('kafka-')) return /\b(WARN|ERROR|FATAL)\b/.test(line) && !harmless.test(line);
  if (name === 'postgres') return /\b(WARNING|ERROR|FATAL|PANIC)\b/.test(line);
  return !line.endsWith('"msg":"kafkajs"}');
};

/** Said by Kafka at every start on loopback with a small heap. */
const harmless = /(listener name|deprecated|No meta.properties|Unable to initialize metrics|ShareCoordinator)/i;
