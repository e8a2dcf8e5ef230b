// npm: eventsource. Reconnects by itself.
import { createRequire } from 'node:module';

const { EventSource } = createRequire(`${process.cwd()}/`)('eventsource');
const [base, job, types] = process.argv.slice(2);
const source = new EventSource(`${base}/api/v1/jobs/${job}/events`);
for (const type of types.split(',')) {
  source.addEventListener(type, ({ data }) => {
    const event = JSON.parse(data);
    console.log(event.seq);
    if (event.type === 'job.completed') source.close();
  });
}
