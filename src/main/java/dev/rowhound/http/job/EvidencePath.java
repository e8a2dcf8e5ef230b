package dev.rowhound.http.job;

/** URL paths of evidence. */
public final class EvidencePath {
    private EvidencePath() {}

    /** Returns the path of an evidence file, or of the picture of the row's question. */
    public static String of(String job, int row, String name) {
        return "/api/v1/jobs/" + job + "/items/" + row + "/evidence/" + name;
    }
}
