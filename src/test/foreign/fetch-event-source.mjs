// npm: @microsoft/fetch-event-source. Made for browsers, so that it is given what it asks a page for. Reconnects by
// itself after an error; its documentation throws one where a stream ends too early.
import { createRequire } from 'node:module';

globalThis.window = globalThis;
globalThis.document = { hidden: false, addEventListener() {}, removeEventListener() {} };
const { fetchEventSource } = createRequire(`${process.cwd()}/`)('@microsoft/fetch-event-source');
const [base, job] = process.argv.slice(2);
let ended = false;
await fetchEventSource(`${base}/api/v1/jobs/${job}/events`, {
  async onopen() {},
  onmessage({ data }) {
    const event = JSON.parse(data);
    if (event.seq) console.log(event.seq);
    ended ||= event.type === 'job.completed';
  },
  onclose() {
    if (!ended) throw new Error('ended too early');
  },
  onerror(error) {
    if (ended) throw error;
  },
});
