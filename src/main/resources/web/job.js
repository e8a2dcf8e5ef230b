// The screen of a job: shows its events, drawn once per frame.

import { API, ApiError, api, jobPath, terminal } from './api.js';
import { watch as watchJob } from './client/index.js';
import {
  $, ENDED, ITEM, JOB, PARTS, RARE, answered, drawBar, duration, el, moment, number, ordinal, plural, put, statesOf, sum, titles, words,
} from './dom.js';
import { Questions } from './question.js';
import { RowTable, enlarge } from './table.js';

const RATE_WINDOW_MS = 30_000;
const AGAIN = ['failed', 'blocked']; // the states that can be retried

let current = null; // the shown job: id, and once loaded job, table, feed, samples

/** Shows the job and watches it until {@link closeJob}; throws an {@link ApiError} if it cannot be loaded. */
export async function openJob(id) {
  const view = current = { id };
  const job = await api(jobPath(id));
  if (view !== current) return;
  view.samples = [];
  view.announced = 0;
  view.questions = new Questions(enlarge, schedule);
  adopt(view, job);
  $('job').hidden = false;
  $('job-title').focus({ preventScroll: true });
  for (const link of document.querySelectorAll('[data-format]')) {
    link.href = `${API}/${jobPath(id, `/results?format=${link.dataset.format}`)}`;
  }
  if (!terminal(job.state)) watch(view);
}

/** Follows the job from the known state. */
function watch(view) {
  const feed = view.feed = watchJob(`${API}/${jobPath(view.id)}`, {
    lastEventId: view.job.last_event,
    onEvent: (event) => applyEvent(view, event),
    onSnapshot: (snapshot) => adopt(view, snapshot, view.table.tab),
    onState(state, { message }) {
      if (state === 'gone') put($('problem'), message ?? 'The job no longer exists on the server.');
      if (view.feed === feed && (state === 'ended' || state === 'gone')) stop(view);
      if (state === 'ended') finished(view, {});
      schedule();
    },
  });
}

/** Replaces the job's state. */
function adopt(view, job, tab = terminal(job.state) ? 'all' : 'latest') {
  view.job = job;
  view.questions.adopt(job);
  view.samples = [];
  showTab(view, tab);
}

function showTab(view, tab) {
  if (view.table) view.table.closed = true;
  view.table = new RowTable(view.job, tab, schedule, (row) => view.questions.choose(row));
  schedule();
}

function stop(view) {
  view.feed?.close();
  view.feed = null;
  schedule();
}

/** Stops watching and leaves the job's screen. */
export function closeJob() {
  if (current?.table) current.table.closed = true;
  if (current) stop(current);
  current = null;
  $('job').hidden = true;
  $('summary').textContent = '';
}

function applyEvent(view, event) {
  const { job, table } = view;
  const { total, ...counters } = event.counters ?? job.counters;
  Object.assign(job, { counters, total: total ?? job.total, done: sum(counters, ENDED), generation: event.gen ?? job.generation });
  const [kind, what] = event.type.split('.');
  if (kind === 'job') {
    job.state = what === 'resumed' || what === 'retrying' ? 'running' : what;
    job.reason = event.reason ?? null;
    if (what === 'retrying') begunAgain(view, event);
    if (terminal(job.state)) finished(view, { ended_at: event.at, reason: event.reason ?? null });
  } else if (kind === 'item') {
    job.started_at ??= event.at;
    view.questions.apply(event.row, what === 'needs_human' ? event.question : null);
    table.apply({
      row: event.row, gen: event.gen, fields: event.fields, omitted: event.fields_omitted, error: event.error, rows: event.rows,
      state: what === 'started' || what === 'answered' ? 'running' : what === 'ended' ? event.state : what,
      question: what === 'needs_human' ? event.question : undefined, visit: event.visit, evidence: event.evidence,
      attempt: event.attempt, delay_ms: event.delay_ms ?? event.wait_ms, host: event.host, ...(event.key !== undefined && { key: event.key }),
    });
  } else if (kind === 'rows' && !table.latest) {
    // These events have no keys and do not name the repeated rows, so the list is read again.
    (event.rows ?? []).forEach((row, i) => {
      if (table.rows.has(row)) table.apply({ row, gen: event.gen, state: 'invalid_input', error: event.errors[i] });
    });
    const lacking = event.rows ? event.rows.some((row) => !table.rows.has(row) && (!table.next || row <= table.high)) : !table.next;
    if (lacking && table.low === 0) reloadSoon(view, table);
  }
  const at = Date.parse(event.at);
  const looked = job.done - (counters.invalid_input ?? 0); // rejected rows would distort the rate
  if (at - (view.samples.at(-1)?.at ?? 0) >= 500) view.samples.push({ at, looked });
  while (view.samples.length && at - view.samples[0].at > RATE_WINDOW_MS) view.samples.shift();
  schedule();
}

/** Marks failed rows as waiting. No event names them, and the counters follow only as the store puts them back. */
function begunAgain({ job, table, samples }, { gen, codes }) {
  job.ended_at = null;
  samples.length = 0;
  for (const { row, state, error } of [...table.rows.values()]) {
    if (AGAIN.includes(state) && (codes.length === 0 || codes.includes(error?.code))) table.apply({ row, gen, state: 'waiting', error: null });
  }
  if (codes.length > 0) return;
  job.counters.waiting += sum(job.counters, AGAIN);
  for (const state of AGAIN) job.counters[state] = 0;
  job.done = sum(job.counters, ENDED);
}

/** Reads a list again after a second, so that a burst of events causes one request. */
function reloadSoon(view, table) {
  table.stale ??= setTimeout(() => { if (view.table === table && !table.closed) showTab(view, table.tab); }, 1000);
}

/** Reads the snapshot after the end, since it has the final times and the reason. */
async function finished(view, known) {
  Object.assign(view.job, known);
  stop(view);
  const snapshot = await api(jobPath(view.id)).catch(() => null);
  if (view !== current) return;
  if (snapshot) Object.assign(view.job, snapshot);
  if (!terminal(view.job.state)) return again(view, snapshot); // it was retried meanwhile
  if (view.table.latest) showTab(view, 'all');
  else if (view.job.state !== 'completed') showTab(view, view.table.tab); // waiting rows are cancelled too
  schedule();
}

/** Reopens the stream of a job that continues after its end. */
function again(view, snapshot) {
  adopt(view, snapshot, view.table.tab);
  watch(view);
}

/** A stream ends with its job; looking at the page again detects a retry made elsewhere. */
async function lookAgain() {
  const view = current;
  if (document.hidden || !view?.job || view.feed || view.job.state !== 'completed') return;
  const snapshot = await api(jobPath(view.id)).catch(() => null);
  if (!snapshot || view !== current || view.feed || snapshot.last_event === view.job.last_event) return;
  if (terminal(snapshot.state)) adopt(view, snapshot, view.table.tab);
  else again(view, snapshot);
}

function pace({ samples, job }) {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || last.at - first.at < 2000) return job.generation === 1 ? job.rate ?? null : null;
  return (last.looked - first.looked) / (last.at - first.at) * 1000;
}

// Draws once per frame, however many events came; hidden tabs get no frames, so a timer updates the title.
let pending = false;
function schedule() {
  if (pending) return;
  pending = true;
  if (document.hidden) setTimeout(draw, 1000);
  else requestAnimationFrame(draw);
}

function draw() {
  if (!pending) return;
  pending = false;
  if (!current?.job) return;
  drawJob(current);
  current.table.draw();
}

// The result of header detection; "File format" on the start page overrides it.
const firstLine = (header) => header?.detected && (header.present ? 'first line used as the header' : 'first line used as a row');

function drawJob(view) {
  const { job, feed } = view;
  const over = terminal(job.state);
  const known = sum(job.counters, Object.keys(ITEM)); // the rows received so far
  const total = job.total ?? known;
  const done = answered(job);
  const percent = total === 0 ? 0 : Math.floor(100 * done / total);
  const rate = pace(view);
  const paused = job.state === 'paused';
  const left = !over && !paused && rate > 0 && job.total ? (job.total - job.done) / rate * 1000 : null;
  const name = job.file || 'Upload';

  put($('job-title'), name);
  const about = [titles.get(job.recipe) ?? job.recipe, job.column && `column ${job.column}`, firstLine(job.header), `started ${moment(job.created_at)}`];
  put($('job-about'), about.filter(Boolean).join(' · '));
  put($('job-state'), JOB[job.state] ?? words(job.state));
  $('job-state').className = `pill is-${job.state}`;
  put($('job-reason'), reasonOf(job));
  $('job-reason').classList.toggle('bad', over);
  if (over) view.questions.open.clear();
  view.questions.draw(over ? 0 : job.counters.needs_human ?? 0);
  drawBar($('bar'), job.counters, total);
  $('bar').setAttribute('aria-valuenow', percent);
  $('bar').setAttribute('aria-valuetext', `${percent} %, ${number(done)} of ${plural(total, 'row')}`);
  put($('percent'), `${percent} %`);
  put($('pass'), job.generation > 1 ? `${ordinal(job.generation)} pass` : '');
  put($('done'), `${number(done)} of ${plural(total, 'row')}${job.total === null && !over ? ' so far, upload in progress' : ''}`);
  put($('rate'), rate > 0 && !over && !paused ? `${rate < 10 ? rate.toFixed(1) : number(Math.round(rate))} rows per second` : '');
  put($('left'), over ? (job.generation === 1 && job.started_at && job.ended_at ? `took ${duration(Date.parse(job.ended_at) - Date.parse(job.started_at))}` : '')
    : left ? `about ${duration(left)} left` : '');
  $('cancel').hidden = over;
  put($('pause'), paused ? 'Resume' : job.state === 'running' ? 'Pause' : '');
  const failures = sum(job.counters, AGAIN);
  put($('retry'), job.state === 'completed' && failures > 0 ? `Retry ${plural(failures, 'failed row')}` : '');

  const seconds = Math.ceil(((feed?.retryAt ?? 0) - Date.now()) / 1000);
  put($('link'), !feed ? '' : feed.state === 'live' ? 'Live' : feed.state === 'waiting' ? `Reconnecting in ${Math.max(1, seconds)} s`
    : feed.state === 'reconnecting' ? 'Reconnecting …' : 'Connecting …');
  $('link').classList.toggle('live', feed?.state === 'live');
  document.title = `${over ? JOB[job.state] : `${percent} %`} – ${name} – Rowhound`;
  drawTabs(view, known);

  // Announced by screen readers at the end, and in between at most every 15 s.
  if (over !== view.over || (!over && Date.now() - view.announced > 15_000)) {
    view.over = over;
    view.announced = Date.now();
    const parts = Object.entries(PARTS).map(([part, word]) => [word, sum(job.counters, statesOf(part))])
      .filter(([, n]) => n > 0).map(([word, n]) => `${word} ${number(n)}`);
    $('summary').textContent = `${JOB[job.state]}. ${percent} percent, ${number(done)} of ${plural(total, 'row')}. ${parts.join(', ')}.`;
  }
}

/** Returns why the job has failed or is paused; nothing if its owner caused it. */
function reasonOf({ state, reason, done }) {
  if (!reason) return '';
  if (terminal(state)) return new ApiError(0, reason).message;
  if (state !== 'paused') return '';
  if (reason.code === 'sample') return `Sample of ${number(done)} done: resume for the rest.`;
  return reason.code === 'user' ? '' : `${reason.message.charAt(0).toUpperCase()}${reason.message.slice(1)}.`;
}

/** The legend of the bar with numbers, which also selects the rows shown. */
function drawTabs(view, known) {
  const tabs = $('tabs');
  if (!tabs.firstChild) {
    for (const [tab, word] of [['latest', 'Latest'], ['all', 'All rows'], ...Object.entries(PARTS)]) {
      const sign = tab === 'working' ? ITEM.running[1] : ITEM[tab]?.[1] ?? '';
      const button = el('button', `tab is-${tab}`, el('span', 'sign', sign), el('span', '', word), el('b'));
      button.type = 'button';
      button.dataset.tab = tab;
      button.firstChild.setAttribute('aria-hidden', 'true');
      button.addEventListener('click', () => showTab(current, tab));
      tabs.append(button);
    }
  }
  const over = terminal(view.job.state);
  for (const button of tabs.children) {
    const { tab } = button.dataset;
    const n = tab === 'all' ? known : sum(view.job.counters, statesOf(tab));
    const pressed = view.table.tab === tab;
    button.setAttribute('aria-pressed', pressed);
    const idle = tab === 'latest' ? over : n === 0 && (RARE.has(tab) || (over && !ENDED.includes(tab)) && tab !== 'all');
    button.hidden = idle && !pressed;
    put(button.lastChild, tab === 'latest' ? '' : number(n));
  }
}

/** Sends a command for the whole job; events report its effect. */
async function wish(what, button) {
  const view = current;
  put($('problem'), '');
  button.disabled = true;
  try {
    const job = await api(jobPath(view.id, `/${what}`), { method: 'POST' });
    if (view !== current) return;
    if (what === 'retry-failed') {
      if (!view.feed) watch(view); // from the end of the previous generation on
      $('job-title').focus({ preventScroll: true }); // the button goes away
    } else if (!terminal(view.job.state) && (!view.feed || view.feed.retryAt)) adopt(view, job);
  } catch (e) {
    if (view !== current) return;
    if (e.status === 409) lookAgain(); // it has ended by itself or was retried elsewhere
    else put($('problem'), e.message);
  } finally {
    button.disabled = false;
  }
}

document.addEventListener('visibilitychange', () => { if (pending) draw(); lookAgain(); });
addEventListener('focus', lookAgain);
setInterval(() => { if (current?.feed?.retryAt) schedule(); }, 1000); // updates the countdown
$('cancel').addEventListener('click', () => { $('confirm').returnValue = 'no'; $('confirm').showModal(); });
$('confirm').addEventListener('close', () => { if ($('confirm').returnValue === 'yes') wish('cancel', $('cancel')); });
$('pause').addEventListener('click', () => wish(current.job.state === 'paused' ? 'resume' : 'pause', $('pause')));
$('retry').addEventListener('click', () => wish('retry-failed', $('retry')));
$('viewer').addEventListener('click', () => $('viewer').close());
$('more').addEventListener('click', () => current.table.load());
$('first').addEventListener('click', () => showTab(current, current.table.tab));
