// The table of rows on the screen of a job.

import { api, jobPath, terminal } from './api.js';
import { $, ENDED, badge, duration, el, number, plural, put, statesOf, words } from './dom.js';
import { evidence } from './evidence.js';

const PAGE = 250; // items per request
const ROWS_AT_ONCE = 500; // what "Load more" reads
const REQUESTS_AT_ONCE = 20; // a page may be short or empty with more after it
const MAX_ROWS = 1000; // the limit of rows in the table, so that a job of a million rows stays light

/** Shows a picture as large as possible. */
export function enlarge(source, alt) {
  Object.assign($('viewer-picture'), { src: source, alt });
  put($('viewer-title'), alt);
  $('viewer').showModal();
}

/**
 * The rows of one tab. "Latest" shows rows in the order in which they were started, the last one on top. The other tabs
 * are lists by row number, read page by page; events update the range that was read.
 */
export class RowTable {
  /**
   * @param schedule called when something must be drawn
   * @param answer called with the number of a row to answer
   */
  constructor(job, tab, schedule, answer) {
    Object.assign(this, { job, tab, schedule, answer, latest: tab === 'latest', rows: new Map(), changed: new Set() });
    Object.assign(this, { next: null, low: 0, high: 0, queue: null }); // the next page, the range of rows read
    this.omitted = new Set(); // rows whose fields were too large for their events
    this.states = tab === 'all' || tab === 'latest' ? null : statesOf(tab);
    const heads = ['Row', words(job.column || 'key'), 'State', ...job.fields.map(words), 'Remark'];
    $('columns-row').replaceChildren(...heads.map((text, i) => {
      const cell = el('th', i === 0 ? 'num' : '', text);
      cell.scope = 'col';
      cell.setAttribute('role', 'columnheader');
      return cell;
    }));
    this.heads = heads;
    $('body').replaceChildren();
    $('scroll').scrollTop = 0;
    const touched = [...ENDED.filter((state) => state !== 'invalid_input'), 'running', 'retrying', 'needs_human'];
    // For a big job, "Latest" starts with the running rows: ended ones could only be read from the first on.
    if (this.latest) this.load(MAX_ROWS, job.done > MAX_ROWS ? ['running', 'retrying', 'needs_human'] : touched);
    else this.load();
  }

  /** Reads pages and queues events meanwhile, since a page may be older or newer than they are. */
  async load(wanted = ROWS_AT_ONCE, states = this.states) {
    if (this.queue) return;
    this.queue = [];
    this.fault = '';
    this.schedule();
    try {
      let requests = 0;
      do {
        const query = new URLSearchParams({ limit: PAGE });
        if (states) query.set('state', states.join(','));
        if (this.next) query.set('cursor', this.next);
        const page = await api(jobPath(this.job.id, `/items?${query}`));
        if (this.closed) return;
        for (const item of page.items) this.set({ ...item, gen: this.passOf(item) });
        this.high = Math.max(this.high, page.items.at(-1)?.row ?? 0);
        this.next = page.next;
        wanted -= page.items.length;
        this.schedule();
      } while (this.next && wanted > 0 && ++requests < REQUESTS_AT_ONCE);
    } catch (e) {
      this.fault = e.message;
    }
    const queue = this.queue;
    this.queue = null;
    for (const change of queue) this.apply(change);
    this.schedule();
  }

  /** Returns the generation of a row's state; a failed row may be retried in the current one. */
  passOf({ state }) {
    const { generation, state: ofJob } = this.job;
    return generation > 1 && !terminal(ofJob) && (state === 'failed' || state === 'blocked') ? generation - 1 : generation;
  }

  set(item) {
    this.rows.set(item.row, { ...this.rows.get(item.row), ...item });
    this.changed.add(item.row);
  }

  /** Applies an event to a row. */
  apply(change) {
    if (this.queue) return void this.queue.push(change);
    const old = this.rows.get(change.row);
    // A page may be newer than the events: an ended row only restarts in a later generation.
    if (old && ENDED.includes(old.state) && !ENDED.includes(change.state) && (old.gen ?? 0) >= change.gen) return;
    const inRange = this.latest || (change.row >= this.low && (!this.next || change.row <= this.high));
    if (this.states && !this.states.includes(change.state)) this.remove(change.row);
    else if (old || inRange) {
      this.set(change);
      if (change.omitted) this.fill(change.row);
    }
    if (!(change.rows > 1)) return;
    for (const row of this.rows.values()) { // repeated keys end with their first row
      if (row.alias_of === change.row) this.apply({ ...change, row: row.row, rows: undefined });
    }
  }

  /** Reads the fields of rows whose events had none, one after the other while the rows are shown. */
  async fill(wanted) {
    this.omitted.add(wanted);
    if (this.omitted.size > 1) return; // the loop below is running and will reach it
    for (const row of this.omitted) {
      if (this.closed) return;
      const page = this.rows.has(row) && await api(jobPath(this.job.id, `/items?cursor=${row}&limit=1`)).catch(() => null);
      if (page && page.items[0]?.row === row && this.rows.has(row)) this.set({ row, fields: page.items[0].fields });
      this.omitted.delete(row);
      this.schedule();
    }
  }

  remove(row) {
    this.rows.get(row)?.tr?.remove();
    this.rows.delete(row);
    this.schedule();
  }

  /** Updates the DOM; called at most once per frame. */
  draw() {
    const order = [...this.rows.keys()];
    if (!this.latest) order.sort((a, b) => a - b);
    const surplus = order.splice(0, order.length - MAX_ROWS);
    for (const row of surplus) this.remove(row);
    if (surplus.length && !this.latest) this.low = order[0];
    let added = false;
    for (const row of this.changed) {
      const item = this.rows.get(row);
      if (item) added = this.drawRow(item) || added;
    }
    this.changed.clear();
    if (added) {
      let at = $('body').firstElementChild;
      for (const row of this.latest ? order.reverse() : order) {
        const { tr } = this.rows.get(row);
        if (tr === at) at = at.nextElementSibling;
        else $('body').insertBefore(tr, at);
      }
    }
    put($('rows-note'), this.fault || this.note());
    $('more').hidden = this.latest || !(this.next || this.fault);
    $('more').disabled = Boolean(this.queue);
    $('first').hidden = this.latest || this.low === 0;
  }

  note() {
    const n = this.rows.size;
    if (n === 0 && this.queue) return 'Loading …';
    if (n === 0) return this.latest && !terminal(this.job.state) ? 'Rows appear here as they are looked up.' : 'No rows here.';
    if (this.latest) return n >= MAX_ROWS ? `The latest ${plural(n, 'row')}. See “All rows” for the others.` : '';
    return `${plural(n, 'row')} shown.`;
  }

  /** Fills the row's cells; returns true if the row is not in the document yet. */
  drawRow(item) {
    const isNew = !item.tr;
    if (isNew) {
      item.tr = el('tr', '', ...this.heads.map((head, i) => {
        const cell = el('td', i === 0 ? 'num' : i === 1 ? 'key' : '');
        cell.dataset.label = head; // the label of the value where rows are drawn as cards
        cell.setAttribute('role', 'cell');
        return cell;
      }));
      item.tr.setAttribute('role', 'row');
    }
    const cells = item.tr.cells;
    cells[0].textContent = number(item.row);
    cells[1].textContent = item.key ?? '';
    if (item.rows > 1) cells[1].append(el('span', 'muted', ` and ${plural(item.rows - 1, 'repeat')}`));
    if (item.drawn !== item.state) cells[2].replaceChildren(badge(item.state));
    this.job.fields.forEach((name, i) => {
      const value = item.fields?.[name] ?? '';
      const text = Array.isArray(value) ? value.join(', ') : typeof value === 'object' ? JSON.stringify(value) : String(value);
      if (cells[3 + i].textContent !== text) cells[3 + i].textContent = text;
    });
    const remark = cells[cells.length - 1];
    // Without fields, the remark uses their space and is visible without horizontal scrolling.
    const wide = Boolean(item.state === 'needs_human' || (ENDED.includes(item.state) && item.state !== 'found' && item.evidence?.length));
    for (let i = 3; i < cells.length - 1; i++) cells[i].hidden = wide;
    remark.colSpan = wide ? this.job.fields.length + 1 : 1;
    remark.classList.toggle('wide', wide);
    this.drawRemark(remark, item);
    if (item.drawn && item.drawn !== item.state) item.tr.classList.add('fresh');
    item.drawn = item.state;
    return isNew;
  }

  drawRemark(cell, item) {
    const { error, state, delay_ms: delay, host, alias_of: first } = item;
    const parts = [];
    if (error) {
      parts.push(error.message);
      const kind = error.code === state ? '' : words(error.code).replace(/^(Http|Dns|Tls)\b/, (name) => name.toUpperCase());
      const detail = [kind, error.step && `step ${error.step}`].filter(Boolean).join(', ');
      if (detail) parts.push(el('span', 'muted', ` (${detail})`));
    } else if (first) {
      parts.push(el('span', 'muted', `Same key as row ${number(first)}`));
    }
    if (state === 'needs_human') {
      if (item.question) {
        const button = el('button', '', 'Answer');
        button.type = 'button';
        button.addEventListener('click', () => this.answer(item.row));
        parts.push(el('span', 'asks', `${item.question.prompt} `), button);
      } else {
        parts.push(el('span', 'muted', 'Waiting until other questions are answered.'));
      }
    }
    if (state === 'retrying') parts.push(delay ? ` Will retry after ${duration(delay)}.` : ' Will retry.');
    if (state === 'held' && host) parts.push(` ${host} accepts requests again in ${duration(delay)}.`);
    if (ENDED.includes(state) && state !== 'found') parts.push(...evidence(this.job.id, item, enlarge));
    cell.replaceChildren(...parts);
  }
}

