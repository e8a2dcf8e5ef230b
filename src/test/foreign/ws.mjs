// npm: ws. Opened again behind the last id.
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';

const { WebSocket } = createRequire(`${process.cwd()}/`)('ws');
const [base, job] = process.argv.slice(2);
let last = '';
let ended = false;
while (!ended) {
  const socket = new WebSocket(`${base.replace('http', 'ws')}/api/v1/jobs/${job}/ws?lastEventId=${last}`);
  socket.on('error', () => {});
  socket.on('message', (data) => {
    const event = JSON.parse(data);
    if (event.seq) {
      console.log(event.seq);
      last = event.id;
    }
    ended ||= event.type === 'job.completed';
  });
  await new Promise((resolve) => socket.on('close', resolve));
  await sleep(100);
}
