package dev.rowhound.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What of the bench of look-ups is asked for.
 *
 * @param quick whether turns are small where nobody says how long they are
 * @param loads in the order in which they are measured
 * @param sides in the order of their turns; each has a load at least
 * @param pages how many pages each turn has, or 0 where each load has its own number
 */
record CrawlChoice(boolean quick, List<CrawlLoad> loads, List<CrawlContender> sides, int pages) {
    /** How many pages the site has; a turn does not meet one twice. */
    static final int SITE_PAGES = 2_000;

    private static final int QUICK_PAGES = 24;
    private static final int QUICK_PAGES_WITHOUT_BROWSER = 200;
    private static final int WHOLE_PAGES = 160;

    /**
     * Reads {@code --loads}, {@code --sides}, {@code --pages} and {@code --quick}; what is not named is all of it.
     *
     * @throws Bench.WrongArguments if there is no such load or side, a side has no load, or a turn is too long
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

    /** Those that the option names, in the order of all; all of them where it is not given. */
    private static <T> List<T> named(
            List<String> flags, String option, String what, List<T> all, Function<T, String> name)
            throws Bench.WrongArguments {
        if (!flags.contains(option)) {
            return all;
        }
        List<String> names = all.stream().map(name).toList();
        List<String> wanted = List.of(Bench.after(flags, option, "").split(",", -1));
        for (String one : wanted) {
            if (!names.contains(one)) {
                throw new Bench.WrongArguments("%s: there is no %s \"%s\"; there are: %s"
                        .formatted(option, what, one, String.join(", ", names)));
            }
        }
        return all.stream().filter(one -> wanted.contains(name.apply(one))).toList();
    }

    /** The loads at which those with a browser are measured, or those without. */
    List<CrawlLoad> loads(boolean browser) {
        return browser ? loads : List.of(CrawlLoad.WITHOUT_BROWSER);
    }

    /** Those of the sides that look at pages in that way. */
    List<CrawlContender> sides(boolean browser) {
        return sides.stream().filter(side -> side.browser == browser).toList();
    }

    /** Whether there is something to compare the side with; it may be what the others are compared with. */
    boolean compares(CrawlContender side) {
        return side.measure() ? sides(side.browser).size() > 1 : sides.contains(side.measuredBy());
    }

    /** How many pages a turn has at that load. */
    int turnPages(CrawlLoad load, boolean browser) {
        if (pages > 0) {
            return pages;
        }
        if (!browser) {
            return quick ? QUICK_PAGES_WITHOUT_BROWSER : SITE_PAGES;
        }
        // At the slow server turns are longer, so that the slots fill and empty in a small part of each.
        return quick ? QUICK_PAGES : load.slow() ? 2 * WHOLE_PAGES : WHOLE_PAGES;
    }

    /** What a turn is, for a person. */
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

    /** Whether turns are too small to tell more than that the bench runs. */
    boolean small() {
        return quick && pages == 0;
    }
}
