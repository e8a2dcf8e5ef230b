package dev.rowhound.cli.console;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;

/** A terminal whose words are kept. */
public final class TestTerminal {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Terminal terminal;

    public TestTerminal(boolean interactive) {
        this(interactive, null);
    }

    /** One at which somebody types that. */
    public static TestTerminal typing(Reader answers) {
        return new TestTerminal(true, new BufferedReader(answers));
    }

    private TestTerminal(boolean interactive, BufferedReader answers) {
        terminal = new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                interactive,
                80,
                true,
                answers);
    }

    public Terminal terminal() {
        return terminal;
    }

    public String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    public String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
