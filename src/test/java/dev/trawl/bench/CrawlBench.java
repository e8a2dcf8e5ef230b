package dev.trawl.bench;

import dev.trawl.Folders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Look-ups beside Crawlee, puppeteer-cluster and a bare Playwright loop: all read the same pages with the same browser,
 * in turn, each with the machine for itself, and every field that they read is checked.
 */
final class CrawlBench implements AutoCloseable {
    private static final int PAGES = 2_000;
    private static final int SLOW_MILLIS = 500;

    /** How many pages a slot does before those that count: its browser starts and its caches fill. */
    private static final int WARM_UP_PAGES = 6;

    private final Bench.Options options;
    private final Path folder;
    private final CompanySite site = new CompanySite(PAGES);
    private final SiteServer server = new SiteServer(site);
    private final Map<Contender, Side> sides = new EnumMap<>(Contender.class);
    private final Map<Contender, Integer> position = new EnumMap<>(Contender.class);
    private final Map<Contender, List<LoadFigures>> figures = new EnumMap<>(Contender.class);
    private final Map<String, Integer> wrong = new TreeMap<>();
    private final List<Load> loads;
    private final List<Load> httpLoads;
    private String chromium = "";

    /** Who is compared, those of the project first. */
    private enum Contender {
        TRAWL("trawl", true, 0),
        TRAWL_HTTP("trawl-http", false, 0),
        /** The project with {@code crawl.keep_cache}, compared as if it were another's. */
        TRAWL_CACHE("trawl-cache", true, 0),
        CRAWLEE("crawlee", true, 3),
        CRAWLEE_BEST("crawlee-best", true, 0),
        CLUSTER_CONTEXT("cluster-context", true, 2),
        CLUSTER_PAGE("cluster-page", true, 2),
        BARE("bare", true, 0.9),
        BARE_LEAN("bare-lean", true, 0.9),
        CHEERIO("cheerio", false, 1.5),
        CHEERIO_BEST("cheerio-best", false, 1.5);

        final String id;
        final boolean browser;

        /** What the project's pages a second are to be of its own, or 0. */
        final double goal;

        Contender(String id, boolean browser, double goal) {
            this.id = id;
            this.browser = browser;
            this.goal = goal;
        }

        /** Whether the others are compared with it. */
        boolean measure() {
            return this == TRAWL || this == TRAWL_HTTP;
        }

        boolean own() {
            return measure() || this == TRAWL_CACHE;
        }
    }

    /**
     * So many pages at once, of a server that takes its time with each.
     *
     * @param pages how many pages a turn has
     * @param base where the site is
     */
    private record Load(int concurrency, int delayMillis, int pages, String base) {
        @Override
        public String toString() {
            return concurrency + (delayMillis > 0 ? "_slow" : "");
        }
    }

    /** What a turn came to: pages a second, milliseconds of processor a page, megabytes. */
    private record Turn(double pages, double processor, double memory) {}

    /** What is told of a load beside a peer. */
    private record LoadFigures(Figure pages, Figure processor, Figure memory) {
        static LoadFigures of(Load load, Contender peer) {
            String prefix = peer.id.replace('-', '_') + "_" + load + "_";
            return new LoadFigures(
                    new Figure(
                            prefix + "pages",
                            "pages/s",
                            peer.goal > 0 ? Figure.Goal.AT_LEAST : Figure.Goal.NONE,
                            peer.goal),
                    new Figure(prefix + "processor", "ms/page", Figure.Goal.NONE, 0),
                    new Figure(prefix + "memory", "MB", Figure.Goal.NONE, 0));
        }

        void add(Turn own, Turn peer) {
            pages.add(own.pages(), peer.pages());
            processor.add(own.processor(), peer.processor());
            memory.add(own.memory(), peer.memory());
        }

        Stream<Figure> all() {
            return Stream.of(pages, processor, memory);
        }
    }

    private CrawlBench(Bench.Options options) throws Exception {
        this.options = options;
        this.folder = Files.createDirectories(Path.of(
                        "target",
                        "bench",
                        String.valueOf(ProcessHandle.current().pid()))
                .toAbsolutePath());
        String fast = server.listen(0);
        String slow = server.listen(SLOW_MILLIS);
        int pages = options.quick() ? 24 : 160;
        this.loads = options.quick()
                ? List.of(new Load(2, 0, pages, fast), new Load(4, SLOW_MILLIS, pages, slow))
                : List.of(
                        new Load(2, 0, pages, fast),
                        new Load(4, 0, pages, fast),
                        new Load(8, 0, pages, fast),
                        new Load(16, SLOW_MILLIS, 2 * pages, slow));
        this.httpLoads = List.of(new Load(8, 0, options.quick() ? 200 : PAGES, fast));
    }

    static Report run(Bench.Options options) throws Exception {
        CrawlBench bench = new CrawlBench(options);
        // Whatever ends this process ends what it has started.
        Runtime.getRuntime().addShutdownHook(new Thread(bench::close, "closing"));
        bench.start();
        bench.rounds();
        return bench.report();
    }

    private void start() throws IOException {
        for (Contender contender : Contender.values()) {
            sides.put(contender, contender.own() ? own(contender) : peer(contender));
            position.put(contender, 0);
            if (!contender.measure()) {
                figures.put(
                        contender,
                        loads(contender).stream()
                                .map(load -> LoadFigures.of(load, contender))
                                .toList());
            }
        }
        chromium = sides.get(Contender.TRAWL).call(request("prepare")).getString("chromium");
        sides.get(Contender.TRAWL_HTTP).call(request("prepare"));
        sides.get(Contender.TRAWL_CACHE).call(request("prepare"));
    }

    private List<Load> loads(Contender contender) {
        return contender.browser ? loads : httpLoads;
    }

    private Side own(Contender contender) throws IOException {
        String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .reduce((all, entry) -> all + File.pathSeparator + entry)
                .orElseThrow();
        return Side.start(
                contender.id,
                folder,
                List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx512m",
                        "-Dtrawl.log.level=warn",
                        "-Dlogback.configurationFile=logback.xml",
                        "-cp",
                        classPath,
                        CrawlSide.class.getName(),
                        contender.id,
                        folder.resolve(contender.id).toString()));
    }

    private Side peer(Contender contender) throws IOException {
        return Side.start(
                contender.id,
                options.peers(),
                List.of("node", Path.of("bench/crawl/peer.js").toAbsolutePath().toString(), contender.id));
    }

    private void rounds() throws Exception {
        for (int round = 0; round <= options.rounds(); round++) {
            String name = round == 0 ? "Warm-up" : "Round " + round + " of " + options.rounds();
            for (boolean browser : new boolean[] {true, false}) {
                List<Load> some = browser ? loads : httpLoads;
                for (int i = 0; i < some.size(); i++) {
                    Turn own = null;
                    for (Contender contender : Contender.values()) {
                        if (contender.browser == browser) {
                            Turn turn = turn(name, contender, some.get(i));
                            if (contender.measure()) {
                                own = turn;
                            } else if (round > 0) {
                                figures.get(contender).get(i).add(own, turn);
                            }
                        }
                    }
                }
            }
        }
    }

    private Turn turn(String name, Contender contender, Load load) throws Exception {
        Side side = sides.get(contender);
        JsonObject pages = request("open")
                .put("chromium", chromium)
                .put("concurrency", load.concurrency())
                .put("base", load.base())
                .put("of", PAGES);
        side.call(pages.put("count", WARM_UP_PAGES * load.concurrency()).put("from", PAGES / 2));
        int from = position.merge(contender, load.pages(), Integer::sum) - load.pages();
        PeakMemory memory = new PeakMemory(side.tree());
        double processor = side.tree().processorSeconds();
        JsonObject answer =
                side.call(pages.put("op", "work").put("from", from % PAGES).put("count", load.pages()));
        processor = side.tree().processorSeconds() - processor;
        double megabytes = memory.stop();
        side.call(request("close"));
        check(contender, answer.getJsonArray("results"), from, load.pages());
        Turn turn = new Turn(load.pages() / answer.getDouble("seconds"), processor / load.pages() * 1e3, megabytes);
        System.err.printf(
                "%s, %s, %s: %.1f pages/s, %.1f ms of processor a page, %.0f MB%n",
                name, load, contender.id, turn.pages(), turn.processor(), turn.memory());
        return turn;
    }

    /** Notes the pages of which not every field came, or came wrong. */
    private void check(Contender contender, JsonArray results, int from, int count) {
        Map<Integer, List<Object>> read = new TreeMap<>();
        for (int i = 0; i < results.size(); i++) {
            JsonArray result = results.getJsonArray(i);
            read.put(result.getInteger(0), result.getList().subList(1, result.size()));
        }
        int fields = contender.browser ? site.fields(0).size() : CompanySite.STATIC_FIELDS;
        for (int i = 0; i < count; i++) {
            int number = (from + i) % PAGES;
            if (!site.fields(number).subList(0, fields).equals(read.get(number))) {
                wrong.merge(contender.id, 1, Integer::sum);
            }
        }
    }

    private static JsonObject request(String operation) {
        return new JsonObject().put("op", operation);
    }

    private Report report() throws IOException {
        List<String> conditions = new ArrayList<>();
        conditions.add("%,d pages of 15 KB with a style sheet, two images and two fields filled by script; %s"
                .formatted(PAGES, chromium));
        conditions.add("%d pages a turn, %d at the slow server (%d ms a page), %d without a browser;"
                        .formatted(
                                loads.get(0).pages(),
                                loads.get(loads.size() - 1).pages(),
                                SLOW_MILLIS,
                                httpLoads.get(0).pages())
                + " median and min-max of %d rounds after one warm-up".formatted(options.rounds()));
        conditions.add("A figure's name: peer, pages at once, what; processor and memory (PSS, peak) are of all of a"
                + " side's processes");
        conditions.add(
                wrong.isEmpty()
                        ? "Every field of every page was read right by all"
                        : "Pages missing or read wrong: " + wrong);
        if (options.quick()) {
            conditions.add("Small sizes: these figures show that the bench runs, no more");
        }
        List<Report> reports = new ArrayList<>();
        for (Map.Entry<Contender, List<LoadFigures>> entry : figures.entrySet()) {
            List<Figure> all =
                    entry.getValue().stream().flatMap(LoadFigures::all).toList();
            reports.add(new Report("crawl", entry.getKey().id, List.of(), all));
        }
        Report first = reports.get(0);
        return new Report("crawl", first.peer(), conditions, first.figures(), reports.subList(1, reports.size()));
    }

    @Override
    public void close() {
        try {
            for (Side side : sides.values()) {
                side.close();
            }
            server.close();
            for (Path used : List.of(folder, options.peers().resolve("storage"))) {
                Folders.delete(used);
            }
        } catch (IOException e) {
            System.err.println("bench/run: " + folder + " could not be removed: " + e.getMessage());
        }
    }
}
