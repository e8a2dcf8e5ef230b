// The labels and symbols of the page and their elements. All text is inserted as text, never as HTML.

/** Item states: label, symbol (never colour alone), and part of the bar. */
export const ITEM = {
  found: ['Found', '✓', 'found'],
  not_found: ['Not found', '∅', 'not_found'],
  invalid_input: ['Invalid', '!', 'invalid_input'],
  blocked: ['Blocked', '⊘', 'blocked'],
  failed: ['Failed', '✕', 'failed'],
  cancelled: ['Cancelled', '–', 'cancelled'],
  running: ['Looking up', '▸', 'working'],
  retrying: ['Will retry', '↻', 'working'],
  needs_human: ['Needs a person', '?', 'needs_human'],
  held: ['Waiting for host', '‖', 'waiting'],
  waiting: ['Waiting', '·', 'waiting'],
};
/** The parts of a bar in order, which are also the tabs of rows. */
export const PARTS = {
  found: 'Found', not_found: 'Not found', invalid_input: 'Invalid', blocked: 'Blocked', failed: 'Failed',
  cancelled: 'Cancelled', working: 'In progress', needs_human: 'Needs a person', waiting: 'Waiting',
};
export const RARE = new Set(['cancelled', 'needs_human']); // hidden while empty
export const ENDED = ['found', 'not_found', 'invalid_input', 'blocked', 'failed', 'cancelled'];
/** Labels of job states. */
export const JOB = {
  receiving: 'Receiving the file', running: 'Looking up rows', paused: 'Paused',
  completed: 'Completed', failed: 'Failed', cancelled: 'Cancelled',
};
/** The titles of known recipes by name. */
export const titles = new Map();

export const $ = (id) => document.getElementById(id);
export const statesOf = (part) => Object.keys(ITEM).filter((state) => ITEM[state][2] === part);
export const sum = (counters, states) => states.reduce((n, state) => n + (counters[state] ?? 0), 0);
/** The rows with a result: a cancelled row has ended too, but was not looked up. */
export const answered = (job) => job.done - (job.counters.cancelled ?? 0);
export const number = new Intl.NumberFormat('en').format;
export const plural = (n, word, words = `${word}s`) => `${number(n)} ${n === 1 ? word : words}`;
export const words = (name) => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');
export const moment = (iso) => new Date(iso).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });

/** 2nd, 3rd, 11th. */
export const ordinal = (n) => n + (n % 100 > 10 && n % 100 < 14 ? 'th' : ['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');

/** Creates an element with a class and children; strings become text. */
export function el(tag, className = '', ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

/** Shows the text, or hides the element if there is none; avoids DOM changes when nothing changes. */
export function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
  node.hidden = text === '';
}

export function duration(ms) {
  const s = Math.max(1, Math.round(ms / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}

export function bytes(n) {
  return n < 1e3 ? `${n} B` : n < 1e6 ? `${Math.round(n / 1e3)} KB` : `${(n / 1e6).toFixed(1)} MB`;
}

/** Creates a coloured badge with symbol and label. */
export function badge(state) {
  const [word, sign] = ITEM[state] ?? [words(state), '·'];
  const icon = el('span', 'sign', sign);
  icon.setAttribute('aria-hidden', 'true');
  return el('span', `badge is-${ITEM[state]?.[2] ?? 'waiting'}`, icon, word);
}

/** Draws the counters as parts of a bar; its children are created once and only resized. */
export function drawBar(bar, counters, total) {
  for (const part of Object.keys(PARTS)) {
    let span = bar.querySelector(`.is-${part}`);
    if (!span) bar.append(span = el('span', `is-${part}`));
    const n = sum(counters, statesOf(part));
    span.style.flexGrow = total ? n / total : 0;
    span.hidden = n === 0;
  }
}
