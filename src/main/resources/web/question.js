// What a row asks a person, drawn into one of its cells, and the answer on its way to the server.

import { API, api, jobPath } from './api.js';
import { el, moment } from './dom.js';

/** A file of a row by its name. The server tells its whole path, which a proxy in front may have moved. */
export const evidencePath = (job, row, name) => `${API}/${jobPath(job, `/items/${row}/evidence/${encodeURIComponent(name)}`)}`;

/** The page that asks as a link, unless its address is of a kind that a browser would run. */
export function pageLink(address, text = address) {
  if (!/^https?:\/\//i.test(address)) return el('span', 'muted', address);
  return Object.assign(el('a', 'page', text), { href: address, target: '_blank', rel: 'noreferrer noopener' });
}

/** The question with its picture and the field or button for the answer. */
export function questionForm(job, row, question, enlarge) {
  const form = el('form', 'question');
  form.dataset.question = question.id;
  const prompt = el('label', 'label', question.prompt);
  form.append(prompt);
  if (question.picture) {
    const source = evidencePath(job, row, question.picture.split('/').pop());
    form.append(thumbnail(source, `What row ${row} shows`, enlarge));
  }
  const send = el('button', 'primary', question.text ? 'Send' : 'Go on');
  send.type = 'submit';
  const line = el('span', 'answer');
  let input = null;
  if (question.text) {
    input = Object.assign(el('input'), { type: 'text', autocomplete: 'off', spellcheck: false, maxLength: 10_000, id: `answer-${question.id}` });
    prompt.htmlFor = input.id;
    line.append(input);
  }
  line.append(send);
  const note = el('p', 'hint', `Waits until ${moment(question.until)}. `, pageLink(question.page, 'The page'));
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
      send.textContent = 'Sent';
      if (input) input.readOnly = true;
    } catch (e) {
      send.disabled = false;
      fault.textContent = e.status === 409 ? 'This question is over: it was answered elsewhere, or its time ran out.' : e.message;
      fault.hidden = false;
    }
  });
  return form;
}

/** A small picture that opens large. */
export function thumbnail(source, alt, enlarge) {
  const picture = Object.assign(el('img'), { src: source, alt, loading: 'lazy' });
  const button = el('button', 'thumb', picture);
  button.type = 'button';
  button.title = 'Show it large';
  button.addEventListener('click', () => enlarge(source, alt));
  return button;
}
