package dev.rowhound.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Runs a benchmark; {@code bench/run} has validated the arguments and installed the peers. */
public final class Bench {
    private static final int DEFAULT_ROUNDS = 5;
    private static final int QUICK_ROUNDS = 2;

    private Bench() {}

    /**
     * The options of a run.
     *
     * @param peers the folder with the peers' packages
     * @param rounds the measured rounds, after a warm-up
     * @param quick whether to use small sizes
     * @param fsync Redis's {@code appendfsync}
     * @param json whether to print a final line of JSON
     */
    record Options(Path peers, int rounds, boolean quick, String fsync, boolean json) {
        static Options read(Path peers, List<String> flags) {
            boolean quick = flags.contains("--quick");
            String rounds = after(flags, "--rounds", String.valueOf(quick ? QUICK_ROUNDS : DEFAULT_ROUNDS));
            String fsync = after(flags, "--fsync", "everysec").toUpperCase(Locale.ROOT);
            return new Options(peers, Integer.parseInt(rounds), quick, fsync, flags.contains("--json"));
        }
    }

    /** Rejects invalid arguments with a message that lists the valid ones. */
    static final class WrongArguments extends Exception {
        WrongArguments(String message) {
            super(message);
        }
    }

    /** The argument after an option's name, or the empty string if the name is the last argument. */
    static String after(List<String> flags, String name, String fallback) {
        int place = flags.indexOf(name);
        return place < 0 ? fallback : place + 1 < flags.size() ? flags.get(place + 1) : "";
    }

    /** Runs with a benchmark's name, the folder of the peers' packages and the options of {@code bench/run}. */
    public static void main(String[] args) {
        List<String> flags = Arrays.asList(args).subList(2, args.length);
        Options options = Options.read(Path.of(args[1]), flags);
        try {
            Report report =
                    switch (args[0]) {
                        case "queue" -> QueueBench.run(options);
                        case "delivery" -> DeliveryBench.run(options);
                        case "fairness" -> FairnessBench.run(options);
                        case "crawl" -> CrawlBench.run(options, CrawlChoice.read(flags));
                        default ->
                            throw new IllegalArgumentException("bench/" + args[0] + " has no class that runs it");
                    };
            System.out.print(report.table());
            if (options.json()) {
                System.out.println(report.json());
            }
        } catch (WrongArguments e) {
            System.err.println("bench/run: " + e.getMessage() + "\nSee bench/run --help.");
            System.exit(2);
        } catch (Exception e) {
            System.err.println("bench/run: " + e.getMessage());
            System.exit(1);
        }
        System.exit(0);
    }
}
