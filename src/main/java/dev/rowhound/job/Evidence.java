package dev.rowhound.job;

import java.util.regex.Pattern;

/**
 * What an attempt leaves behind for a person to look at.
 *
 * @param name a file's name that says what it is: {@code screenshot.png}, {@code trace.zip}, {@code page.har}
 * @param mediaType its type, such as {@code image/png}
 * @param content the file; not copied
 */
public record Evidence(String name, String mediaType, byte[] content) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}\\.[a-z0-9]{1,8}");

    /** The picture of a page. */
    public static final String SCREENSHOT = "screenshot.png";

    /** A recording that Playwright's own viewer opens. */
    public static final String TRACE = "trace.zip";

    /** The requests and responses, as HAR 1.2. */
    public static final String HAR = "page.har";

    /** @throws IllegalArgumentException for a name that is none */
    public Evidence {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("evidence is named like screenshot.png, not \"" + name + "\"");
        }
    }
}
