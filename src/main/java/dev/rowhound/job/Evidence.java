package dev.rowhound.job;

import java.util.regex.Pattern;

/**
 * A file that an attempt keeps for a person to inspect.
 *
 * @param name the file's name: {@code screenshot.png}, {@code trace.zip}, {@code page.har}
 * @param mediaType such as {@code image/png}
 * @param content the bytes; not copied
 */
public record Evidence(String name, String mediaType, byte[] content) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}\\.[a-z0-9]{1,8}");

    public static final String SCREENSHOT = "screenshot.png";

    /** A recording for Playwright's trace viewer. */
    public static final String TRACE = "trace.zip";

    /** The requests and responses, as HAR 1.2. */
    public static final String HAR = "page.har";

    /** @throws IllegalArgumentException if the name is not like {@code screenshot.png} */
    public Evidence {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("evidence is named like screenshot.png, not \"" + name + "\"");
        }
    }
}
