package dev.rowhound.config;

import java.util.List;
import java.util.stream.Collectors;

/** Thrown when a document is invalid; the message names the document and lists one problem a line. */
public final class InvalidConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidConfigException(String source, List<Problems.Problem> problems) {
        super(source + " cannot be used:\n"
                + problems.stream().map(problem -> "  " + problem).collect(Collectors.joining("\n")));
    }
}
