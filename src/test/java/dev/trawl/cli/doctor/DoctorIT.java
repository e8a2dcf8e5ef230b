package dev.trawl.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trawl.TestNode;
import dev.trawl.edge.EdgeSimulator;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Behind each fault that an edge can have the doctor names it, and nothing else; with nothing between, nothing. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class DoctorIT {
    private static final long UPLOAD_LIMIT = 3L << 20;
    private static final int SILENCE = 3;

    private static TestNode node;

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

    /**
     * An edge and what is to be found behind it.
     *
     * @param silence for how many seconds silent connections are watched
     */
    private record Case(String name, int silence, Consumer<EdgeSimulator> edge, Set<Fault> findings, Set<Fault> notes) {
        Examination.Asking asking() {
            return () -> {
                try (EdgeSimulator simulator =
                        EdgeSimulator.before(node.address().getPort())) {
                    edge.accept(simulator);
                    return Examination.of(simulator.address(), silence);
                }
            };
        }

        void check(Report report) {
            assertThat(Examination.findings(report))
                    .as(Examination.tell(report))
                    .isEqualTo(findings);
            assertThat(Examination.notes(report)).as(Examination.tell(report)).isEqualTo(notes);
            assertThat(report.well()).isEqualTo(findings.isEmpty());
        }
    }

    private static Case silent(String name, Consumer<EdgeSimulator> edge, Fault... findings) {
        return new Case(name, SILENCE, edge, Set.of(findings), Set.of());
    }

    private static Case quick(String name, Consumer<EdgeSimulator> edge, Fault... findings) {
        return new Case(name, 0, edge, Set.of(findings), Set.of());
    }

    private static void swallowLater(EdgeSimulator edge) {
        // The greeting is through by then; what runs is swallowed.
        CompletableFuture.delayedExecutor(1600, TimeUnit.MILLISECONDS).execute(() -> edge.blackHole(true));
    }

    @TestFactory
    Stream<DynamicTest> namesEachFaultAndNothingElse() {
        List<Case> cases = List.of(
                silent("nothing", edge -> {}),
                silent(
                        "idle cut",
                        edge -> edge.cutAfterSilence(Duration.ofMillis(1500)),
                        Fault.IDLE_CUT,
                        Fault.SOCKET_IDLE_CUT),
                silent(
                        "heartbeats too slow",
                        edge -> edge.cutAfterSilence(Duration.ofMillis(250)),
                        Fault.IDLE_CUT,
                        Fault.SOCKET_IDLE_CUT,
                        Fault.CUT_DESPITE_HEARTBEATS,
                        Fault.SOCKET_CUT_DESPITE_HEARTBEATS,
                        // Two probes of other checks are quiet for a second.
                        Fault.CUT),
                quick("cut in the middle", edge -> edge.cutAfterBytes(900), Fault.CUT),
                quick("reset", edge -> edge.cutAfterBytes(900).cutByReset(true), Fault.CUT),
                silent("black hole", DoctorIT::swallowLater, Fault.STALLED, Fault.IDLE_LOST),
                quick("502", edge -> edge.answerNext(2, 502), Fault.ERROR_ANSWER),
                quick("524", edge -> edge.answerNext(2, 524), Fault.ERROR_ANSWER),
                quick(
                        "buffering",
                        edge -> edge.stripAccelBuffering(true).buffer(1 << 20, Duration.ZERO),
                        Fault.BUFFERED),
                quick(
                        "lumps",
                        edge -> edge.stripAccelBuffering(true).buffer(1 << 20, Duration.ofMillis(500)),
                        Fault.BUFFERED),
                quick("buffering that heeds the node", edge -> edge.buffer(1 << 20, Duration.ZERO)),
                quick("gzip", edge -> edge.gzip(true), Fault.COMPRESSED),
                new Case(
                        "asks for gzip",
                        0,
                        edge -> edge.askForGzip(true),
                        Set.of(),
                        Set.of(Fault.ASKS_FOR_COMPRESSION)),
                quick("lost cursor", edge -> edge.dropLastEventId(true), Fault.RESUME_HEADER_LOST),
                silent("no upgrade", edge -> edge.refuseUpgrades(true), Fault.NO_WEBSOCKET),
                quick("upload limit", edge -> edge.limitUploads(1 << 20), Fault.UPLOAD_LIMIT),
                quick("HTTP/1.0", edge -> edge.http10(true), Fault.OLD_HTTP, Fault.NO_WEBSOCKET));
        return Examination.sideBySide(cases, Case::name, Case::asking, Case::check);
    }

    @Test
    void findsNothingWithNothingBetween() throws Exception {
        Report report = Examination.of(node.address(), SILENCE);
        assertThat(report.verdicts())
                .as(Examination.tell(report))
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
    void saysHowMuchComesThrough() throws Exception {
        try (EdgeSimulator edge = EdgeSimulator.before(node.address().getPort())) {
            edge.limitUploads(1 << 20).answerNext(2, 502);
            Report report = Examination.of(edge.address(), 0);
            assertThat(report.verdicts())
                    .extracting(Verdict::sentence)
                    .contains(
                            "The node takes uploads of up to 3 MB, but one of 3 MB is answered with status 413; 1 MB"
                                    + " come through.",
                            "2 of 3 requests came to nothing: something before the node answered with status 502.");
        }
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
        try (EdgeSimulator edge = EdgeSimulator.before(dead)) {
            assertThatThrownBy(() -> Examination.of(edge.address(), 0))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageContaining("status 502");
            edge.blackHole(true);
            assertThatThrownBy(() -> Examination.of(edge.address(), 0))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageContaining("no answer");
        }
    }

    @Test
    void advisesOnEveryFinding() {
        Set<Fault> withoutSetting = EnumSet.of(Fault.CLOCK, Fault.ASKS_FOR_COMPRESSION);
        assertThat(EnumSet.complementOf(EnumSet.copyOf(withoutSetting)))
                .allSatisfy(fault -> assertThat(Remedies.of(fault, Front.suspects(Set.of())))
                        .as(fault.wire())
                        .containsOnlyKeys(Front.values()));
    }
}
