package dev.rowhound.cli.console;

import dev.rowhound.job.ItemState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Renders a job's progress as one line of text:
 * {@code [█████░░░░░] 132/300  44 %  3.2/s  52 s left  found 98  not found 20  failed 3}.
 */
public final class ProgressBar {
    private static final int MAX_BAR_COLUMNS = 24;
    private static final int MIN_BAR_COLUMNS = 8;

    /** The bar's width changes in steps, so that it does not flicker when a number gains a digit. */
    private static final int BAR_STEP = 8;

    private static final List<ItemState> ALWAYS_SHOWN = List.of(ItemState.FOUND, ItemState.NOT_FOUND, ItemState.FAILED);
    private static final List<ItemState> SHOWN_IF_ANY = List.of(
            ItemState.INVALID_INPUT,
            ItemState.BLOCKED,
            ItemState.CANCELLED,
            ItemState.RETRYING,
            ItemState.HELD,
            ItemState.NEEDS_HUMAN);

    private ProgressBar() {}

    /**
     * Renders a line of at most {@code columns}: a narrow terminal gets a shorter bar, then fewer figures.
     *
     * @param blocks whether to use block characters, else {@code #} and {@code -}
     */
    public static String render(Progress progress, int columns, boolean blocks) {
        List<String> figures = figures(progress);
        while (true) {
            String text = String.join("  ", figures);
            Long total = progress.total();
            String line = render(progress.done(), total == null ? -1 : total, text, columns, blocks);
            if (line.startsWith("[") || figures.size() == 1) {
                return line;
            }
            figures.remove(figures.size() - 1);
        }
    }

    /**
     * Renders a bar and a text, or only the text if there is no room for a bar.
     *
     * @param total the total, or -1 if unknown
     */
    public static String render(long done, long total, String text, int columns, boolean blocks) {
        int room = columns - text.length() - " []".length();
        if (room < MIN_BAR_COLUMNS) {
            return text.length() <= columns ? text : text.substring(0, Math.max(0, columns));
        }
        int width = Math.min(room - room % BAR_STEP, MAX_BAR_COLUMNS);
        return "[" + bar(done, total, width, blocks) + "] " + text;
    }

    /** Renders the figures without a bar, for a log or a pipe. */
    public static String plain(Progress progress) {
        return String.join("  ", figures(progress));
    }

    /** Returns the number of items by final state: {@code found 98, not found 20}; empty if there are none. */
    public static String outcomes(Progress progress) {
        List<String> parts = new ArrayList<>();
        for (ItemState state : ItemState.values()) {
            if (state.ended() && progress.count(state) > 0) {
                parts.add(name(state) + " " + progress.count(state));
            }
        }
        return String.join(", ", parts);
    }

    /** Formats a duration in suitable units: {@code 52 s}, {@code 3 min}, {@code 1 h 20 min}. */
    public static String duration(Duration duration) {
        long seconds = Math.max(0, (duration.toMillis() + 500) / 1000);
        if (seconds < 100) {
            return seconds + " s";
        }
        long minutes = (seconds + 30) / 60;
        if (minutes < 100) {
            return minutes + " min";
        }
        return minutes / 60 + " h" + (minutes % 60 == 0 ? "" : " " + minutes % 60 + " min");
    }

    /** Returns the figures in descending importance. */
    private static List<String> figures(Progress progress) {
        List<String> figures = new ArrayList<>();
        long done = progress.done();
        Long total = progress.total();
        if (total == null) {
            figures.add(done + " done");
            figures.add("uploading");
        } else {
            figures.add(done + "/" + total);
            figures.add((total == 0 ? 100 : done * 100 / total) + " %");
        }
        if (!progress.note().isEmpty()) {
            figures.add(progress.note());
        } else if (total == null || done < total) {
            Double rate = progress.rate();
            if (rate != null) {
                figures.add(String.format(Locale.ROOT, "%.1f/s", rate));
            }
            Duration left = progress.timeLeft();
            if (left != null) {
                figures.add(duration(left) + " left");
            }
        }
        ALWAYS_SHOWN.forEach(state -> figures.add(name(state) + " " + progress.count(state)));
        SHOWN_IF_ANY.stream()
                .filter(state -> progress.count(state) > 0)
                .forEach(state -> figures.add(name(state) + " " + progress.count(state)));
        return figures;
    }

    private static String bar(long done, long total, int width, boolean blocks) {
        int full = total < 0 ? 0 : total == 0 ? width : (int) Math.min(width, done * width / total);
        return (blocks ? "█" : "#").repeat(full) + (blocks ? "░" : "-").repeat(width - full);
    }

    private static String name(ItemState state) {
        return state.wire().replace('_', ' ');
    }
}
