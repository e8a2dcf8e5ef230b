package dev.rowhound.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.job.ItemState;
import dev.rowhound.job.JobState;
import dev.rowhound.job.event.PauseReason;
import dev.rowhound.progress.JobEvent;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/** What must hold of a job that may be paused, by its owner or by itself, read from its events and its record. */
final class HaltInvariants {
    private final Map<String, String> m;
    private final JobState state;
    private final int most;
    private boolean paused;
    private JsonObject reason;
    private int furthest;
    private int run;
    private int longestRun;

    private HaltInvariants(Map<String, String> m) {
        this.m = m;
        this.state = JobState.of(m.get("state"));
        this.most = Integer.parseInt(m.getOrDefault("blocks_max", "0"));
    }

    /** Checks a job's record against all of its events. */
    static void check(Map<String, String> m, List<JobEvent> events) {
        HaltInvariants invariants = new HaltInvariants(m);
        for (JobEvent event : events) {
            invariants.replay(event.type(), new JsonObject(event.json()));
        }
        invariants.record();
    }

    private void replay(String type, JsonObject event) {
        switch (type) {
            case "item.started" -> {
                assertThat(paused)
                        .as("a start while the job is paused: %s", event)
                        .isFalse();
                furthest = Math.max(furthest, event.getInteger("row"));
            }
            case "item.ended" -> {
                run = switch (event.getString("state")) {
                    case "blocked" -> run + 1;
                    case "found", "not_found" -> 0;
                    default -> run;
                };
                longestRun = Math.max(longestRun, run);
            }
            case "job.paused" -> {
                assertThat(paused).as("paused twice: %s", event).isFalse();
                paused = true;
                reason = event.getJsonObject("reason");
                haltedRightly(event.getJsonObject("counters"));
            }
            case "job.resumed" -> {
                assertThat(paused).as("resumed though not paused: %s", event).isTrue();
                goOn();
            }
            case "job.retrying" -> goOn();
            default -> paused = paused && !type.startsWith("job.");
        }
    }

    private void goOn() {
        paused = false;
        run = 0;
        longestRun = 0;
    }

    private void haltedRightly(JsonObject counters) {
        int rows = number(reason);
        switch (reason.getString("code")) {
            case "sample" -> {
                assertThat(furthest).as("the furthest start of %s", reason).isLessThanOrEqualTo(rows);
                int done = 0;
                for (ItemState item : ItemState.values()) {
                    int counted = counters.getInteger(item.wire());
                    if (item.ended()) {
                        done += counted;
                    } else if (item != ItemState.WAITING) {
                        assertThat(counted).as("%s by %s", item, reason).isZero();
                    }
                }
                assertThat(done).as("what has ended by %s", reason).isGreaterThanOrEqualTo(rows);
            }
            case "blocked" -> {
                assertThat(rows).as("the run that is told").isEqualTo(most);
                assertThat(longestRun).as("refusals in a row").isGreaterThanOrEqualTo(most);
            }
            default -> assertThat(reason.getString("code")).isIn("user", "storage_full");
        }
    }

    /** Of how many rows a reason tells; 0 where it tells of none. */
    static int number(JsonObject reason) {
        String digits = reason.getString("message").replaceAll("\\D", "");
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }

    private void record() {
        assertThat(state == JobState.PAUSED).as("is paused").isEqualTo(paused);
        String halt = m.get("halt");
        if (paused) {
            assertThat(halt).as("why it is halted").isNotNull();
            assertThat(PauseReason.toJson(halt)).as("why it is halted").isEqualTo(reason);
        } else if (state == JobState.RUNNING) {
            assertThat(halt).as("why it is halted").isNull();
        }
        if (m.containsKey("sample")) {
            assertThat(furthest)
                    .as("the furthest start before the sample is done")
                    .isLessThanOrEqualTo(Integer.parseInt(m.get("sample")));
        }
        if (most > 0) {
            assertThat(Integer.parseInt(m.getOrDefault("blocks", "0")))
                    .as("refusals in a row")
                    .isEqualTo(run);
            boolean goesOn = state == JobState.RUNNING || state == JobState.RECEIVING && halt == null;
            assertThat(goesOn && run >= most)
                    .as("goes on after a run of refusals")
                    .isFalse();
        }
    }
}
