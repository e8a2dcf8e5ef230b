// A page behind a captcha of npm's svg-captcha, run as: node captcha.js <folder of node_modules>.
// Tells its port on its output. /entry/<key> asks; /solution/<id> tells a test what a person would see.
'use strict';
const http = require('node:http');
const path = require('node:path');
const captchas = require(path.join(process.argv[2], 'node_modules', 'svg-captcha'));

const solutions = new Map();

function ask(response, key, wrong) {
  const captcha = captchas.create({ size: 5, noise: 2, ignoreChars: '0o1il' });
  const id = String(solutions.size + 1);
  solutions.set(id, captcha.text);
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(`<!DOCTYPE html><title>Captcha</title>${wrong ? '<p class="wrong">Wrong</p>' : ''}
    <form class="captcha" method="post" action="/entry/${key}"><div class="picture" data-id="${id}">${captcha.data}</div>
    <input type="hidden" name="id" value="${id}"><input name="text" autocomplete="off"><button>Go on</button></form>`);
}

const server = http.createServer((request, response) => {
  const [, kind, key] = new URL(request.url, 'http://localhost').pathname.split('/');
  if (kind === 'solution') {
    response.end(solutions.get(key) || '');
  } else if (kind === 'last') {
    response.end(String(solutions.size));
  } else if (kind !== 'entry') {
    response.statusCode = 404;
    response.end('no such page');
  } else if (request.method === 'GET') {
    ask(response, key, false);
  } else {
    let body = '';
    request.on('data', (piece) => (body += piece));
    request.on('end', () => {
      const form = new URLSearchParams(body);
      if (solutions.get(form.get('id')) !== form.get('text')) {
        ask(response, key, true);
        return;
      }
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(`<!DOCTYPE html><title>Entry</title><h1 class="entry">Entry ${key}</h1>`);
    });
  }
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.resume();
process.stdin.on('end', () => process.exit());
