package dev.rowhound.front;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a file of {@code deploy} is put to use: as it is, but for ports, nodes and paths.
 *
 * @param nodes where it leads
 * @param tls the certificate, with which the lines for TLS come into force; null without
 * @param changes texts of the file and what a test has in their place
 * @param around settings that stand outside of the file
 */
public record Shipped(List<URI> nodes, Tls tls, Map<String, String> changes, String around) {
    private static final Path FOLDER =
            Path.of(System.getProperty("rowhound.home", "."), "deploy").toAbsolutePath();

    /** Nothing is changed that need not be. */
    public static Shipped before(URI... nodes) {
        return new Shipped(List.of(nodes), null, Map.of(), "");
    }

    /** The same over TLS. */
    public Shipped encrypted(Tls with) {
        return new Shipped(nodes, with, changes, around);
    }

    /** The same with one text changed, everywhere. */
    public Shipped changed(String from, String to) {
        Map<String, String> more = new LinkedHashMap<>(changes);
        more.put(from, to);
        return new Shipped(nodes, tls, more, around);
    }

    /** The same amid such settings. */
    public Shipped amid(String settings) {
        return new Shipped(nodes, tls, changes, settings);
    }

    /** The file with the test's changes in force. */
    Text open(String file) {
        try {
            Text text = new Text(file, Files.readString(FOLDER.resolve(file)));
            changes.forEach(text::change);
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file's text while it is adapted. What is to be changed has to be there. */
    static final class Text {
        private final String file;
        private String text;

        private Text(String file, String text) {
            this.file = file;
            this.text = text;
        }

        /** Puts one text in the place of another. */
        Text change(String from, String to) {
            if (!text.contains(from)) {
                throw new IllegalArgumentException("deploy/" + file + " does not say \"" + from + "\"");
            }
            text = text.replace(from, to);
            return this;
        }

        /** Brings a line that is a comment into force. */
        Text uncomment(String line) {
            return change("# " + line, line);
        }

        /** Repeats each line that names the shipped node, for each of these instead. */
        Text repeat(String shipped, List<String> nodes) {
            Matcher line = Pattern.compile("(?m)^ *[^ #\\n][^\\n]*" + Pattern.quote(shipped) + "[^\\n]*\\n")
                    .matcher(text);
            text = line.replaceAll(found -> {
                StringBuilder lines = new StringBuilder();
                for (int i = 0; i < nodes.size(); i++) {
                    // HAProxy's nodes have names.
                    lines.append(found.group().replace(shipped, nodes.get(i)).replace("node1", "node" + (i + 1)));
                }
                return Matcher.quoteReplacement(lines.toString());
            });
            if (nodes.stream().noneMatch(text::contains)) {
                throw new IllegalArgumentException("deploy/" + file + " does not lead to " + shipped);
            }
            return this;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** The nodes as host and port. */
    List<String> authorities() {
        return nodes.stream().map(URI::getAuthority).toList();
    }
}
