// The peers' sides of the bench of look-ups, one a process, by the name in the first argument: reads a request a line
// from standard input, answers each with a line, and ends with its input. `open` starts browsers and does the pages that
// warm up, `work` does those that count, `close` ends the browsers.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

// The packages lie in the folder that the bench runs in, not beside this file.
const require = createRequire(`${process.cwd()}/`);

/** What Chromium is started with where a peer leaves that to its user. */
const FLAGS = [
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-dev-shm-usage',
  '--disable-gpu',
];

/** What the project's own browser is started with besides. Of several lists of features Chromium uses the last. */
const LEAN_FLAGS = [
  ...FLAGS,
  '--disable-features=HttpsUpgrades,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,Translate,OptimizationHints,' +
    'DestroyProfileOnBrowserClose,RenderDocument,SpareRendererForSitePerProcess',
  '--enable-features=CDPScreenshotNewSurface,NetworkServiceInProcess2',
  '--disable-site-isolation-trials',
  '--renderer-process-limit=1',
  '--default-tile-width=1312',
  '--default-tile-height=768',
];
const UNCONFINED = process.getuid?.() === 0;

/** Waits, on the page, until its script has filled it, and reads the fields: one call for whatever is awaited and read. */
const read = (names) =>
  new Promise((resolve, reject) => {
    const until = Date.now() + 10_000;
    const look = () => {
      const last = document.getElementById('rep');
      if (last && last.textContent !== '') {
        resolve(names.map((name) => document.getElementById(name).textContent));
      } else if (document.readyState === 'loading') {
        document.addEventListener('DOMContentLoaded', () => setTimeout(look), { once: true });
      } else if (Date.now() > until) {
        reject(new Error('the fields were not filled'));
      } else {
        setTimeout(look, 10);
      }
    };
    look();
  });
const NAMES = ['name', 'code', 'address', 'phone', 'rep'];
const STATIC = ['name', 'code', 'address'];

/** Pages in progress in a crawler that adds them here. Resolves when all have ended, successfully or not. */
class Batch {
  constructor(count) {
    this.left = count;
    this.results = [];
    this.done = new Promise((resolve) => (this.finish = resolve));
  }

  end(number, fields) {
    if (fields) {
      this.results.push([number, ...fields]);
    }
    if (--this.left === 0) {
      this.finish();
    }
  }
}

function crawlee(make) {
  let crawler;
  let running;
  let batch;
  return {
    async open({ chromium, concurrency }) {
      crawler = make(require('crawlee'), { chromium, concurrency }, (number, fields) => batch.end(number, fields));
      running = crawler.run();
    },
    async work(pages) {
      batch = new Batch(pages.length);
      await crawler.addRequests(
        pages.map(({ number, url }) => ({ url, uniqueKey: `${number} ${process.hrtime.bigint()}`, userData: { number } })),
      );
      await batch.done;
      return batch.results;
    },
    async close() {
      await crawler.teardown();
      await running.catch(() => {});
    },
  };
}

/** Crawlee's defaults, which keep the queue in files; each crawler has a folder of its own, beside the packages. */
const onDisk = (Configuration) =>
  new Configuration({
    storageClientOptions: { localDataDirectory: `${process.cwd()}/storage/${process.pid}-${process.hrtime.bigint()}` },
  });
const inMemory = (Configuration) => new Configuration({ persistStorage: false });

const launch = (chromium, extra) => ({
  launchOptions: { executablePath: chromium, headless: true, chromiumSandbox: !UNCONFINED, ...extra },
});

const playwrightCrawler = (best) =>
  crawlee(({ PlaywrightCrawler, Configuration }, { chromium, concurrency }, end) => {
    const common = {
      keepAlive: true,
      maxConcurrency: concurrency,
      maxRequestRetries: 0,
      async requestHandler({ page, request }) {
        end(request.userData.number, await page.evaluate(read, NAMES));
      },
      failedRequestHandler({ request }, error) {
        console.error(`Crawlee: ${request.url}: ${error.message.split('\n')[0]}`);
        end(request.userData.number);
      },
    };
    if (!best) {
      return new PlaywrightCrawler({ ...common, launchContext: launch(chromium) }, onDisk(Configuration));
    }
    return new PlaywrightCrawler(
      {
        ...common,
        minConcurrency: concurrency,
        useSessionPool: false,
        persistCookiesPerSession: false,
        launchContext: launch(chromium, { args: FLAGS }),
        browserPoolOptions: { useFingerprints: false, maxOpenPagesPerBrowser: concurrency, retireBrowserAfterPageCount: 2000 },
        preNavigationHooks: [(_, options) => Object.assign(options, { waitUntil: 'commit' })],
      },
      inMemory(Configuration),
    );
  });

const cheerioCrawler = (best) =>
  crawlee(({ CheerioCrawler, Configuration }, { concurrency }, end) => {
    const common = {
      keepAlive: true,
      maxConcurrency: concurrency,
      maxRequestRetries: 0,
      requestHandler({ $, request }) {
        end(
          request.userData.number,
          STATIC.map((name) => $(`#${name}`).text()),
        );
      },
      failedRequestHandler({ request }, error) {
        console.error(`Crawlee: ${request.url}: ${error.message.split('\n')[0]}`);
        end(request.userData.number);
      },
    };
    return best
      ? new CheerioCrawler(
          { ...common, minConcurrency: concurrency, useSessionPool: false, persistCookiesPerSession: false },
          inMemory(Configuration),
        )
      : new CheerioCrawler(common, onDisk(Configuration));
  });

/** puppeteer-cluster with that kind of concurrency; the earliest that Puppeteer can wait for is DOMContentLoaded. */
function cluster(kind) {
  let pool;
  return {
    async open({ chromium, concurrency }) {
      const { Cluster } = require('puppeteer-cluster');
      pool = await Cluster.launch({
        concurrency: Cluster[kind],
        maxConcurrency: concurrency,
        puppeteerOptions: { executablePath: chromium, headless: 'shell', args: UNCONFINED ? ['--no-sandbox'] : [] },
      });
      await pool.task(async ({ page, data }) => {
        await page.goto(data.url, { waitUntil: 'domcontentloaded' });
        return [data.number, ...(await page.evaluate(read, NAMES))];
      });
    },
    async work(pages) {
      const all = await Promise.allSettled(pages.map((page) => pool.execute(page)));
      all.filter(({ reason }) => reason).forEach(({ reason }) => console.error(`puppeteer-cluster: ${reason.message}`));
      return all.filter(({ value }) => value).map(({ value }) => value);
    },
    async close() {
      await pool.close();
    },
  };
}

/** A loop over pages that are kept, with nothing cleared between them: the least that Playwright can do. */
function bare(args) {
  let browser;
  let kept;
  return {
    async open({ chromium: executablePath, concurrency }) {
      const { chromium } = require('playwright');
      browser = await chromium.launch({ executablePath, headless: true, chromiumSandbox: !UNCONFINED, args });
      kept = await Promise.all(Array.from({ length: concurrency }, async () => (await browser.newContext()).newPage()));
    },
    async work(pages) {
      const results = [];
      let next = 0;
      await Promise.all(
        kept.map(async (page) => {
          while (next < pages.length) {
            const { number, url } = pages[next++];
            await page.goto(url, { waitUntil: 'commit' });
            results.push([number, ...(await page.evaluate(read, NAMES))]);
          }
        }),
      );
      return results;
    },
    async close() {
      await browser.close();
    },
  };
}

const contenders = {
  crawlee: () => playwrightCrawler(false),
  'crawlee-best': () => playwrightCrawler(true),
  'cluster-context': () => cluster('CONCURRENCY_CONTEXT'),
  'cluster-page': () => cluster('CONCURRENCY_PAGE'),
  bare: () => bare(FLAGS),
  'bare-lean': () => bare(LEAN_FLAGS),
  cheerio: () => cheerioCrawler(false),
  'cheerio-best': () => cheerioCrawler(true),
};

process.env.CRAWLEE_LOG_LEVEL = 'WARNING';
const name = process.argv[2];
let side;

/** The pages from a number on, of a site that has so many; it begins again at its end. */
const pagesOf = ({ base, from, count, of }) =>
  Array.from({ length: count }, (_, i) => ({ number: (from + i) % of, url: `${base}/companies/${(from + i) % of}.html` }));

const operations = {
  async open(request) {
    side = contenders[name]();
    await side.open(request);
    await side.work(pagesOf(request));
    return {};
  },
  async work(request) {
    const began = process.hrtime.bigint();
    const results = await side.work(pagesOf(request));
    return { seconds: Number(process.hrtime.bigint() - began) / 1e9, results };
  },
  async close() {
    await side.close();
    return {};
  },
};

// What a package prints there is no answer.
const answers = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);
process.stdin.on('end', () => process.exit(0));
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  let answer;
  try {
    answer = await operations[request.op](request);
  } catch (error) {
    answer = { error: String(error.stack ?? error) };
  }
  answers(`${JSON.stringify(answer)}\n`);
}
