import http from 'node:http';
import https from 'node:https';

/** One HTTP answer. `ms` is from the moment of asking until the last byte. */
export type Exchange = { readonly status: number; readonly body: string; readonly ms: number };

export type Transport = {
  readonly target: string;
  post(path: string, body: string, headers?: Readonly<Record<string, string>>): Promise<Exchange>;
  /** Server-sent events: the data of each, until the server ends, or the reader stops or is told to by `signal`. */
  stream(
    path: string,
    body: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): AsyncGenerator<string>;
  close(): void;
};

/** HTTP with connections that stay open. `target` has no slash behind it; `connections` is the most at once. */
export const createTransport = ({
  target,
  nowMs,
  connections = 64,
  timeoutMs = 30_000,
}: {
  readonly target: string;
  readonly nowMs: () => number;
  readonly connections?: number;
  readonly timeoutMs?: number;
}): Transport => {
  const { request, Agent } = target.startsWith('https:') ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' });
  return {
    target,
    post: (path, body, headers = {}) =>
      new Promise((resolve, reject) => {
        const begunMs = nowMs();
        const asked = request(
          `${target}${path}`,
          {
            agent,
            method: 'POST',
            timeout: timeoutMs,
            headers: {
              'content-type': 'application/json',
              accept: 'application/json',
              'content-length': Buffer.byteLength(body),
              ...headers,
            },
          },
          (response) => {
            let text = '';
            response.setEncoding('utf8');
            response.on('data', (chunk: string) => {
              text += chunk;
            });
            response.on('error', reject);
            response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text, ms: nowMs() - begunMs }));
          },
        );
        asked.on('timeout', () => asked.destroy(new Error(`No answer within ${timeoutMs} ms.`)));
        asked.on('error', reject);
        asked.end(body);
      }),
    stream: (path, body, headers, signal) => readEvents(`${target}${path}`, body, headers, signal),
    close: () => agent.destroy(),
  };
};

async function* readEvents(
  address: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const accept = { 'content-type': 'application/json', accept: 'text/event-stream' };
  const response = await fetch(address, { method: 'POST', body, headers: { ...accept, ...headers }, signal });
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
    throw new Error(`HTTP ${response.status}: ${(await response.text()).slice(0, 300)}`);
  }
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const blocks = text.split(/\r?\n\r?\n/);
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split(/\r?\n/);
      if (lines.includes('event: complete')) return;
      const data = lines.filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trim());
      if (data.join('') !== '') yield data.join('\n');
    }
  }
}
