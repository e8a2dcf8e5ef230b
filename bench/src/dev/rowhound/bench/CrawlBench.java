package dev.rowhound.bench;

import dev.rowhound.Folders;
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
 * Compares look-ups with Crawlee, puppeteer-cluster and a plain Playwright loop. All sides read the same pages with the
 * same browser, one after the other, and the benchmark checks every field.
 */
final class CrawlBench implements AutoCloseable {
    private static final int PAGES = CrawlChoice.SITE_PAGES;
    private static final int SLOW_MILLIS = 500;

    /** The pages per slot before the measurement, in which browsers start and caches fill. */
    private static final int WARM_UP_PAGES = 6;

    private final Bench.Options options;
    private final Path folder;
    private final CompanySite site = new CompanySite(PAGES);
    private final SiteServer server = new SiteServer(site);
    private final CrawlChoice choice;
    private final String fast;
    private final String slow;
    private final Map<CrawlContender, Side> sides = new EnumMap<>(CrawlContender.class);
    private final Map<CrawlContender, Integer> position = new EnumMap<>(CrawlContender.class);
    private final Map<CrawlContender, List<LoadFigures>> figures = new EnumMap<>(CrawlContender.class);
    private final Map<String, Integer> wrong = new TreeMap<>();
    private String chromium = "";

    /** The result of a turn: pages per second, CPU milliseconds per page, megabytes. */
    private record Turn(double pages, double processor, double memory) {}

    /** The figures of a side at a load, with the project's values if both are measured. */
    private record LoadFigures(Figure pages, Figure processor, Figure memory) {
        static LoadFigures of(CrawlLoad load, CrawlContender side, boolean compares) {
            String prefix = side.prefix() + load + "_";
            boolean goal = compares && side.goal > 0;
            return new LoadFigures(
                    new Figure(prefix + "pages", "pages/s", goal ? Figure.Goal.AT_LEAST : Figure.Goal.NONE, side.goal),
                    new Figure(prefix + "processor", "ms/page", Figure.Goal.NONE, 0),
                    new Figure(prefix + "memory", "MB", Figure.Goal.NONE, 0));
        }

        void addOwn(Turn turn) {
            pages.add(turn.pages());
            processor.add(turn.processor());
            memory.add(turn.memory());
        }

        void addPeer(Turn turn) {
            pages.addPeer(turn.pages());
            processor.addPeer(turn.processor());
            memory.addPeer(turn.memory());
        }

        Stream<Figure> all() {
            return Stream.of(pages, processor, memory);
        }
    }

    private CrawlBench(Bench.Options options, CrawlChoice choice) throws Exception {
        this.options = options;
        this.choice = choice;
        this.folder = Files.createDirectories(Path.of(
                        "target",
                        "bench",
                        String.valueOf(ProcessHandle.current().pid()))
                .toAbsolutePath());
        this.fast = server.listen(0);
        this.slow = server.listen(SLOW_MILLIS);
    }

    static Report run(Bench.Options options, CrawlChoice choice) throws Exception {
        CrawlBench bench = new CrawlBench(options, choice);
        // Ends the child processes however this process exits.
        Runtime.getRuntime().addShutdownHook(new Thread(bench::close, "closing"));
        bench.start();
        bench.rounds();
        return bench.report();
    }

    private void start() throws IOException {
        for (CrawlContender side : choice.sides()) {
            sides.put(side, side.own() ? own(side) : peer(side));
            position.put(side, 0);
            // The reference side appears in the figures of the other sides, and has its own only if it is alone.
            if (!side.measure() || !choice.compares(side)) {
                figures.put(
                        side,
                        choice.loads(side.browser).stream()
                                .map(load -> LoadFigures.of(load, side, choice.compares(side)))
                                .toList());
            }
        }
        for (CrawlContender side : choice.sides()) {
            if (side.own()) {
                String sideChromium = sides.get(side).call(request("prepare")).getString("chromium");
                chromium = side.browser ? sideChromium : chromium;
            }
        }
        if (chromium.isEmpty() && !choice.sides(true).isEmpty()) {
            // All sides use the project's browser; without a project side, one is started only to find it.
            try (Side finder = own(CrawlContender.ROWHOUND)) {
                chromium = finder.call(request("prepare")).getString("chromium");
            }
        }
    }

    private Side own(CrawlContender contender) throws IOException {
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
                        "-Drowhound.log.level=warn",
                        "-Dlogback.configurationFile=logback.xml",
                        "-cp",
                        classPath,
                        CrawlSide.class.getName(),
                        contender.id,
                        folder.resolve(contender.id).toString()));
    }

    private Side peer(CrawlContender contender) throws IOException {
        return Side.start(
                contender.id,
                options.peers(),
                List.of("node", Path.of("bench/crawl/peer.js").toAbsolutePath().toString(), contender.id));
    }

    private void rounds() throws Exception {
        for (int round = 0; round <= options.rounds(); round++) {
            String name = round == 0 ? "Warm-up" : "Round " + round + " of " + options.rounds();
            for (boolean browser : new boolean[] {true, false}) {
                for (int load = 0; load < choice.loads(browser).size(); load++) {
                    Map<CrawlContender, Turn> turns = new EnumMap<>(CrawlContender.class);
                    for (CrawlContender side : choice.sides(browser)) {
                        turns.put(side, turn(name, side, choice.loads(browser).get(load)));
                    }
                    if (round > 0) {
                        addTurns(load, turns);
                    }
                }
            }
        }
    }

    /** Adds the results of the turns at a load to the figures, each with the result of its reference side. */
    private void addTurns(int load, Map<CrawlContender, Turn> turns) {
        turns.forEach((side, turn) -> {
            if (figures.containsKey(side)) {
                LoadFigures sideFigures = figures.get(side).get(load);
                if (side.measure()) {
                    sideFigures.addOwn(turn);
                } else {
                    sideFigures.addPeer(turn);
                    if (choice.compares(side)) {
                        sideFigures.addOwn(turns.get(side.measuredBy()));
                    }
                }
            }
        });
    }

    private Turn turn(String name, CrawlContender contender, CrawlLoad load) throws Exception {
        int count = choice.turnPages(load, contender.browser);
        Side side = sides.get(contender);
        JsonObject pages = request("open")
                .put("chromium", chromium)
                .put("concurrency", load.concurrency())
                .put("base", load.slow() ? slow : fast)
                .put("of", PAGES);
        side.call(pages.put("count", WARM_UP_PAGES * load.concurrency()).put("from", PAGES / 2));
        int from = position.merge(contender, count, Integer::sum) - count;
        PeakMemory memory = new PeakMemory(side.tree());
        double processor = side.tree().processorSeconds();
        JsonObject response =
                side.call(pages.put("op", "work").put("from", from % PAGES).put("count", count));
        processor = side.tree().processorSeconds() - processor;
        double megabytes = memory.stop();
        side.call(request("close"));
        check(contender, response.getJsonArray("results"), from, count);
        Turn turn = new Turn(count / response.getDouble("seconds"), processor / count * 1e3, megabytes);
        System.err.printf(
                "%s, %s, %s: %.1f pages/s, %.1f ms of processor a page, %.0f MB%n",
                name, load, contender.id, turn.pages(), turn.processor(), turn.memory());
        return turn;
    }

    /** Counts the pages with missing or wrong fields. */
    private void check(CrawlContender contender, JsonArray results, int from, int count) {
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
        conditions.add("%,d pages of 15 KB with a style sheet, two images and two fields filled by script%s"
                .formatted(PAGES, chromium.isEmpty() ? "" : "; " + chromium));
        conditions.add("A turn is %s%s"
                .formatted(
                        String.join(", ", choice.turns()),
                        choice.slow() ? "; a page of a slow load takes the server " + SLOW_MILLIS + " ms" : ""));
        conditions.add("Median and min-max of %d rounds after one warm-up".formatted(options.rounds()));
        conditions.add("A figure's name: side, pages at once, what; processor and memory (PSS, peak) are of all of a"
                + " side's processes");
        conditions.add(
                wrong.isEmpty()
                        ? "Every field of every page was read right by all"
                        : "Pages missing or read wrong: " + wrong);
        if (choice.small()) {
            conditions.add("Small sizes: these figures show that the bench runs, no more");
        }
        List<Report> reports = new ArrayList<>();
        for (Map.Entry<CrawlContender, List<LoadFigures>> entry : figures.entrySet()) {
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
