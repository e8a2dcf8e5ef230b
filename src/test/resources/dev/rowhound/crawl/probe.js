// Tells what is there of what plant.js leaves behind.
function heard(channel, millis) {
  return new Promise((done) => {
    const listener = new BroadcastChannel(channel);
    listener.onmessage = () => done(true);
    listener.postMessage('anyone?');
    setTimeout(() => done(false), millis);
  });
}

async function probeAll() {
  const found = [];
  const note = (kind, there) => {
    if (there) {
      found.push(kind);
    }
  };
  note('name', window.name !== '' && window.name !== 'frame');
  await new Promise((done) => setTimeout(done, 500));
  note('cookie', document.cookie.includes('planted'));
  note('localStorage', localStorage.length > 0);
  note('sessionStorage', sessionStorage.length > 0);
  // The blank page between two items is the one entry that is always there; the frame shares the page's.
  note('history', history.length > 2);
  note('indexedDB', (await indexedDB.databases()).length > 0);
  note('caches', (await caches.keys()).length > 0);
  const folder = await navigator.storage.getDirectory();
  for await (const name of folder.keys()) {
    note('files', Boolean(name));
  }
  note('serviceWorker', (await navigator.serviceWorker.getRegistrations()).length > 0);
  note('runningServiceWorker', await heard('service', 150));
  const shared = new SharedWorker('/shared-worker.js');
  note(
    'sharedWorker',
    await new Promise((done) => {
      shared.port.onmessage = (message) => done(message.data === 'planted');
      shared.port.postMessage('probe');
    }),
  );
  note('popup', await heard('popup', 150));
  // Each answer of /kept is numbered; one that comes from a cache has an old number.
  const count = async (path) => Number((await (await fetch(path)).text()).match(/([0-9]+)\.$/)[1]);
  const served = await count('/served');
  note('cache', (await count('/kept')) <= served);
  return found;
}
