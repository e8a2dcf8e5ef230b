package dev.rowhound.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Runs a bench; {@code bench/run} has checked the arguments and brought the peers. */
public final class Bench {
    private static final int ROUNDS = 5;
    private static final int QUICK_ROUNDS = 2;

    private Bench() {}

    /**
     * How to measure.
     *
     * @param peers the folder with the peers' packages
     * @param rounds how many rounds count
     * @param quick whether small sizes will do
     * @param fsync Redis's {@code appendfsync}
     * @param json whether to end on a line of JSON
     */
    record Options(Path peers, int rounds, boolean quick, String fsync, boolean json) {
        static Options read(Path peers, List<String> flags) {
            boolean quick = flags.contains("--quick");
            String rounds = after(flags, "--rounds", String.valueOf(quick ? QUICK_ROUNDS : ROUNDS));
            String fsync = after(flags, "--fsync", "everysec").toUpperCase(Locale.ROOT);
            return new Options(peers, Integer.parseInt(rounds), quick, fsync, flags.contains("--json"));
        }
    }

    /** Something that a bench cannot be asked for; its message says what it can. */
    static final class WrongArguments extends Exception {
        WrongArguments(String message) {
            super(message);
        }
    }

    /** What stands behind an option's name; nothing, where the name is the last. */
    static String after(List<String> flags, String name, String fallback) {
        int place = flags.indexOf(name);
        return place < 0 ? fallback : place + 1 < flags.size() ? flags.get(place + 1) : "";
    }

    /** The arguments are the bench's name, the folder with the peers' packages, and the options of {@code bench/run}. */
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
