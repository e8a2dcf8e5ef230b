// npm: eventsource-client. Reconnects by itself.
import { createRequire } from 'node:module';

const { createEventSource } = createRequire(`${process.cwd()}/`)('eventsource-client');
const [base, job] = process.argv.slice(2);
const source = createEventSource({
  url: `${base}/api/v1/jobs/${job}/events`,
  onMessage({ data }) {
    const event = JSON.parse(data);
    if (event.seq) console.log(event.seq);
    if (event.type === 'job.completed') source.close();
  },
});
