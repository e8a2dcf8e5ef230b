package dev.rowhound.cli.run;

import dev.rowhound.cli.client.ApiFailure;
import dev.rowhound.cli.client.ServerClient;
import dev.rowhound.cli.console.CommandFailure;
import dev.rowhound.cli.console.Terminal;
import dev.rowhound.job.event.EventType;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts what a job's rows ask to the person at the terminal, one question after the other, on a separate thread; where
 * nobody sits there, says once where the questions can be answered.
 */
final class QuestionPrompt implements AutoCloseable {
    private static final int CONFLICT = 409;

    private final ServerClient server;
    private final Terminal terminal;
    private final String job;
    private final Map<Integer, JsonObject> open = new LinkedHashMap<>();
    private final Thread asker = new Thread(this::askAll, "rowhound-questions");
    private int waiting;
    private boolean announced;
    private boolean closed;

    QuestionPrompt(ServerClient server, Terminal terminal, String job) {
        this.server = server;
        this.terminal = terminal;
        this.job = job;
        asker.setDaemon(true);
    }

    /** Takes over what an event or a snapshot of the job says of its questions. */
    synchronized void event(String type, JsonObject data) {
        waiting = data.getJsonObject("counters", new JsonObject()).getInteger("needs_human", 0);
        if (type.equals("reset")) {
            open.clear();
            JsonArray questions = data.getJsonArray("questions", new JsonArray());
            for (int i = 0; i < questions.size(); i++) {
                JsonObject asked = questions.getJsonObject(i);
                open.put(asked.getInteger("row"), asked.getJsonObject("question"));
            }
        } else if (type.startsWith("item.")) {
            JsonObject question =
                    type.equals(EventType.ITEM_NEEDS_HUMAN.wire()) ? data.getJsonObject("question") : null;
            if (question == null) {
                open.remove(data.getInteger("row"));
            } else {
                open.put(data.getInteger("row"), question);
            }
        }
        if (!open.isEmpty() && !announced) {
            announced = true;
            if (terminal.answers()) {
                asker.start();
            } else {
                terminal.say("Rows wait for an answer; give it at " + server.page(job));
            }
        }
        notifyAll();
    }

    /** A question with its row. */
    private record Asked(int row, JsonObject question, int waiting) {
        String id() {
            return question.getString("id");
        }

        boolean text() {
            return question.getBoolean("text", true);
        }
    }

    private void askAll() {
        try {
            Asked next = next();
            while (next != null) {
                ask(next);
                next = next();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | CommandFailure e) {
            terminal.complain("Questions cannot be answered here (" + CommandFailure.sentence(e) + "); give answers at "
                    + server.page(job));
        }
    }

    /** The question whose turn it is, which may take its time; null at the end. One that was answered wrong comes first. */
    private synchronized @Nullable Asked next() throws InterruptedException {
        while (open.isEmpty() && !closed) {
            wait();
        }
        if (closed) {
            return null;
        }
        Map.Entry<Integer, JsonObject> first = open.entrySet().stream()
                .filter(each -> each.getValue().getBoolean("rejected", false))
                .findFirst()
                .orElseGet(() -> open.entrySet().iterator().next());
        return new Asked(first.getKey(), first.getValue(), Math.max(waiting, open.size()));
    }

    private synchronized boolean isOpen(Asked asked) {
        JsonObject present = open.get(asked.row());
        return !closed && present != null && asked.id().equals(present.getString("id"));
    }

    private void ask(Asked asked) throws IOException, InterruptedException {
        Path picture = picture(asked);
        try {
            String line = terminal.ask(words(asked, picture), asked.text() ? "Answer: " : "Press Enter to go on: ");
            if (line == null) {
                throw new IOException("there is nobody at the terminal any more");
            }
            if (!isOpen(asked)) {
                terminal.say("The question of row " + asked.row() + " was over by then");
            } else if (asked.text() && line.isBlank()) {
                putOff(asked);
            } else {
                send(asked, line.strip());
            }
        } finally {
            if (picture != null) {
                Files.deleteIfExists(picture);
            }
        }
    }

    /** An empty line leaves a question for later. */
    private synchronized void putOff(Asked asked) {
        open.remove(asked.row());
        open.put(asked.row(), asked.question());
    }

    private void send(Asked asked, String line) throws IOException, InterruptedException {
        JsonObject answer = new JsonObject().put("question", asked.id());
        try {
            server.answer(job, asked.row(), asked.text() ? answer.put("text", line) : answer.put("go_on", true));
        } catch (ApiFailure e) {
            if (e.status() != CONFLICT) {
                throw e;
            }
            terminal.say("The question of row " + asked.row() + " was over by then");
        }
        synchronized (this) {
            if (isOpen(asked)) {
                open.remove(asked.row());
            }
        }
    }

    private @Nullable Path picture(Asked asked) throws IOException, InterruptedException {
        String path = asked.question().getString("picture");
        if (path == null) {
            return null;
        }
        Path file = Files.createTempFile("rowhound-row-" + asked.row() + "-", ".png");
        return Files.write(file, server.file(path));
    }

    private String words(Asked asked, @Nullable Path picture) {
        JsonObject question = asked.question();
        StringBuilder words = new StringBuilder();
        if (question.getBoolean("rejected", false)) {
            int left = question.getInteger("tries_left", 1);
            words.append("The site did not accept the answer; ")
                    .append(picture == null ? "it asks again. " : "here is another picture. ")
                    .append(left)
                    .append(left == 1 ? " try" : " tries")
                    .append(" left.\n");
        }
        words.append("Row ").append(asked.row()).append(": ").append(question.getString("prompt"));
        if (asked.waiting() > 1) {
            words.append(" (").append(asked.waiting()).append(" rows wait for an answer)");
        }
        if (picture != null) {
            words.append("\n  picture  ").append(picture);
            words.append("\n  or at    ").append(server.base()).append(question.getString("picture"));
        }
        return words.append("\n  page     ").append(question.getString("page")).toString();
    }

    /** Asks no more. */
    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
        terminal.endAsking();
    }
}
