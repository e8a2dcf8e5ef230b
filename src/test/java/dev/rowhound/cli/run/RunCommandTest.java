package dev.rowhound.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.cli.RowhoundCommand;
import dev.rowhound.cli.client.TestServer;
import dev.rowhound.cli.console.TestTerminal;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class RunCommandTest {
    private static final String RESULTS = "code,state,name,error\r\n1,found,Công ty,\r\n";

    private final TestTerminal terminal = new TestTerminal(false);

    @TempDir
    private Path folder;

    private Path list = Path.of("");
    private Path out = Path.of("");
    private JsonObject header;

    /** What the upload's form said. */
    private String options;

    /** How many downloads break off before their end. */
    private int broken;

    /** How many uploads are refused, to be sent again a second later. */
    private int busy;

    private String pause = "1";

    /** The job is not there before its upload is taken. */
    private boolean absent;

    /** The ids that uploads proposed. */
    private final List<String> proposed = new CopyOnWriteArrayList<>();

    private String endState = "completed";

    @BeforeEach
    void writeList() throws IOException {
        list = Files.writeString(folder.resolve("list.csv"), "code\n1\n");
        out = folder.resolve("out.csv");
    }

    @Test
    void writesTheResultsOfACompletedJobAndSaysWhere() throws Exception {
        try (TestServer server = server()) {
            assertThat(run(server, "--out", out.toString())).isZero();
        }
        assertThat(terminal.err()).contains("1/1  100 %  found 1");
        assertThat(terminal.out()).contains("/?job=", "Completed in 3 s, 1 rows: found 1", "Results: " + out);
        assertThat(out).hasContent(RESULTS);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(list, out);
        }
    }

    @Test
    void saysWhatWasFoundOutAboutTheFirstLine() throws Exception {
        header = new JsonObject().put("present", true).put("detected", true);
        try (TestServer server = server()) {
            assertThat(run(server, "--out", out.toString())).isZero();
        }
        assertThat(terminal.out().lines().findFirst().orElseThrow())
                .contains("the first line is used as the header, \"Mã\"; use --header no if it is a row");
        assertThat(options).isNull();
    }

    @Test
    void sendsWhatTheCallerSaysAboutTheFirstLine() throws Exception {
        header = new JsonObject().put("present", false).put("detected", false);
        try (TestServer server = server()) {
            assertThat(run(server, "--header", "no", "--out", out.toString())).isZero();
        }
        assertThat(options).isEqualTo("{\"header\":false}");
        assertThat(terminal.out()).doesNotContain("the first line");
    }

    @Test
    void keepsStandardOutputForTheResults() throws Exception {
        try (TestServer server = server()) {
            assertThat(run(server, "--out", "-")).isZero();
        }
        assertThat(terminal.out()).isEqualTo(RESULTS);
        assertThat(terminal.err()).contains("Completed in 3 s");
    }

    @Test
    void fetchesResultsAgainThatDoNotComeWhole() throws Exception {
        broken = 2;
        try (TestServer server = server()) {
            assertThat(run(server, "--out", out.toString())).isZero();
        }
        assertThat(out).hasContent(RESULTS);
    }

    @Test
    void writesNoPartOfResultsThatNeverComeWhole() throws Exception {
        broken = 99;
        Files.writeString(out, "old");
        try (TestServer server = server()) {
            assertThat(run(server, "--out", out.toString())).isEqualTo(1);
        }
        assertThat(terminal.err()).contains("the results arrived incomplete, in 3 tries", "/results");
        assertThat(out).hasContent("old");
    }

    @Test
    void failsWithTheReasonOfAJobThatFailedAndLeavesTheOldResults() throws Exception {
        endState = "failed";
        Files.writeString(out, "old");
        try (TestServer server = server()) {
            assertThat(run(server, "--out", out.toString())).isEqualTo(1);
        }
        assertThat(terminal.err()).contains("The job failed: line 2 has a broken quote");
        assertThat(out).hasContent("old");
    }

    @Test
    void writesWhatACancelledJobHasAndFails() throws Exception {
        endState = "cancelled";
        try (TestServer server = server()) {
            assertThat(run(server, "--out", out.toString())).isEqualTo(1);
        }
        assertThat(terminal.err()).contains("The job was cancelled");
        assertThat(out).hasContent(RESULTS);
    }

    @Test
    void tellsTheServersOwnSentenceForAnUnknownRecipe() throws Exception {
        try (TestServer server = server()) {
            String[] args = {
                "run",
                list.toString(),
                "-r",
                "compnies",
                "--server",
                server.address().toString()
            };
            assertThat(RowhoundCommand.commandLine(RunCommandTest.class, terminal.terminal())
                            .execute(args))
                    .isEqualTo(1);
        }
        assertThat(terminal.err().strip()).isEqualTo("rowhound: there is no recipe compnies");
    }

    @Test
    void tellsTheServersOwnSentenceForAnUploadThatItRefuses() throws Exception {
        Files.writeString(list, "refuse me");
        try (TestServer server = server()) {
            assertThat(run(server, "--out", out.toString())).isEqualTo(1);
        }
        assertThat(terminal.err()).contains("rowhound: the file has no row");
        assertThat(out).doesNotExist();
    }

    @Test
    void sendsTheFileAgainAsTheSameJobWhenTheServerSaysSo() throws Exception {
        busy = 2;
        absent = true;
        try (TestServer server = server()) {
            assertThat(run(server, "--out", out.toString())).isZero();
        }
        assertThat(out).hasContent(RESULTS);
        assertThat(terminal.out()).contains("Sending the file again in 1 s: this node accepts no uploads at present");
        assertThat(proposed).hasSize(3).containsOnly(proposed.get(0));
    }

    @Test
    void doesNotWaitForAServerThatWantsToBeLeftAloneForLong() throws Exception {
        busy = 1;
        pause = "3600";
        try (TestServer server = server()) {
            assertThat(run(server, "--out", out.toString())).isEqualTo(1);
        }
        assertThat(terminal.err()).contains("rowhound: this node accepts no uploads at present");
        assertThat(proposed).hasSize(1);
    }

    @Test
    void doesNotSendAFileAgainWhoseJobHasFailedWithTheRefusal() throws Exception {
        busy = 1;
        endState = "failed";
        try (TestServer server = server()) {
            assertThat(run(server, "--out", out.toString())).isEqualTo(1);
        }
        assertThat(terminal.err()).contains("rowhound: this node accepts no uploads at present");
        assertThat(proposed).hasSize(1);
    }

    @Test
    void aNodeOfItsOwnHasBothRolesOnFreePorts() {
        assertThat(RunCommand.flags(null))
                .containsEntry("http.port", "0")
                .containsEntry("management.port", "0")
                .containsEntry("roles", "web,worker");
        assertThat(RunCommand.flags(8110)).containsEntry("http.port", "8110");
    }

    private int run(TestServer server, String... more) {
        String[] args = Stream.concat(
                        Stream.of(
                                "run",
                                list.toString(),
                                "-r",
                                "companies",
                                "--server",
                                server.address().toString()),
                        Stream.of(more))
                .toArray(String[]::new);
        return RowhoundCommand.commandLine(RunCommandTest.class, terminal.terminal())
                .execute(args);
    }

    /** As much of a server as the command asks for, with one job of one row. */
    private TestServer server() throws Exception {
        return new TestServer(this::routes);
    }

    private void routes(Router router) {
        router.get("/api/v1/recipes/:name").handler(context -> {
            if (context.pathParam("name").equals("companies")) {
                context.json(new JsonObject());
            } else {
                context.response().setStatusCode(404);
                context.json(new JsonObject().put("message", "there is no recipe " + context.pathParam("name")));
            }
        });
        router.post("/api/v1/jobs")
                .handler(BodyHandler.create(folder.resolve("../received-" + folder.getFileName())
                                .toString())
                        .setDeleteUploadedFilesOnEnd(true))
                .handler(context -> {
                    options = context.request().getFormAttribute("options");
                    proposed.add(context.request().getHeader("Rowhound-Job-Id"));
                    if (busy > 0) {
                        busy--;
                        context.response().setStatusCode(503).putHeader("Retry-After", pause);
                        context.json(new JsonObject().put("message", "this node accepts no uploads at present"));
                    } else if (context.fileUploads().get(0).size() == "refuse me".length()) {
                        context.response().setStatusCode(400);
                        context.json(new JsonObject().put("message", "the file has no row"));
                    } else {
                        absent = false;
                        context.response().setStatusCode(202);
                        context.json(new JsonObject());
                    }
                });
        router.get("/api/v1/jobs/*").handler(context -> {
            if (absent) {
                context.response().setStatusCode(404);
                context.json(new JsonObject().put("message", "there is no such job"));
            } else {
                context.next();
            }
        });
        router.get("/api/v1/jobs/:id/events").handler(context -> {
            if ("1.00000001".equals(context.request().getHeader("Last-Event-ID"))) {
                context.response().setStatusCode(204).end();
                return;
            }
            context.response()
                    .putHeader("Content-Type", "text/event-stream")
                    .end("id: 1.00000001\nevent: job." + endState + "\ndata: "
                            + new JsonObject()
                                    .put("counters", counters().put("total", 1))
                                    .encode() + "\n\n");
        });
        router.get("/api/v1/jobs/:id")
                .handler(context -> context.json(new JsonObject()
                        .put("state", endState)
                        .put("total", 1)
                        .put("column", "Mã")
                        .put("header", header)
                        .put("counters", counters())
                        .put("started_at", "2026-11-22T04:00:00.000Z")
                        .put("ended_at", "2026-11-22T04:00:03.123Z")
                        .put(
                                "reason",
                                endState.equals("failed")
                                        ? new JsonObject().put("message", "line 2 has a broken quote")
                                        : null)));
        router.get("/api/v1/jobs/:id/results").handler(context -> {
            if (broken-- <= 0) {
                context.response().end(RESULTS);
                return;
            }
            context.response()
                    .setChunked(true)
                    .write(RESULTS)
                    .onSuccess(written -> context.response().reset());
        });
    }

    private static JsonObject counters() {
        return new JsonObject().put("waiting", 0).put("found", 1);
    }
}
