package dev.rowhound.cli.console;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where the commands speak. What is said goes to standard output, progress and errors to standard error; what a person
 * answers comes from standard input.
 */
public final class Terminal {
    private static final int DEFAULT_COLUMNS = 80;
    private static final int MIN_COLUMNS = 20;

    private final PrintStream out;
    private final PrintStream err;
    private final boolean interactive;
    private final int columns;
    private final boolean blocks;
    private final @Nullable BufferedReader answers;
    private PrintStream talk;
    private boolean asking;
    private boolean lineOpen;
    private boolean muted;

    /**
     * @param interactive whether a person watches standard error, so that a line may be drawn over
     * @param columns how wide that person's terminal is
     * @param blocks whether it can show block characters
     * @param answers what a person types, or null where nobody does
     */
    Terminal(
            PrintStream out,
            PrintStream err,
            boolean interactive,
            int columns,
            boolean blocks,
            @Nullable BufferedReader answers) {
        this.out = out;
        this.err = err;
        this.interactive = interactive;
        this.columns = columns;
        this.blocks = blocks;
        this.answers = answers;
        this.talk = out;
    }

    /** This process's own. */
    public static Terminal ofProcess() {
        String answer = askShell("test -t 2 && echo terminal && stty size </dev/tty 2>/dev/null");
        boolean typed = !askShell("test -t 0 && echo terminal").isEmpty();
        int columns = number(System.getenv("COLUMNS"));
        if (columns < MIN_COLUMNS) {
            String[] words = answer.split("\\s+", -1);
            columns = words.length >= 3 ? number(words[2]) : 0;
        }
        return new Terminal(
                System.out,
                System.err,
                answer.startsWith("terminal"),
                columns < MIN_COLUMNS ? DEFAULT_COLUMNS : columns,
                charsetOfErrors().newEncoder().canEncode('█'),
                typed && answer.startsWith("terminal")
                        ? new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()))
                        : null);
    }

    public boolean interactive() {
        return interactive;
    }

    /** Whether a person can be asked. */
    public boolean answers() {
        return answers != null;
    }

    /**
     * Asks the person, who may take any time; nothing is drawn meanwhile, until {@link #endAsking}.
     *
     * @return the line that was typed, null at the end of the input
     */
    @Nullable
    public String ask(String question, String prompt) throws IOException {
        BufferedReader typed = answers;
        if (typed == null) {
            return null;
        }
        synchronized (this) {
            eraseLine();
            err.println(question);
            err.print(prompt);
            err.flush();
            asking = true;
        }
        try {
            return typed.readLine();
        } finally {
            endAsking();
        }
    }

    /** Draws again, though the person may not have answered. */
    public synchronized void endAsking() {
        asking = false;
    }

    public int columns() {
        return columns;
    }

    public boolean blocks() {
        return blocks;
    }

    public PrintStream out() {
        return out;
    }

    PrintStream err() {
        return err;
    }

    /** Keeps standard output for data: what is said goes to standard error from here on. */
    public synchronized void keepOutputForData() {
        talk = err;
    }

    /** Says a line. */
    public synchronized void say(String line) {
        print(talk, line);
    }

    /** Says what went wrong. */
    public synchronized void complain(String line) {
        print(err, line);
    }

    /** Draws over the line that was drawn before, on standard error. */
    public synchronized void draw(String line) {
        if (!muted && !asking) {
            err.print("\r" + line);
            err.flush();
            lineOpen = true;
        }
    }

    /** Takes the line away that was drawn. */
    public synchronized void eraseLine() {
        if (lineOpen && !muted) {
            err.print("\r" + " ".repeat(columns - 1) + "\r");
            err.flush();
        }
        lineOpen = false;
    }

    /** Leaves the line that was drawn as it stands. */
    public synchronized void leaveLine() {
        if (lineOpen && !muted) {
            err.println();
            err.flush();
        }
        lineOpen = false;
    }

    /** Says a last line and falls silent: the process is ending, and what still fails is only a sign of that. */
    synchronized void sayLast(String line) {
        say(line);
        muted = true;
    }

    private void print(PrintStream stream, String line) {
        if (!muted) {
            leaveLine();
            stream.println(line);
            stream.flush();
        }
    }

    /** What a shell says to that, which sees the same terminal. */
    private static String askShell(String command) {
        try {
            Process shell = new ProcessBuilder("sh", "-c", command)
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String answer = new String(shell.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            shell.waitFor(1, TimeUnit.SECONDS);
            return answer.strip();
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private static Charset charsetOfErrors() {
        for (String property : new String[] {"stderr.encoding", "sun.stderr.encoding"}) {
            String name = System.getProperty(property);
            if (name != null) {
                try {
                    return Charset.forName(name);
                } catch (UnsupportedCharsetException e) {
                    return StandardCharsets.US_ASCII;
                }
            }
        }
        return Charset.defaultCharset();
    }

    private static int number(@Nullable String text) {
        try {
            return text == null ? 0 : Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
