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
 * Asks the questions of a job's rows at the terminal, one after the other on a separate thread. Without a person,
 * prints once where they can be answered.
 */
final class QuestionPrompt implements AutoCloseable {
    private static final int CONFLICT = 409;

    private final ServerClient server;
    private final Terminal terminal;
    private final String job;
    private final Map<Integer, JsonObject> open = new LinkedHashMap<>();
    private final Thread thread = new Thread(this::askAll, "rowhound-questions");
    private int waiting;
    private boolean announced;
    private boolean closed;

    QuestionPrompt(ServerClient server, Terminal terminal, String job) {
        this.server = server;
        this.terminal = terminal;
        this.job = job;
        thread.setDaemon(true);
    }

    /** Updates the open questions from an event or snapshot. */
    synchronized void event(String type, JsonObject data) {
        waiting = data.getJsonObject("counters", new JsonObject()).getInteger("needs_human", 0);
        if (type.equals("reset")) {
            open.clear();
            JsonArray questions = data.getJsonArray("questions", new JsonArray());
            for (int i = 0; i < questions.size(); i++) {
                JsonObject entry = questions.getJsonObject(i);
                open.put(entry.getInteger("row"), entry.getJsonObject("question"));
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
                thread.start();
            } else {
                terminal.println("Rows are waiting for an answer; answer at " + server.page(job));
            }
        }
        notifyAll();
    }

    private record RowQuestion(int row, JsonObject question, int waiting) {
        String id() {
            return question.getString("id");
        }

        boolean text() {
            return question.getBoolean("text", true);
        }
    }

    private void askAll() {
        try {
            RowQuestion next = next();
            while (next != null) {
                ask(next);
                next = next();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | CommandFailure e) {
            terminal.printError("Questions cannot be answered here (" + CommandFailure.sentence(e) + "); answer at "
                    + server.page(job));
        }
    }

    /** Waits for the next question and returns it, or null at the end. Rejected answers have priority. */
    private synchronized @Nullable RowQuestion next() throws InterruptedException {
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
        return new RowQuestion(first.getKey(), first.getValue(), Math.max(waiting, open.size()));
    }

    private synchronized boolean isOpen(RowQuestion rowQuestion) {
        JsonObject present = open.get(rowQuestion.row());
        return !closed && present != null && rowQuestion.id().equals(present.getString("id"));
    }

    private void ask(RowQuestion rowQuestion) throws IOException, InterruptedException {
        Path picture = picture(rowQuestion);
        try {
            String line = terminal.ask(
                    describe(rowQuestion, picture), rowQuestion.text() ? "Answer: " : "Press Enter to continue: ");
            if (line == null) {
                throw new IOException("the terminal was closed");
            }
            if (!isOpen(rowQuestion)) {
                terminal.println("The question of row " + rowQuestion.row() + " was already closed");
            } else if (rowQuestion.text() && line.isBlank()) {
                postpone(rowQuestion);
            } else {
                send(rowQuestion, line.strip());
            }
        } finally {
            if (picture != null) {
                Files.deleteIfExists(picture);
            }
        }
    }

    /** Moves a question to the end, after an empty line. */
    private synchronized void postpone(RowQuestion rowQuestion) {
        open.remove(rowQuestion.row());
        open.put(rowQuestion.row(), rowQuestion.question());
    }

    private void send(RowQuestion rowQuestion, String line) throws IOException, InterruptedException {
        JsonObject answer = new JsonObject().put("question", rowQuestion.id());
        try {
            server.answer(
                    job, rowQuestion.row(), rowQuestion.text() ? answer.put("text", line) : answer.put("go_on", true));
        } catch (ApiFailure e) {
            if (e.status() != CONFLICT) {
                throw e;
            }
            terminal.println("The question of row " + rowQuestion.row() + " was already closed");
        }
        synchronized (this) {
            if (isOpen(rowQuestion)) {
                open.remove(rowQuestion.row());
            }
        }
    }

    private @Nullable Path picture(RowQuestion rowQuestion) throws IOException, InterruptedException {
        String path = rowQuestion.question().getString("picture");
        if (path == null) {
            return null;
        }
        Path file = Files.createTempFile("rowhound-row-" + rowQuestion.row() + "-", ".png");
        return Files.write(file, server.file(path));
    }

    private String describe(RowQuestion rowQuestion, @Nullable Path picture) {
        JsonObject question = rowQuestion.question();
        StringBuilder text = new StringBuilder();
        if (question.getBoolean("rejected", false)) {
            int left = question.getInteger("tries_left", 1);
            text.append("The site did not accept the answer; ")
                    .append(picture == null ? "it asks again. " : "here is another picture. ")
                    .append(left)
                    .append(left == 1 ? " try" : " tries")
                    .append(" left.\n");
        }
        text.append("Row ").append(rowQuestion.row()).append(": ").append(question.getString("prompt"));
        if (rowQuestion.waiting() > 1) {
            text.append(" (").append(rowQuestion.waiting()).append(" rows wait for an answer)");
        }
        if (picture != null) {
            text.append("\n  picture  ").append(picture);
            text.append("\n  or at    ").append(server.base()).append(question.getString("picture"));
        }
        return text.append("\n  page     ").append(question.getString("page")).toString();
    }

    /** Stops asking. */
    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
        terminal.endAsking();
    }
}
