// Shows the questions of a job's rows one after the other and sends the answers.

import { API, api, jobPath } from './api.js';
import { $, el, moment, number, plural, put } from './dom.js';

/** Returns the path of a row's file by name. The server returns a full path, but a proxy may have moved it. */
export const evidencePath = (job, row, name) => `${API}/${jobPath(job, `/items/${row}/evidence/${encodeURIComponent(name)}`)}`;

/** Links the asking page, unless a browser would execute its address. */
export function pageLink(address, text = address) {
  if (!/^https?:\/\//i.test(address)) return el('span', 'muted', address);
  return Object.assign(el('a', 'page', text), { href: address, target: '_blank', rel: 'noreferrer noopener' });
}

/**
 * The open questions of a job, one of which is shown. After its answer the next one is shown, and keeps the focus
 * unless the person has moved it.
 */
export class Questions {
  constructor(enlarge, schedule) {
    Object.assign(this, { enlarge, schedule, open: new Map(), row: null, shown: null, focus: false, job: null });
    $('question').replaceChildren();
  }

  /** Replaces all questions by those of the job's snapshot. */
  adopt(job) {
    this.job = job.id;
    this.open = new Map((job.questions ?? []).map(({ row, question }) => [row, question]));
  }

  /** Updates the question of a row from an event. */
  apply(row, question) {
    if (question) this.open.set(row, question);
    else this.open.delete(row);
  }

  /** Shows the question of that row. */
  choose(row) {
    Object.assign(this, { row, shown: null, focus: true });
    $('asking').scrollIntoView({ block: 'nearest' });
    this.schedule();
  }

  /** Returns the row to ask about: the shown one, else one with a rejected answer, else the oldest. */
  pick() {
    if (this.open.has(this.row)) return this.row;
    const rows = [...this.open.keys()];
    return rows.find((row) => this.open.get(row).rejected) ?? rows[0] ?? null;
  }

  /**
   * @param waiting the number of rows that wait for a person, including those that cannot ask yet
   */
  draw(waiting) {
    const now = this.open.size;
    const all = Math.max(waiting, now);
    const wait = all === 1 ? 'A row is waiting for your answer' : `${number(all)} rows are waiting for your answer`;
    put($('asking-count'), now > 0 && now < all ? `${wait}, ${number(now)} of them now` : wait);
    $('asking').hidden = all === 0;
    this.row = this.pick();
    const question = this.open.get(this.row);
    if (this.shown === (question?.id ?? '')) return;
    this.shown = question?.id ?? '';
    const box = $('question');
    const held = box.contains(document.activeElement);
    box.replaceChildren(question ? this.form(this.row, question) : el('p', 'muted', 'The next question appears once its page is open.'));
    if (!question) return void (this.focus ||= held);
    if (held || this.focus) box.querySelector('.answer input, .answer button').focus({ preventScroll: true });
    this.focus = false;
  }

  form(row, question) {
    return questionForm(this.job, row, question, this.enlarge, () => {
      if (this.open.get(row)?.id === question.id) this.open.delete(row);
      this.focus = $('question').contains(document.activeElement);
      this.schedule();
    });
  }
}

/** Creates the question with its picture and the field or button for the answer. */
function questionForm(job, row, question, enlarge, onSent) {
  const form = el('form', 'question');
  form.dataset.question = question.id;
  if (question.rejected) {
    const again = question.picture ? 'here is another picture' : 'it asks again';
    form.append(el('p', 'rejected', `The site did not accept the answer; ${again}. ${plural(question.tries_left, 'try', 'tries')} left.`));
  }
  const prompt = el('label', 'label', `Row ${number(row)}: ${question.prompt}`);
  form.append(prompt);
  if (question.picture) {
    const source = evidencePath(job, row, question.picture.split('/').pop());
    form.append(thumbnail(source, `Picture for the question of row ${row}`, enlarge));
  }
  const send = el('button', 'primary', question.text ? 'Send' : 'Continue');
  send.type = 'submit';
  const line = el('span', 'answer');
  let input = null;
  if (question.text) {
    input = Object.assign(el('input'), { type: 'text', autocomplete: 'off', spellcheck: false, maxLength: 10_000, id: `answer-${question.id}` });
    prompt.htmlFor = input.id;
    line.append(input);
  }
  line.append(send);
  const note = el('p', 'hint', `Waits until ${moment(question.until)}. `, pageLink(question.page, 'Open the page'));
  const fault = el('p', 'error');
  fault.setAttribute('role', 'alert');
  fault.hidden = true;
  form.append(line, note, fault);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    send.disabled = true;
    fault.hidden = true;
    try {
      await api(jobPath(job, `/items/${row}/answer`), {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ question: question.id, ...(input ? { text: input.value } : { go_on: true }) }),
      });
      onSent();
    } catch (e) {
      send.disabled = false;
      fault.textContent = e.status === 409 ? 'This question is closed: it was answered elsewhere or has expired.' : e.message;
      fault.hidden = false;
    }
  });
  return form;
}

/** Creates a thumbnail that opens the full picture. */
export function thumbnail(source, alt, enlarge) {
  const picture = Object.assign(el('img'), { src: source, alt, loading: 'lazy' });
  const button = el('button', 'thumb', picture);
  button.type = 'button';
  button.title = 'Enlarge';
  button.addEventListener('click', () => enlarge(source, alt));
  return button;
}
