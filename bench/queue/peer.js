// BullMQ's side of the bench: reads a request a line from standard input, answers each with a line, and ends with its
// input. Redis's address is the first argument. Nothing is connected between two requests.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

// The packages lie in the folder that the bench runs in, not beside this file.
const require = createRequire(`${process.cwd()}/`);
const { Queue, Worker } = require('bullmq');

const url = new URL(process.argv[2]);
const connection = { host: url.hostname, port: Number(url.port), password: url.password, maxRetriesPerRequest: null };
const NAME = 'bench';
const CONCURRENCY = 50;

// Took about the least processor time of batches of 250 to 10,000 jobs with one to eight of them under way at once; two keep Redis
// busy while the next is made.
const BATCH = 5000;
const BATCHES_AT_ONCE = 2;

/** The rows of a CSV file without quotes, as objects by column. */
function rows(path) {
  const [header, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const columns = header.split(',');
  return lines.map((line) => {
    const values = line.split(',');
    return Object.fromEntries(columns.map((column, i) => [column, values[i]]));
  });
}

const seconds = (since) => Number(process.hrtime.bigint() - since) / 1e9;

/** Adds the rows of a file as waiting jobs. The time is that of adding alone: the jobs are made before. */
async function fill({ csv }) {
  const jobs = rows(csv).map((data) => ({ name: 'row', data }));
  const queue = new Queue(NAME, { connection });
  await queue.waitUntilReady();
  const began = process.hrtime.bigint();
  let next = 0;
  const add = async () => {
    while (next < jobs.length) {
      const batch = jobs.slice(next, next + BATCH);
      next += BATCH;
      await queue.addBulk(batch);
    }
  };
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, add));
  const took = seconds(began);
  const waiting = await queue.getWaitingCount();
  await queue.close();
  if (waiting !== jobs.length) throw new Error(`${waiting} of ${jobs.length} jobs wait`);
  return { seconds: took };
}

/** Works all waiting jobs off. */
async function work({ progress }) {
  const queue = new Queue(NAME, { connection });
  const total = await queue.getWaitingCount();
  const processor = progress
    ? async (job) => {
        await job.updateProgress(100);
        return { name: job.data.name };
      }
    : async (job) => ({ name: job.data.name });
  const worker = new Worker(NAME, processor, { connection, concurrency: CONCURRENCY, autorun: false });
  await worker.waitUntilReady();
  const took = await new Promise((resolve, reject) => {
    let began;
    let completed = 0;
    worker.on('active', () => (began ??= process.hrtime.bigint()));
    worker.on('completed', () => ++completed === total && resolve(seconds(began)));
    worker.on('failed', (job, error) => reject(error));
    worker.on('error', reject);
    worker.run().catch(reject);
  });
  await worker.close();
  const completed = await queue.getCompletedCount();
  await queue.close();
  if (completed !== total) throw new Error(`${completed} of ${total} jobs are completed`);
  return { seconds: took };
}

const operations = { fill, work };
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
