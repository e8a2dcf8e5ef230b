// The page at "/": chooses a file and a recipe, uploads, lists recent jobs, and opens the screen of a job.

import { API, ApiError, api, jobPath, pauseAsked, terminal, uuid } from './api.js';
import { $, JOB, answered, bytes, drawBar, el, moment, number, plural, put, titles } from './dom.js';
import { closeJob, openJob } from './job.js';
import { beginTry, chooseTry, showTry } from './try.js';

const MAX_SENDS = 20;
const MAX_WAIT_MS = 120_000; // the limit of all pauses of an upload together

let upload = null; // the XMLHttpRequest under way, or the pause before the next one
let jobsTimer = 0;

async function loadRecipes() {
  try {
    const { recipes, may_edit: mayEdit } = await api('recipes');
    const chosen = $('recipes').querySelector('input:checked')?.value;
    for (const recipe of recipes) titles.set(recipe.name, recipe.title || recipe.name);
    $('recipes').replaceChildren(...recipes.map((recipe, i) => {
      const radio = Object.assign(el('input'), {
        type: 'radio', name: 'recipe', value: recipe.name, checked: recipes.length === 1 || recipe.name === chosen, id: `recipe-${i}`,
      });
      radio.addEventListener('change', () => recipeChosen(recipe));
      const text = el('span', '', el('strong', '', titles.get(recipe.name), el('span', 'version', ` version ${recipe.version}`)), el('span', 'muted', recipe.description ?? ''));
      return el('label', 'recipe', radio, text);
    }));
    showTry(recipes, mayEdit);
    if (recipes.length === 1) recipeChosen(recipes[0]);
    if (recipes.length === 0) fieldError('recipe', 'This server knows no recipes.');
  } catch (e) {
    $('recipes').replaceChildren();
    fieldError('recipe', e.message);
  }
}

function recipeChosen(recipe) {
  fieldError('recipe', '');
  chooseTry(recipe.name);
  $('column').placeholder = recipe.column ?? '';
  put($('column-hint'), recipe.column
    ? `Left empty, the column “${recipe.column}” is used, or the only one.` : "Left empty, the file's only column is used.");
}

async function loadJobs() {
  clearTimeout(jobsTimer);
  let wait = 15_000;
  try {
    const { jobs } = await api('jobs?limit=50');
    $('jobs').replaceChildren(...jobs.map(jobEntry));
    put($('jobs-note'), jobs.length ? '' : 'No jobs yet. The first one will stand here.');
    if (jobs.some((job) => !terminal(job.state))) wait = 3000;
  } catch (e) {
    put($('jobs-note'), e.message);
  }
  if (!$('start').hidden) jobsTimer = setTimeout(loadJobs, wait);
}

function jobEntry(job) {
  const total = job.total ?? job.received;
  const bar = el('span', 'bar thin');
  bar.setAttribute('aria-hidden', 'true');
  drawBar(bar, job.counters, total);
  const link = el('a', '',
    el('span', 'jobs-line', el('strong', '', job.file || 'Upload'), el('span', `pill is-${job.state}`, JOB[job.state] ?? job.state)),
    bar,
    el('span', 'jobs-line muted', el('span', '', `${number(answered(job))} of ${plural(total, 'row')}`),
      el('span', '', `${titles.get(job.recipe) ?? job.recipe} · ${moment(job.created_at)}`)));
  link.href = `?job=${encodeURIComponent(job.id)}`;
  link.addEventListener('click', (event) => go(event, link.href));
  // The list is redrawn from time to time; the entry with the keyboard focus keeps it.
  if (document.activeElement?.href === link.href) requestAnimationFrame(() => link.focus({ preventScroll: true }));
  return el('li', '', link);
}

/** Sets or clears the message of a field; those of unknown fields go below the form. */
function fieldError(field, message) {
  const head = field === 'options.sample' ? 'sample' : (field ?? 'form').split('.')[0];
  const name = head === 'header' || head === 'delimiter' ? 'options' : $(`error-${head}`) ? head : 'form';
  put($(`error-${name}`), message);
  const inputs = name === 'recipe' ? [...$('recipes').querySelectorAll('input')]
    : name === 'options' ? [$('header'), $('delimiter')] : name === 'form' ? [] : [$(name)];
  for (const input of inputs) input.setAttribute('aria-invalid', String(message !== ''));
  if (name === 'options' && message) $('format').open = true;
  return inputs[0] ?? $('error-form');
}

function clearErrors() {
  for (const field of ['file', 'recipe', 'column', 'sample', 'options', 'form']) fieldError(field, '');
  put($('problem'), '');
}

async function fileChosen() {
  const file = $('file').files[0];
  put($('file-name'), file ? file.name : 'Choose a CSV file');
  put($('file-hint'), file ? `${bytes(file.size)} · choose or drop another to replace it` : 'or drop it anywhere on this page');
  fieldError('file', '');
  $('columns').replaceChildren();
  if (!file) return;
  // Guesses the column names for suggestions only; the server parses the file properly.
  const head = new Uint8Array(await file.slice(0, 4096).arrayBuffer().catch(() => new ArrayBuffer(0)));
  const mark = head[0] << 8 | head[1];
  const charset = mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8';
  const line = new TextDecoder(charset).decode(head).split(/\r?\n/, 1)[0];
  const delimiter = [',', ';', '\t'].reduce((a, b) => (line.split(b).length > line.split(a).length ? b : a));
  const names = line.split(delimiter).map((name) => name.trim().replace(/^"|"$/g, '')).filter(Boolean);
  $('columns').replaceChildren(...names.map((value) => Object.assign(el('option'), { value })));
}

function submit(event) {
  event.preventDefault();
  if (upload) return;
  clearErrors();
  const file = $('file').files[0];
  const recipe = $('recipes').querySelector('input:checked')?.value;
  const missing = [];
  if (!file) missing.push(fieldError('file', 'Choose a CSV file first.'));
  if (!recipe) missing.push(fieldError('recipe', 'Choose a recipe.'));
  const sample = $('sample').value.trim();
  if (sample && !/^[1-9]\d{0,6}$/.test(sample)) missing.push(fieldError('sample', 'Enter a number of rows, such as 10, or leave this empty.'));
  if (missing.length) return void missing[0].focus();

  const header = $('header').value;
  const form = new FormData(); // the file comes last: the server reads the other fields before it
  form.append('recipe', recipe);
  if ($('column').value.trim()) form.append('column', $('column').value.trim());
  form.append('options', JSON.stringify({
    header: header === 'auto' ? header : header === 'true', delimiter: $('delimiter').value, ...(sample && { sample: Number(sample) }),
  }));
  form.append('file', file);
  send(form, file, uuid());
}

/**
 * Uploads and opens the job as soon as it exists, which may be long before the upload ends. After a Retry-After, sends
 * the file again as the same job.
 */
function send(form, file, id, sends = 1, waited = 0) {
  const xhr = upload = new XMLHttpRequest();
  const said = (loaded, total) => {
    const sent = total && loaded >= total ? 'sent, the server is reading it' : `${Math.floor(100 * loaded / (total || 1))} % of ${bytes(total)}`;
    put($('upload-text'), `Uploading ${file.name}: ${sent}`);
    $('upload-bar').value = loaded / (total || 1);
  };
  const finish = (error, openId) => {
    upload = null;
    $('upload').hidden = true;
    $('submit').disabled = false;
    if (openId && !$('start').hidden) show(openId);
    if (!error) return;
    if ($('start').hidden) put($('problem'), error.message);
    else fieldError(error.field, error.message).focus();
  };
  xhr.upload.onprogress = (e) => said(e.loaded, e.total);
  xhr.onload = () => {
    let body = null;
    try { body = JSON.parse(xhr.responseText); } catch { /* an answer from something between us and the server */ }
    if (xhr.status >= 200 && xhr.status < 300) finish(null, body?.id ?? id);
    else refused(new ApiError(xhr.status, body), pauseAsked(xhr.getResponseHeader('Retry-After')));
  };
  const refused = async (error, pause) => {
    if (pause === null || waited + pause > MAX_WAIT_MS || sends === MAX_SENDS) return finish(error);
    // A job that has ended with the refusal accepts no other file.
    const job = await api(jobPath(id)).catch(() => null);
    if (job?.state === 'failed' || job?.state === 'cancelled') return finish(error);
    const timer = setTimeout(send, pause, form, file, id, sends + 1, waited + pause);
    upload = { abort: () => { clearTimeout(timer); xhr.onabort(); } };
    put($('upload-text'), `${file.name} will be sent again in ${Math.ceil(pause / 1000)} s: ${error.message}`);
    $('upload-bar').value = 0;
  };
  xhr.onerror = () => finish(new ApiError(0, { message: 'The upload was interrupted. Check the connection and start again.' }));
  xhr.onabort = () => finish(new ApiError(0, { message: 'The upload was stopped.' }));
  xhr.open('POST', `${API}/jobs`);
  xhr.setRequestHeader('Rowhound-Job-Id', id);
  xhr.send(form);
  said(0, file.size);
  $('upload').hidden = false;
  $('submit').disabled = true;

  const look = async (wait) => {
    if (upload !== xhr || $('start').hidden) return;
    const there = await api(jobPath(id)).catch(() => null); // 404 until the first rows have arrived
    if (there && upload === xhr && !$('start').hidden) show(id);
    else if (!there) setTimeout(look, wait, Math.min(wait * 1.5, 5000));
  };
  setTimeout(look, 500, 500);
}

function go(event, href) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  history.pushState(null, '', href);
  route();
  if (!$('start').hidden) $('form-title').focus();
}

function show(id) {
  history.pushState(null, '', `?job=${encodeURIComponent(id)}`);
  route();
}

const jobInAddress = () => new URLSearchParams(location.search).get('job');

/** Shows the job in the address, or the start. */
function route() {
  const id = jobInAddress();
  closeJob();
  clearTimeout(jobsTimer);
  put($('problem'), '');
  document.title = 'Rowhound';
  if (id === null) return showStart();
  $('start').hidden = true;
  openJob(id).catch((e) => {
    if (jobInAddress() !== id) return;
    showStart();
    put($('problem'), e.message);
  });
}

function showStart() {
  $('start').hidden = false;
  loadJobs();
}

function onDrag(event) {
  if (!event.dataTransfer?.types.includes('Files')) return;
  event.preventDefault();
  const inside = event.type !== 'drop' && !(event.type === 'dragleave' && event.relatedTarget === null);
  $('drop').hidden = !inside;
  if (event.type !== 'drop') return;
  const { files } = event.dataTransfer;
  if ($('start').hidden) { history.pushState(null, '', './'); route(); }
  clearErrors();
  if (files.length !== 1) return void fieldError('file', 'Drop one file at a time.');
  $('file').files = files;
  fileChosen();
}

for (const type of ['dragenter', 'dragover', 'dragleave', 'drop']) addEventListener(type, onDrag);
for (const link of document.querySelectorAll('[data-start]')) link.addEventListener('click', (event) => go(event, './'));
addEventListener('popstate', route);
addEventListener('beforeunload', (event) => { if (upload) event.preventDefault(); });
$('form').addEventListener('submit', submit);
$('file').addEventListener('change', fileChosen);
$('column').addEventListener('input', () => fieldError('column', ''));
$('sample').addEventListener('input', () => fieldError('sample', ''));
$('upload-stop').addEventListener('click', () => upload?.abort());
beginTry(loadRecipes);
loadRecipes().finally(route);
