// Shows why a row has failed and the evidence of its last attempt.

import { bytes, el } from './dom.js';
import { evidencePath, pageLink, thumbnail } from './question.js';

const NAMES = { 'trace.zip': 'Trace', 'page.har': 'Requests (HAR)' };

/** Returns the elements, none if there is nothing to show. */
export function evidence(job, { row, alias_of: first, visit, evidence: files = [] }, enlarge) {
  const parts = [];
  const source = first ?? row;
  for (const { name, type } of files) {
    if (type.startsWith('image/')) parts.push(thumbnail(evidencePath(job, source, name), `Screenshot of row ${row}`, enlarge));
  }
  const lines = el('ul', 'facts');
  if (visit?.url) lines.append(el('li', '', pageLink(visit.url), visit.status ? ` responded ${visit.status}` : ''));
  for (const line of visit?.console ?? []) lines.append(el('li', 'console', line));
  for (const { name, type, bytes: size } of files) {
    if (type.startsWith('image/')) continue;
    const link = Object.assign(el('a', '', NAMES[name] ?? name), { href: evidencePath(job, source, name), download: `row-${row}-${name}` });
    lines.append(el('li', '', link, el('span', 'muted', ` ${bytes(size)}`)));
  }
  if (lines.firstChild) parts.push(lines);
  return parts;
}
