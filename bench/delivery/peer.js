// better-sse's side of the bench: reads a request a line from standard input, answers each with a line, and ends with
// its input. One channel, whose events are made here.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

// The package lies in the folder that the bench runs in, not beside this file.
const require = createRequire(`${process.cwd()}/`);
const { createChannel, createSession } = require('better-sse');

const BACKLOG = 4096;
const channel = createChannel();
let timer;
let published = 0;

/** The time that all sides and the client share: the system's monotonic clock in microseconds. */
const micros = () => process.hrtime.bigint() / 1000n;

/** An event whose JSON has that many bytes, with the time it was made at. */
function event(bytes) {
  const sent = `~${micros()}~`;
  const bare = JSON.stringify({ seq: published, sent, fill: '' }).length;
  return { seq: published, sent, fill: 'x'.repeat(Math.max(0, bytes - bare)) };
}

const server = createServer(async (request, response) => {
  channel.register(await createSession(request, response));
});

function open() {
  return new Promise((resolve) => {
    server.listen({ host: '127.0.0.1', port: 0, backlog: BACKLOG }, () =>
      resolve({ port: server.address().port, path: '/' }),
    );
  });
}

/** Publishes at that rate until it is stopped; sends what is late at once. */
function publish({ hz, bytes }) {
  published = 0;
  const began = micros();
  const due = () => Math.floor((Number(micros() - began) / 1e6) * hz);
  timer = setInterval(() => {
    while (published < due()) {
      published++;
      channel.broadcast(event(bytes), 'item');
    }
  }, 1);
  return {};
}

function stop() {
  clearInterval(timer);
  return { published };
}

const operations = { open, prepare: () => ({ path: '/' }), publish, stop };
process.stdin.on('end', () => process.exit(0));
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  let answer;
  try {
    answer = await operations[request.op](request);
  } catch (error) {
    answer = { error: String(error.stack ?? error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
