package dev.trawl.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trawl.TestNode;
import dev.trawl.edge.EdgeSimulator;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Behind each fault that an edge can have the doctor names it, and nothing else; with nothing between, nothing. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class DoctorIT {
    private static final long UPLOAD_LIMIT = 3L << 20;
    private static final int SILENCE = 3;

    private static TestNode node;

    private EdgeSimulator edge;

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.start(Map.of(
                "roles", "web",
                "http.heartbeat_ms", "400",
                "http.max_upload_bytes", String.valueOf(UPLOAD_LIMIT),
                "probe.per_minute", "100000",
                "probe.at_once", "1000"));
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    @BeforeEach
    void startEdge() throws Exception {
        edge = EdgeSimulator.before(node.address().getPort());
    }

    @AfterEach
    void stopEdge() throws Exception {
        edge.close();
    }

    private void assertNamed(int silence, Fault... faults) throws Exception {
        Report report = Examination.of(edge.address(), silence);
        assertThat(Examination.findings(report))
                .as(report.toJson().encodePrettily())
                .containsExactlyInAnyOrder(faults);
        assertThat(report.well()).isEqualTo(faults.length == 0);
    }

    @Test
    void findsNothingWithNothingBetween() throws Exception {
        Report report = Examination.of(node.address(), SILENCE);
        assertThat(report.verdicts())
                .as(report.toJson().encodePrettily())
                .allSatisfy(verdict -> assertThat(verdict.level()).isEqualTo(Verdict.Level.OK));
        assertThat(report.verdicts())
                .extracting(Verdict::check)
                .contains(
                        "reachable",
                        "clock",
                        "upstream",
                        "stream",
                        "first_byte",
                        "buffering",
                        "compression",
                        "cache",
                        "headers",
                        "answer_headers",
                        "resume",
                        "websocket",
                        "idle_stream",
                        "idle_websocket",
                        "heartbeats",
                        "websocket_heartbeats",
                        "upload");
    }

    @Test
    void findsNothingBehindAGoodEdge() throws Exception {
        assertNamed(SILENCE);
    }

    @Test
    void namesTheIdleCut() throws Exception {
        edge.cutAfterSilence(Duration.ofMillis(1500));
        assertNamed(SILENCE, Fault.IDLE_CUT, Fault.SOCKET_IDLE_CUT);
    }

    @Test
    void namesHeartbeatsThatAreTooSlow() throws Exception {
        edge.cutAfterSilence(Duration.ofMillis(250));
        Report report = Examination.of(edge.address(), SILENCE);
        assertThat(Examination.findings(report))
                .as(report.toJson().encodePrettily())
                .contains(
                        Fault.IDLE_CUT,
                        Fault.SOCKET_IDLE_CUT,
                        Fault.CUT_DESPITE_HEARTBEATS,
                        Fault.SOCKET_CUT_DESPITE_HEARTBEATS)
                .doesNotContain(Fault.BUFFERED, Fault.STALLED, Fault.UPLOAD_LIMIT);
    }

    @Test
    void namesACutInTheMiddle() throws Exception {
        edge.cutAfterBytes(900);
        assertNamed(0, Fault.CUT);
    }

    @Test
    void namesAReset() throws Exception {
        edge.cutAfterBytes(900).cutByReset(true);
        assertNamed(0, Fault.CUT);
    }

    @Test
    void namesABlackHole() throws Exception {
        Thread hole = new Thread(() -> {
            try {
                // The greeting is through; what runs then is swallowed.
                Thread.sleep(1600);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            edge.blackHole(true);
        });
        hole.start();
        Report report = Examination.of(edge.address(), 2);
        hole.join();
        assertThat(Examination.findings(report))
                .as(report.toJson().encodePrettily())
                .contains(Fault.STALLED, Fault.IDLE_LOST);
    }

    @Test
    void namesErrorsOfTheEdge() throws Exception {
        for (int status : new int[] {502, 524}) {
            edge.answerNext(2, status);
            Report report = Examination.of(edge.address(), 0);
            assertThat(Examination.findings(report)).containsExactly(Fault.ERROR_ANSWER);
            assertThat(report.verdicts().get(0).sentence())
                    .contains("2 of 3 requests")
                    .contains("status " + status);
        }
    }

    @Test
    void namesBuffering() throws Exception {
        edge.stripAccelBuffering(true).buffer(1 << 20, Duration.ZERO);
        assertNamed(0, Fault.BUFFERED);
        edge.buffer(1 << 20, Duration.ofMillis(500));
        assertNamed(0, Fault.BUFFERED);
        edge.stripAccelBuffering(false);
        assertNamed(0);
    }

    @Test
    void namesCompression() throws Exception {
        edge.gzip(true);
        assertNamed(0, Fault.COMPRESSED);
    }

    @Test
    void notesThatTheEdgeAsksForGzip() throws Exception {
        edge.askForGzip(true);
        Report report = Examination.of(edge.address(), 0);
        assertThat(Examination.findings(report)).isEmpty();
        assertThat(Examination.notes(report)).containsExactly(Fault.ASKS_FOR_COMPRESSION);
    }

    @Test
    void namesALostCursor() throws Exception {
        edge.dropLastEventId(true);
        assertNamed(0, Fault.RESUME_HEADER_LOST);
    }

    @Test
    void namesRefusedUpgrades() throws Exception {
        edge.refuseUpgrades(true);
        assertNamed(1, Fault.NO_WEBSOCKET);
    }

    @Test
    void namesTheUploadLimit() throws Exception {
        edge.limitUploads(1 << 20);
        Report report = Examination.of(edge.address(), 0);
        assertThat(Examination.findings(report)).containsExactly(Fault.UPLOAD_LIMIT);
        assertThat(report.verdicts())
                .filteredOn(verdict -> verdict.check().equals("upload"))
                .extracting(Verdict::sentence)
                .containsExactly("The node takes uploads of up to 3 MB, but one of 3 MB is answered with status 413;"
                        + " 1 MB come through.");
    }

    @Test
    void namesHttp10() throws Exception {
        edge.http10(true);
        assertNamed(0, Fault.OLD_HTTP, Fault.NO_WEBSOCKET);
    }

    @Test
    void saysWhyThereIsNobody() throws Exception {
        int dead;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            dead = free.getLocalPort();
        }
        assertThatThrownBy(() -> Examination.of(URI.create("http://127.0.0.1:" + dead), 0))
                .isInstanceOf(UnreachableException.class)
                .hasMessageContaining("cannot be reached");
        assertThatThrownBy(() -> Examination.of(node.site(), 0))
                .isInstanceOf(UnreachableException.class)
                .hasMessageContaining("not as a Trawl server does");
        edge.targets(dead);
        assertThatThrownBy(() -> Examination.of(edge.address(), 0))
                .isInstanceOf(UnreachableException.class)
                .hasMessageContaining("status 502");
    }

    @Test
    void advisesOnEveryFinding() {
        Set<Fault> withoutSetting = Set.of(Fault.CLOCK, Fault.ASKS_FOR_COMPRESSION);
        assertThat(Arrays.stream(Fault.values()).filter(fault -> !withoutSetting.contains(fault)))
                .allSatisfy(fault -> assertThat(Remedies.of(fault, Front.suspects(Set.of())))
                        .as(fault.wire())
                        .containsOnlyKeys(Front.values()));
    }
}
