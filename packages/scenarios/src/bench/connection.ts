import { once } from 'node:events';
import { connect } from 'node:net';

/** One connection that stays open, for one request at a time. */
export type Connection = {
  /** The body of the answer. @throws Error for any status but 200, or when the connection breaks. */
  post(body: string): Promise<string>;
  close(): void;
};

/**
 * HTTP/1.1 with no more than a load generator needs, since it shares the machine with what it measures: some 15 µs a
 * request where `node:http` takes 80.
 */
export const openConnection = async (
  target: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<Connection> => {
  const { hostname, port, host } = new URL(target);
  const socket = connect(Number(port), hostname).setNoDelay(true);
  await once(socket, 'connect');
  const head =
    `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\naccept: application/json\r\n` +
    Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('');
  let received: Buffer = Buffer.alloc(0);
  let waiting: { resolve: (body: string) => void; reject: (error: Error) => void } | undefined;
  const fail = (why: string) => {
    waiting?.reject(new Error(why));
    waiting = undefined;
  };
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const answer = readAnswer(received);
    if (answer === undefined) return;
    received = Buffer.alloc(0);
    if (answer.status !== 200) return fail(`HTTP ${answer.status}: ${answer.body.slice(0, 300)}`);
    waiting?.resolve(answer.body);
    waiting = undefined;
  });
  socket.on('error', (error) => fail(error.message));
  socket.on('close', () => fail('The connection was closed.'));
  return {
    post: (body) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
      }),
    close: () => socket.destroy(),
  };
};

/** A whole answer, or undefined while some of it has not come. */
export const readAnswer = (received: Buffer): { status: number; body: string } | undefined => {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = received.toString('latin1', 0, end);
  const status = Number(head.slice(9, 12));
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) {
    const until = end + 4 + Number(length);
    return received.length < until ? undefined : { status, body: received.toString('utf8', end + 4, until) };
  }
  const parts: Buffer[] = [];
  for (let at = end + 4; ; ) {
    const line = received.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const size = Number.parseInt(received.toString('latin1', at, line), 16);
    if (received.length < line + 2 + size + 2) return undefined;
    if (size === 0) return { status, body: Buffer.concat(parts).toString('utf8') };
    parts.push(received.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
};
