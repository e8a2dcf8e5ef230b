// The stream by long polling, which works wherever plain requests do.

import { poll, take } from './answers.js';

/** Polls until closed. The first poll does not wait, so that it shows quickly whether polling works. */
export function openPolling(context, on) {
  const { settings } = context;
  const abort = new AbortController();
  const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

  async function loop() {
    for (let waitMs = 0; !abort.signal.aborted; waitMs = settings.waitMs) {
      const asked = Date.now();
      const body = await poll(context, waitMs, abort.signal);
      if (abort.signal.aborted) return;
      if (body.over) return on.over(body.over);
      if (waitMs === 0) on.opened();
      on.heard();
      if (!take(body, on)) return;
      if (body.ended) return on.over({ reason: 'ended', ended: true });
      if (on.between()) return;
      // A server that is stopping responds early; do not poll it in a tight loop.
      if (waitMs > 0 && body.events.length === 0 && !body.reset && Date.now() - asked < waitMs / 2) {
        await pause(Math.random() * settings.baseMs);
      }
    }
  }

  loop().catch((error) => on.over({ reason: error instanceof SyntaxError ? 'broken' : 'unreachable', error }));
  return { close: () => abort.abort() };
}
