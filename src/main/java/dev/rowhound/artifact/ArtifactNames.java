package dev.rowhound.artifact;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Builds and recognizes the names of a job's artifacts. Names do not depend on the node that writes the file. */
public final class ArtifactNames {
    private static final String RESULT = "row-";
    private static final String EVIDENCE = "evidence-";
    private static final String SEGMENT = "results-";
    private static final String SEGMENT_END = ".seg";
    private static final Pattern PICTURE = Pattern.compile("question-([0-9a-f]{8})\\.png");

    private ArtifactNames() {}

    /**
     * Returns the name of a job's input.
     *
     * @param mark distinguishes the files of two uploads of one job
     */
    public static String input(String mark) {
        return "input-" + mark + ".csv";
    }

    public static String scheduleInput() {
        return "input.csv";
    }

    /**
     * Returns the name of a result segment.
     *
     * @param generation the generation's number or a placeholder
     * @param nonce makes the name unique
     */
    public static String segment(String generation, String nonce) {
        return SEGMENT + generation + "-" + nonce + SEGMENT_END;
    }

    public static boolean isSegment(String name) {
        return name.endsWith(SEGMENT_END);
    }

    /**
     * Returns the name for a row's result that is too large for Redis.
     *
     * @param mark unique to the lease and the result
     */
    public static String result(int row, String mark) {
        return RESULT + row + "-" + mark + ".json";
    }

    /** Returns whether the file holds a row's result. */
    public static boolean isResult(String name) {
        return name.startsWith(RESULT);
    }

    /**
     * Returns the name for a piece of evidence.
     *
     * @param mark unique to the attempt
     * @param name the file's name as users see it
     */
    public static String evidence(int row, String mark, String name) {
        return EVIDENCE + row + "-" + mark + "-" + name;
    }

    /** Returns the common prefix of all evidence names. */
    public static String evidencePrefix() {
        return EVIDENCE;
    }

    /** Returns the user-visible name of a question's picture. */
    public static String picture(String question) {
        return "question-" + question + ".png";
    }

    /** Returns the question that a picture with this name belongs to, or null if the name is not a picture's. */
    public static @Nullable String questionOf(String picture) {
        Matcher name = PICTURE.matcher(picture);
        return name.matches() ? name.group(1) : null;
    }
}
