package dev.rowhound.artifact;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The names of all kinds of files that a job has. A name tells nothing of the node that wrote the file. */
public final class ArtifactNames {
    private static final String RESULT = "row-";
    private static final String EVIDENCE = "evidence-";
    private static final String SEGMENT = "results-";
    private static final String SEGMENT_END = ".seg";
    private static final Pattern PICTURE = Pattern.compile("question-([0-9a-f]{8})\\.png");

    private ArtifactNames() {}

    /**
     * The input of a job.
     *
     * @param mark tells the files of two uploads of one job apart
     */
    public static String input(String mark) {
        return "input-" + mark + ".csv";
    }

    /** The input of a schedule. */
    public static String scheduleInput() {
        return "input.csv";
    }

    /**
     * A file with the results of a generation.
     *
     * @param generation the generation's number, or what stands for it
     * @param nonce what makes the name a new one
     */
    public static String segment(String generation, String nonce) {
        return SEGMENT + generation + "-" + nonce + SEGMENT_END;
    }

    /** Whether a file of that name is a segment. */
    public static boolean isSegment(String name) {
        return name.endsWith(SEGMENT_END);
    }

    /**
     * A row's result that is too large for the store.
     *
     * @param mark differs between leases and results
     */
    public static String result(int row, String mark) {
        return RESULT + row + "-" + mark + ".json";
    }

    /** Whether a file of that name is a row's result. */
    public static boolean isResult(String name) {
        return name.startsWith(RESULT);
    }

    /**
     * What an attempt leaves to look at.
     *
     * @param mark tells the attempt's files from those of others
     * @param name the file's name as people see it
     */
    public static String evidence(int row, String mark, String name) {
        return EVIDENCE + row + "-" + mark + "-" + name;
    }

    /** What the names of all evidence begin with. */
    public static String evidencePrefix() {
        return EVIDENCE;
    }

    /** The name, as people see it, of the picture of a question. */
    public static String picture(String question) {
        return "question-" + question + ".png";
    }

    /** The question whose picture has that name, or null for a name of something else. */
    public static @Nullable String questionOf(String picture) {
        Matcher name = PICTURE.matcher(picture);
        return name.matches() ? name.group(1) : null;
    }
}
