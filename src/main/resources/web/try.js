// The panel for trying a recipe on a few keys, and for editing it if permitted.

import { api } from './api.js';
import { $, badge, el, put, titles } from './dom.js';

const MAX_KEYS = 10;
const path = (name, rest = '') => `recipes/${encodeURIComponent(name)}${rest}`;

let running = null; // the AbortController of the running look-ups
let saved = null; // the edited recipe as on the server, with its version; null if it is new

/** Lists the recipes. */
export function showTry(recipes, mayEdit) {
  const chosen = $('try-recipe').value;
  $('try-recipe').replaceChildren(...recipes.map(({ name, version }) =>
    Object.assign(el('option', '', `${titles.get(name) ?? name} · version ${version}`), { value: name })));
  if (recipes.some(({ name }) => name === chosen)) $('try-recipe').value = chosen;
  $('try-editor').hidden = !mayEdit;
  $('try').hidden = recipes.length === 0;
}

/** The recipe chosen for a file is probably wanted here too. */
export function chooseTry(name) {
  if (running || $('try-editor').open) return;
  $('try-recipe').value = name;
}

const keysGiven = () => $('try-keys').value.split('\n').map((key) => key.trim()).filter(Boolean);

async function start(event) {
  event.preventDefault();
  if (running) return void running.abort();
  await look($('try-recipe').value, null);
}

/** Looks the keys up one by one, so that each result appears at once and no request takes long. */
async function look(name, recipe) {
  const keys = keysGiven();
  put($('try-problem'), '');
  if (keys.length === 0 || keys.length > MAX_KEYS) {
    put($('try-problem'), keys.length ? `There are ${keys.length} keys; enter at most ${MAX_KEYS}.` : 'Enter at least one key.');
    return void $('try-keys').focus();
  }
  running = new AbortController();
  put($('try-go'), 'Stop');
  $('try-results').replaceChildren();
  try {
    for (const key of keys) {
      const waiting = el('li', 'trial', el('p', 'trial-head', el('strong', '', key), el('span', 'muted', 'looking up …')));
      $('try-results').append(waiting);
      waiting.scrollIntoView({ block: 'nearest' });
      try {
        const body = JSON.stringify(recipe ? { keys: [key], recipe } : { keys: [key] });
        const answer = await api(path(name, '/try'), {
          method: 'POST', body, headers: { 'Content-Type': 'application/json' }, signal: running.signal,
        });
        waiting.replaceWith(trial(answer.trials[0]));
      } catch (e) {
        waiting.remove();
        throw e;
      }
    }
  } catch (e) {
    if (!running.signal.aborted) tell($('try-problem'), e);
  } finally {
    running = null;
    put($('try-go'), 'Look up');
  }
}

/** Creates the result of a key: fields, steps as bars, and the screenshot. */
function trial({ key, state, fields, error, visit, evidence }) {
  const node = el('li', 'trial', el('p', 'trial-head', el('strong', '', key), badge(state)));
  if (error) node.append(el('p', 'trial-error', `${error.code}${error.step ? ` at ${error.step}` : ''}: ${error.message}`));
  const list = el('dl', 'trial-fields');
  const row = (name, value) => list.append(el('dt', '', name), el('dd', '', value));
  for (const [name, value] of Object.entries(fields)) {
    row(name, value === null ? '–' : typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  if (visit?.url) row('page', `${visit.url}${visit.status ? ` (HTTP ${visit.status})` : ''}`);
  for (const message of visit?.console ?? []) row('console', message);
  if (list.childElementCount) node.append(list);
  if (visit?.steps.length) node.append(steps(visit.steps));
  for (const file of evidence) {
    if (file.base64 && file.media_type.startsWith('image/')) {
      const picture = el('img');
      picture.alt = `Screenshot of the page for ${key}`;
      picture.src = `data:${file.media_type};base64,${file.base64}`;
      node.append(el('details', 'trial-picture', el('summary', '', 'Screenshot'), picture));
    }
  }
  return node;
}

function steps(times) {
  const longest = Math.max(1, ...times.map(({ ms }) => ms));
  return el('ol', 'trial-steps', ...times.map(({ step, ms }) => {
    const bar = el('progress');
    bar.max = longest;
    bar.value = ms;
    bar.setAttribute('aria-hidden', 'true');
    return el('li', '', el('span', '', step), bar, el('span', 'muted', `${ms} ms`));
  }));
}

/** Shows an error, for a recipe each problem with its location. */
function tell(node, error) {
  const problems = error.problems ?? [];
  node.replaceChildren(problems.length > 1
    ? el('span', '', `The recipe has ${problems.length} faults:`, el('ul', '', ...problems.map(({ path: at, message }) =>
      el('li', '', el('code', '', at), ` ${message}`))))
    : error.message);
  node.hidden = false;
}

async function edit() {
  if (!$('try-editor').open) return;
  const name = $('try-recipe').value;
  put($('try-edit-problem'), '');
  try {
    const recipe = await api(path(name));
    saved = { name, version: recipe.version };
    delete recipe.version;
    $('try-text').value = JSON.stringify(recipe, null, 2);
    put($('try-saved'), `Version ${saved.version}`);
  } catch (e) {
    tell($('try-edit-problem'), e);
  }
}

/** Parses the text as JSON with a name; reports an error and returns null if it is not valid. */
function text() {
  put($('try-edit-problem'), '');
  try {
    const recipe = JSON.parse($('try-text').value);
    if (typeof recipe.name === 'string' && recipe.name) return recipe;
    put($('try-edit-problem'), 'The recipe needs a name: lower-case letters, digits, - and _.');
  } catch (e) {
    put($('try-edit-problem'), `Invalid JSON: ${e.message}`);
  }
  return null;
}

async function save(reload) {
  const recipe = text();
  if (!recipe) return;
  const known = saved?.name === recipe.name ? saved.version : 0;
  try {
    const body = await api(`${path(recipe.name)}?expected_version=${known}`, {
      method: 'PUT', body: JSON.stringify(recipe), headers: { 'Content-Type': 'application/json' },
    });
    saved = { name: body.name, version: body.version };
    put($('try-saved'), body.changed ? `Saved as version ${body.version}` : `Unchanged: version ${body.version}`);
    await reload();
    $('try-recipe').value = body.name;
  } catch (e) {
    tell($('try-edit-problem'), e);
  }
}

async function tryText() {
  const recipe = text();
  if (recipe && !running) await look(recipe.name, recipe);
}

/** Starts the panel; {@code reload} reads the list of recipes again. */
export function beginTry(reload) {
  $('try-form').addEventListener('submit', start);
  $('try-recipe').addEventListener('change', edit);
  $('try-editor').addEventListener('toggle', edit);
  $('try-save').addEventListener('click', () => save(reload));
  $('try-unsaved').addEventListener('click', tryText);
}
