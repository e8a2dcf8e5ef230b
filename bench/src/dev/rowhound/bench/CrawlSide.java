package dev.rowhound.bench;

import dev.rowhound.config.Problems;
import dev.rowhound.crawl.CrawlConfig;
import dev.rowhound.crawl.CrawlEngine;
import dev.rowhound.crawl.browser.BrowserLimits;
import dev.rowhound.egress.EgressConfig;
import dev.rowhound.job.ItemContext;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.Processor;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.RecipeReader;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The project's process in the look-up benchmark. Runs processors of the {@link CrawlEngine}, one per thread as in a
 * worker's slots, without a queue and Redis. Uses the protocol of {@link Side}.
 */
public final class CrawlSide {
    private static final long MAX_ITEM_MILLIS = Duration.ofSeconds(60).toMillis();
    private static final List<String> FIELD_NAMES = List.of("name", "code", "address", "phone", "rep");

    private final CrawlEngine engine;
    private final String kind;
    private final List<Slot> slots = new ArrayList<>();

    /** A processor and its thread. */
    private record Slot(Processor processor, ExecutorService thread) {}

    private CrawlSide(CrawlEngine engine, String kind) {
        this.engine = engine;
        this.kind = kind;
    }

    /** Runs with the side's name, which selects the engine and its cache, and a data folder as arguments. */
    public static void main(String[] args) throws IOException {
        PrintStream responses = System.out;
        // Standard output carries only responses.
        System.setOut(System.err);
        // The default configuration, except that the loopback address of the benchmark's server is allowed.
        CrawlConfig config = CrawlConfig.DEFAULT.with(EgressConfig.DEFAULT.allowing("127.0.0.1:*"));
        if (args[0].equals("rowhound-cache")) {
            config = config.with(BrowserLimits.DEFAULT.withKeepCache(true));
        }
        CrawlSide side = new CrawlSide(
                new CrawlEngine(config, Path.of(args[1])), args[0].equals("rowhound-http") ? "http" : "browser");
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            responses.println(side.handle(new JsonObject(line)).encode());
            responses.flush();
        }
        side.close();
        side.engine.close();
        Runtime.getRuntime().halt(0);
    }

    private JsonObject handle(JsonObject request) {
        try {
            return switch (request.getString("op")) {
                case "prepare" -> prepare();
                case "open" -> open(request);
                case "work" -> work(request);
                case "close" -> close();
                default -> new JsonObject().put("error", "this is unknown");
            };
        } catch (Exception e) {
            e.printStackTrace();
            return new JsonObject().put("error", e.toString());
        }
    }

    private JsonObject prepare() {
        engine.prepare(System.err::println);
        return new JsonObject().put("chromium", engine.parts().get("Chromium").toString());
    }

    private JsonObject open(JsonObject request) throws Exception {
        Recipe recipe = recipe(request.getString("base"));
        for (int i = 0; i < request.getInteger("concurrency"); i++) {
            ExecutorService thread = Executors.newSingleThreadExecutor();
            slots.add(new Slot(
                    thread.submit(() -> engine.newProcessor(job -> recipe)).get(), thread));
        }
        work(request);
        return new JsonObject();
    }

    private JsonObject work(JsonObject request) throws Exception {
        int count = request.getInteger("count");
        AtomicInteger next = new AtomicInteger();
        JsonArray results = new JsonArray();
        long startNanos = System.nanoTime();
        List<Future<?>> running = new ArrayList<>();
        for (Slot slot : slots) {
            Callable<Void> loop = () -> {
                for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                    int number = (request.getInteger("from") + i) % request.getInteger("of");
                    JsonArray result = lookUp(slot.processor(), number);
                    synchronized (results) {
                        results.add(result);
                    }
                }
                return null;
            };
            running.add(slot.thread().submit(loop));
        }
        for (Future<?> loop : running) {
            loop.get();
        }
        return new JsonObject()
                .put("seconds", (System.nanoTime() - startNanos) / 1e9)
                .put("results", results);
    }

    private JsonArray lookUp(Processor processor, int number) throws Exception {
        String key = String.valueOf(number);
        ItemResult result =
                processor.process(new ItemInput("bench", number + 1, key, Map.of("key", key)), new BenchContext());
        JsonArray response = new JsonArray().add(number);
        if (result.state() == ItemState.FOUND) {
            fields().forEach(name -> response.add(result.fields().getString(name)));
        } else {
            System.err.println("rowhound: page " + number + " is " + result.state() + ": " + result.error());
        }
        return response;
    }

    private List<String> fields() {
        return kind.equals("http") ? FIELD_NAMES.subList(0, CompanySite.STATIC_FIELDS) : FIELD_NAMES;
    }

    private JsonObject close() {
        for (Slot slot : slots) {
            try {
                slot.thread().submit(slot.processor()::close).get();
            } catch (Exception e) {
                System.err.println("rowhound: " + e);
            }
            slot.thread().shutdown();
        }
        slots.clear();
        return new JsonObject();
    }

    /** All fields are required, so the browser waits until the script has filled the empty elements. */
    private Recipe recipe(String base) {
        JsonObject extract = new JsonObject();
        fields().forEach(name ->
                extract.put(name, new JsonObject().put("selector", "#" + name).put("required", true)));
        JsonObject json = new JsonObject()
                .put("name", "bench")
                .put("version", 1)
                .put("title", "Companies")
                .put("description", "The company pages of the bench")
                .put("engine", kind)
                .put("input", new JsonObject().put("column", "key"))
                .put("start", new JsonObject().put("url", base + "/companies/{key}.html"))
                .put(
                        "outcomes",
                        new JsonObject()
                                .put(
                                        "blocked",
                                        new JsonArray().add(new JsonObject().put("status", new JsonArray().add(403))))
                                .put("not_found", new JsonArray().add(new JsonObject().put("selector", ".not-found")))
                                .put("found", new JsonArray().add(new JsonObject().put("selector", "#name"))))
                .put("extract", extract)
                .put(
                        "timeouts",
                        new JsonObject()
                                .put("navigation_ms", 30_000)
                                .put("step_ms", 20_000)
                                .put("item_ms", MAX_ITEM_MILLIS));
        Problems problems = new Problems("the bench's recipe");
        Recipe recipe = RecipeReader.read(json, problems);
        problems.throwIfAny();
        return recipe;
    }

    /** Limits the time of an item and ignores its progress. */
    private static final class BenchContext implements ItemContext {
        private final long deadlineNanos =
                System.nanoTime() + Duration.ofMillis(MAX_ITEM_MILLIS).toNanos();

        @Override
        public void progress(String step) {}

        @Override
        public long remainingMillis() {
            return Math.max(0, (deadlineNanos - System.nanoTime()) / 1_000_000);
        }
    }
}
