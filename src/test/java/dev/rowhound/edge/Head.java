package dev.rowhound.edge;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The head of a request or a response of HTTP/1: its first line and its headers, in their order. */
final class Head {
    private static final int LONGEST = 1 << 16;

    private final List<String> lines;

    private Head(List<String> lines) {
        this.lines = lines;
    }

    /** The next head of a connection, or null where that has ended before its first byte. */
    static Head read(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < 4) {
            int next = in.read();
            if (next < 0) {
                if (bytes.size() == 0) {
                    return null;
                }
                throw new IOException("the connection ended within a head");
            }
            bytes.write(next);
            if (bytes.size() > LONGEST) {
                throw new IOException("a head of more than " + LONGEST + " bytes");
            }
            boolean wanted = next == (matched % 2 == 0 ? '\r' : '\n');
            matched = wanted ? matched + 1 : next == '\r' ? 1 : 0;
        }
        String text = bytes.toString(StandardCharsets.ISO_8859_1);
        return new Head(
                new ArrayList<>(List.of(text.substring(0, text.length() - 4).split("\r\n"))));
    }

    String firstLine() {
        return lines.get(0);
    }

    void firstLine(String line) {
        lines.set(0, line);
    }

    /** The status of a response. */
    int status() {
        return Integer.parseInt(firstLine().split(" ")[1]);
    }

    /** A header's value, the empty text where there is none. */
    String get(String name) {
        for (String line : lines.subList(1, lines.size())) {
            if (is(line, name)) {
                return line.substring(name.length() + 1).strip();
            }
        }
        return "";
    }

    Head remove(String name) {
        lines.subList(1, lines.size()).removeIf(line -> is(line, name));
        return this;
    }

    Head set(String name, String value) {
        remove(name);
        lines.add(name + ": " + value);
        return this;
    }

    byte[] bytes() {
        return (String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static boolean is(String line, String name) {
        return line.length() > name.length()
                && line.charAt(name.length()) == ':'
                && line.regionMatches(true, 0, name, 0, name.length());
    }
}
