// Leaves behind everything that a page can leave behind; each of both origins runs it.
const MARK = 'planted';

function plantAtOnce() {
  document.cookie = 'mark=planted; max-age=1000; path=/';
  document.cookie = 'mark_' + location.port + '=planted; max-age=1000; path=/';
  localStorage.mark = MARK;
  sessionStorage.mark = MARK;
  window.name = MARK;
}

function request(ask) {
  return new Promise((done, fail) => {
    ask.onsuccess = () => done(ask.result);
    ask.onerror = () => fail(ask.error);
  });
}

async function plantAll(withServiceWorker) {
  plantAtOnce();
  history.pushState({}, '', location.pathname + '?pushed');
  const open = indexedDB.open('mark', 1);
  open.onupgradeneeded = () => open.result.createObjectStore('marks');
  const database = await request(open);
  database.transaction('marks', 'readwrite').objectStore('marks').put(MARK, 'mark');
  database.close();
  await (await caches.open('mark')).put('/mark', new Response(MARK));
  const folder = await navigator.storage.getDirectory();
  const file = await (await folder.getFileHandle('mark', { create: true })).createWritable();
  await file.write(MARK);
  await file.close();
  if (withServiceWorker) {
    await navigator.serviceWorker.register('/service-worker.js');
    await navigator.serviceWorker.ready;
  }
  const shared = new SharedWorker('/shared-worker.js');
  await new Promise((done) => {
    shared.port.onmessage = done;
    shared.port.postMessage('plant');
  });
  await (await fetch('/kept')).text();
  window.open('/popup');
  addEventListener('beforeunload', (event) => {
    event.preventDefault();
    event.returnValue = 'stay';
  });
  // A last word, when the page is left.
  ['pagehide', 'unload', 'visibilitychange'].forEach((kind) =>
    addEventListener(kind, () => {
      plantAtOnce();
      navigator.sendBeacon('/beacon', MARK);
    }),
  );
  setInterval(plantAtOnce, 5);
  navigator.sendBeacon('/beacon', MARK);
}
