package dev.rowhound.http.job;

/** Where the files of a row are served. */
public final class EvidencePath {
    private EvidencePath() {}

    /** The path of a file that a row's attempt has left, or of the picture of its question. */
    public static String of(String job, int row, String name) {
        return "/api/v1/jobs/" + job + "/items/" + row + "/evidence/" + name;
    }
}
