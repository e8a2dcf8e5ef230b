package dev.rowhound.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The selected part of the look-up benchmark.
 *
 * @param quick whether turns without a given length are short
 * @param loads the loads in the order of measurement
 * @param sides the sides in the order of their turns; each has at least one load
 * @param pages the pages of each turn, or 0 for the default of each load
 */
record CrawlChoice(boolean quick, List<CrawlLoad> loads, List<CrawlContender> sides, int pages) {
    /** The number of pages of the site, and the maximum of a turn, which reads no page twice. */
    static final int SITE_PAGES = 2_000;

    private static final int QUICK_PAGES = 24;
    private static final int QUICK_PAGES_WITHOUT_BROWSER = 200;
    private static final int WHOLE_PAGES = 160;

    /**
     * Reads {@code --loads}, {@code --sides}, {@code --pages} and {@code --quick}; the default is everything.
     *
     * @throws Bench.WrongArguments for an unknown load or side, a side without a load, or a turn that is too long
     */
    static CrawlChoice read(List<String> flags) throws Bench.WrongArguments {
        boolean quick = flags.contains("--quick");
        List<CrawlLoad> loads = named(flags, "--loads", "load", CrawlLoad.ALL, CrawlLoad::toString);
        List<CrawlContender> sides = named(flags, "--sides", "side", List.of(CrawlContender.values()), side -> side.id);
        boolean all = !flags.contains("--loads");
        if (all) {
            loads = quick ? CrawlLoad.QUICK : CrawlLoad.WHOLE;
        }
        if (!all && !loads.contains(CrawlLoad.WITHOUT_BROWSER)) {
            List<CrawlContender> idle =
                    sides.stream().filter(side -> !side.browser).toList();
            if (flags.contains("--sides") && !idle.isEmpty()) {
                throw new Bench.WrongArguments("--loads: %s needs no browser and is measured at %s alone"
                        .formatted(idle.get(0).id, CrawlLoad.WITHOUT_BROWSER));
            }
            sides = sides.stream().filter(side -> side.browser).toList();
        }
        return new CrawlChoice(quick, loads, sides, pages(flags));
    }

    private static int pages(List<String> flags) throws Bench.WrongArguments {
        if (!flags.contains("--pages")) {
            return 0;
        }
        String text = Bench.after(flags, "--pages", "");
        if (!text.matches("[1-9]\\d{0,3}") || Integer.parseInt(text) > SITE_PAGES) {
            throw new Bench.WrongArguments(
                    "--pages takes a whole number from 1 to %d, not \"%s\"".formatted(SITE_PAGES, text));
        }
        return Integer.parseInt(text);
    }

    /** The values that an option names, in the order of {@code all}; all values without the option. */
    private static <T> List<T> named(
            List<String> flags, String option, String what, List<T> all, Function<T, String> name)
            throws Bench.WrongArguments {
        if (!flags.contains(option)) {
            return all;
        }
        List<String> names = all.stream().map(name).toList();
        List<String> wanted = List.of(Bench.after(flags, option, "").split(",", -1));
        for (String value : wanted) {
            if (!names.contains(value)) {
                throw new Bench.WrongArguments("%s: there is no %s \"%s\"; there are: %s"
                        .formatted(option, what, value, String.join(", ", names)));
            }
        }
        return all.stream().filter(value -> wanted.contains(name.apply(value))).toList();
    }

    /** The loads for sides with, or without, a browser. */
    List<CrawlLoad> loads(boolean browser) {
        return browser ? loads : List.of(CrawlLoad.WITHOUT_BROWSER);
    }

    /** The sides with, or without, a browser. */
    List<CrawlContender> sides(boolean browser) {
        return sides.stream().filter(side -> side.browser == browser).toList();
    }

    /** Whether a side has a counterpart: its reference side, or for a reference side any other side. */
    boolean compares(CrawlContender side) {
        return side.measure() ? sides(side.browser).size() > 1 : sides.contains(side.measuredBy());
    }

    /** The number of pages of a turn at a load. */
    int turnPages(CrawlLoad load, boolean browser) {
        if (pages > 0) {
            return pages;
        }
        if (!browser) {
            return quick ? QUICK_PAGES_WITHOUT_BROWSER : SITE_PAGES;
        }
        // Turns at the slow server are longer, so that the start and end of the slots matter little.
        return quick ? QUICK_PAGES : load.slow() ? 2 * WHOLE_PAGES : WHOLE_PAGES;
    }

    /** Describes the turns for people. */
    List<String> turns() {
        List<String> turns = new ArrayList<>();
        for (boolean browser : new boolean[] {true, false}) {
            if (!sides(browser).isEmpty()) {
                loads(browser)
                        .forEach(load -> turns.add("%,d pages at %s%s"
                                .formatted(turnPages(load, browser), load, browser ? "" : " without a browser")));
            }
        }
        return turns;
    }

    /** Whether a load needs the slow server. */
    boolean slow() {
        return !sides(true).isEmpty() && loads.stream().anyMatch(CrawlLoad::slow);
    }

    /** Whether turns are too short for meaningful results. */
    boolean small() {
        return quick && pages == 0;
    }
}
