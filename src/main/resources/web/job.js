// The screen of one job: what its events say, drawn once a frame.

import { API, ApiError, EventFeed, api, jobPath, terminal } from './api.js';
import {
  $, ENDED, ITEM, JOB, PARTS, RARE, answered, drawBar, duration, el, moment, number, plural, put, statesOf, sum, titles, words,
} from './dom.js';
import { RowTable } from './table.js';

const RATE_WINDOW_MS = 30_000;

let current = null; // the job that is shown: id, and once it is loaded job, table, feed, samples

/** Shows the job and watches it until {@link closeJob}; throws an {@link ApiError} if it cannot be had. */
export async function openJob(id) {
  const view = current = { id };
  const job = await api(jobPath(id));
  if (view !== current) return;
  view.samples = [];
  view.announced = 0;
  adopt(view, job);
  $('job').hidden = false;
  $('job-title').focus({ preventScroll: true });
  for (const link of document.querySelectorAll('[data-format]')) {
    link.href = `${API}/${jobPath(id, `/results?format=${link.dataset.format}`)}`;
  }
  if (terminal(job.state)) return;
  view.feed = new EventFeed(id, job.last_event, {
    event: (event) => applyEvent(view, event),
    reset: (snapshot) => adopt(view, snapshot, view.table.tab),
    ended: (snapshot) => finished(view, snapshot),
    gone: (e) => { stop(view); put($('problem'), e.message); },
    status: schedule,
  });
}

/** Replaces all that is known of the job. */
function adopt(view, job, tab = terminal(job.state) ? 'all' : 'latest') {
  view.job = job;
  view.samples = [];
  showTab(view, tab);
}

function showTab(view, tab) {
  if (view.table) view.table.closed = true;
  view.table = new RowTable(view.job, tab, schedule);
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
    if (terminal(job.state)) finished(view, { ended_at: event.at, reason: event.reason ?? null });
  } else if (kind === 'item') {
    job.started_at ??= event.at;
    table.apply({
      row: event.row, gen: event.gen, fields: event.fields, omitted: event.fields_omitted, error: event.error, rows: event.rows,
      state: what === 'started' ? 'running' : what === 'ended' ? event.state : what,
      attempt: event.attempt, delay_ms: event.delay_ms, ...(event.key !== undefined && { key: event.key }),
    });
  } else if (kind === 'rows' && !table.latest) {
    // These events carry no keys, and do not name the repeated rows: what the list lacks is read anew.
    (event.rows ?? []).forEach((row, i) => {
      if (table.rows.has(row)) table.apply({ row, gen: event.gen, state: 'invalid_input', error: event.errors[i] });
    });
    const lacking = event.rows ? event.rows.some((row) => !table.rows.has(row) && (!table.next || row <= table.high)) : !table.next;
    if (lacking && table.low === 0) reloadSoon(view, table);
  }
  const at = Date.parse(event.at);
  const looked = job.done - (counters.invalid_input ?? 0); // rows that are only refused say nothing of the pace
  if (at - (view.samples.at(-1)?.at ?? 0) >= 500) view.samples.push({ at, looked });
  while (view.samples.length && at - view.samples[0].at > RATE_WINDOW_MS) view.samples.shift();
  schedule();
}

/** Reads a list again, a second later, so that a burst of events costs one reading. */
function reloadSoon(view, table) {
  table.stale ??= setTimeout(() => { if (view.table === table && !table.closed) showTab(view, table.tab); }, 1000);
}

/** After the end, which may have come as an event: the snapshot has the final times and the reason. */
async function finished(view, known) {
  Object.assign(view.job, known);
  stop(view);
  const snapshot = await api(jobPath(view.id)).catch(() => null);
  if (view !== current) return;
  if (snapshot) Object.assign(view.job, snapshot);
  if (view.table.latest) showTab(view, 'all');
  else if (view.job.state !== 'completed') showTab(view, view.table.tab); // rows that were not taken up are cancelled too
  schedule();
}

function pace({ samples, job }) {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || last.at - first.at < 2000) return job.rate ?? null;
  return (last.looked - first.looked) / (last.at - first.at) * 1000;
}

// One drawing a frame, however many events came; a hidden tab gets no frames, so its title is kept by a timer.
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

function drawJob(view) {
  const { job, feed } = view;
  const over = terminal(job.state);
  const known = sum(job.counters, Object.keys(ITEM)); // rows that have arrived
  const total = job.total ?? known;
  const done = answered(job);
  const percent = total === 0 ? 0 : Math.floor(100 * done / total);
  const rate = pace(view);
  const left = !over && rate > 0 && job.total ? (job.total - job.done) / rate * 1000 : null;
  const name = job.file || 'Upload';

  put($('job-title'), name);
  const about = [titles.get(job.recipe) ?? job.recipe, job.column && `column ${job.column}`, `started ${moment(job.created_at)}`];
  put($('job-about'), about.filter(Boolean).join(' · '));
  put($('job-state'), JOB[job.state] ?? words(job.state));
  $('job-state').className = `pill is-${job.state}`;
  put($('job-reason'), over && job.reason ? new ApiError(0, job.reason).message : '');
  drawBar($('bar'), job.counters, total);
  $('bar').setAttribute('aria-valuenow', percent);
  $('bar').setAttribute('aria-valuetext', `${percent} %, ${number(done)} of ${plural(total, 'row')}`);
  put($('percent'), `${percent} %`);
  put($('done'), `${number(done)} of ${plural(total, 'row')}${job.total === null && !over ? ' so far, the file still arrives' : ''}`);
  put($('rate'), rate > 0 && !over ? `${rate < 10 ? rate.toFixed(1) : number(Math.round(rate))} rows a second` : '');
  put($('left'), over ? (job.started_at && job.ended_at ? `took ${duration(Date.parse(job.ended_at) - Date.parse(job.started_at))}` : '')
    : left ? `about ${duration(left)} left` : '');
  $('cancel').hidden = over;

  const seconds = Math.ceil(((feed?.retryAt ?? 0) - Date.now()) / 1000);
  put($('link'), !feed ? '' : feed.status === 'live' ? 'Live' : feed.status === 'waiting' ? `Reconnecting in ${Math.max(1, seconds)} s`
    : feed.status === 'reconnecting' ? 'Reconnecting …' : 'Connecting …');
  $('link').classList.toggle('live', feed?.status === 'live');
  document.title = `${over ? JOB[job.state] : `${percent} %`} – ${name} – Trawl`;
  drawTabs(view, known);

  // Read aloud at the end, and in between at most every 15 s.
  if (over !== view.over || (!over && Date.now() - view.announced > 15_000)) {
    view.over = over;
    view.announced = Date.now();
    const parts = Object.entries(PARTS).map(([part, word]) => [word, sum(job.counters, statesOf(part))])
      .filter(([, n]) => n > 0).map(([word, n]) => `${word} ${number(n)}`);
    $('summary').textContent = `${JOB[job.state]}. ${percent} percent, ${number(done)} of ${plural(total, 'row')}. ${parts.join(', ')}.`;
  }
}

/** The legend of the bar, with numbers, which is also the choice of the rows shown. */
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

async function cancel() {
  const view = current;
  try {
    const job = await api(jobPath(view.id, '/cancel'), { method: 'POST' });
    if (view === current && !terminal(view.job.state) && !view.feed?.source) adopt(view, job);
  } catch (e) {
    if (e.status !== 409 && view === current) put($('problem'), e.message); // 409: it has ended by itself, as the events tell
  }
}


document.addEventListener('visibilitychange', () => { if (pending) draw(); });
setInterval(() => current?.feed?.tick(), 1000);
$('cancel').addEventListener('click', () => { $('confirm').returnValue = 'no'; $('confirm').showModal(); });
$('confirm').addEventListener('close', () => { if ($('confirm').returnValue === 'yes') cancel(); });
$('more').addEventListener('click', () => current.table.load());
$('first').addEventListener('click', () => showTab(current, current.table.tab));
