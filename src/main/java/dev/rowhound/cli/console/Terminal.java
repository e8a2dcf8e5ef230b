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
 * The console of the commands: messages go to standard output, progress and errors to standard error, and answers come
 * from standard input.
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
    private PrintStream messages;
    private boolean asking;
    private boolean lineOpen;
    private boolean muted;

    /**
     * @param interactive whether standard error is a terminal, so that a line can be redrawn
     * @param columns the width of the terminal
     * @param blocks whether it can show block characters
     * @param answers the source of a person's answers, or null if there is none
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
        this.messages = out;
    }

    /** Returns the console of this process. */
    public static Terminal ofProcess() {
        String answer = askShell("test -t 2 && echo terminal && stty size </dev/tty 2>/dev/null");
        boolean input = !askShell("test -t 0 && echo terminal").isEmpty();
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
                input && answer.startsWith("terminal")
                        ? new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()))
                        : null);
    }

    public boolean interactive() {
        return interactive;
    }

    /** Returns whether a person can answer. */
    public boolean answers() {
        return answers != null;
    }

    /**
     * Asks a question and blocks until there is a line. Draws nothing meanwhile, until {@link #endAsking}.
     *
     * @return the line, or null at the end of the input
     */
    @Nullable
    public String ask(String question, String prompt) throws IOException {
        BufferedReader input = answers;
        if (input == null) {
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
            return input.readLine();
        } finally {
            endAsking();
        }
    }

    /** Resumes drawing, even if the question was not answered. */
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

    /** Reserves standard output for data; messages go to standard error from now on. */
    public synchronized void keepOutputForData() {
        messages = err;
    }

    public synchronized void println(String line) {
        print(messages, line);
    }

    /** Prints an error. */
    public synchronized void printError(String line) {
        print(err, line);
    }

    /** Replaces the drawn line on standard error. */
    public synchronized void draw(String line) {
        if (!muted && !asking) {
            err.print("\r" + line);
            err.flush();
            lineOpen = true;
        }
    }

    /** Erases the drawn line. */
    public synchronized void eraseLine() {
        if (lineOpen && !muted) {
            err.print("\r" + " ".repeat(columns - 1) + "\r");
            err.flush();
        }
        lineOpen = false;
    }

    /** Keeps the drawn line and begins a new one. */
    public synchronized void leaveLine() {
        if (lineOpen && !muted) {
            err.println();
            err.flush();
        }
        lineOpen = false;
    }

    /** Prints a last line and mutes the terminal, as later failures only result from the shutdown. */
    synchronized void printLast(String line) {
        println(line);
        muted = true;
    }

    private void print(PrintStream stream, String line) {
        if (!muted) {
            leaveLine();
            stream.println(line);
            stream.flush();
        }
    }

    /** Runs a command in a shell on the same terminal and returns its output. */
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
