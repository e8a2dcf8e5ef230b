package dev.rowhound.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.TestNode;
import dev.rowhound.edge.EdgeSimulator;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Behind each fault that an edge can have the doctor names it, and nothing else; with nothing between, nothing. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class DoctorIT {
    private static final long UPLOAD_LIMIT = 3L << 20;
    private static final int SILENCE = 8;

    private static TestNode node;

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.start(Map.of(
                "roles", "web",
                "http.heartbeat_ms", "4000",
                "http.max_upload_bytes", String.valueOf(UPLOAD_LIMIT),
                "probe.per_minute", "100000",
                "probe.at_once", "1000"));
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    /** An examination and what it is to find; some of it in these words. */
    private record Case(
            String name, Examination.Asking asking, Set<Fault> findings, Set<Fault> notes, List<String> words) {
        void check(Report report) {
            assertThat(Examination.findings(report))
                    .as(Examination.tell(report))
                    .isEqualTo(findings);
            assertThat(Examination.notes(report)).as(Examination.tell(report)).isEqualTo(notes);
            assertThat(report.healthy()).isEqualTo(findings.isEmpty());
            assertThat(report.results()).extracting(CheckResult::sentence).containsAll(words);
        }

        Case noting(Fault fault) {
            return new Case(name, asking, findings, Set.of(fault), words);
        }

        Case saying(String sentence) {
            return new Case(name, asking, findings, notes, List.of(sentence));
        }
    }

    private static Case behind(String name, int silence, Consumer<EdgeSimulator> edge, Fault... findings) {
        return new Case(
                name,
                () -> {
                    try (EdgeSimulator simulator =
                            EdgeSimulator.before(node.address().getPort())) {
                        edge.accept(simulator);
                        return Examination.of(simulator.address(), silence);
                    }
                },
                Set.of(findings),
                Set.of(),
                List.of());
    }

    private static Case silent(String name, Consumer<EdgeSimulator> edge, Fault... findings) {
        return behind(name, SILENCE, edge, findings);
    }

    private static Case quick(String name, Consumer<EdgeSimulator> edge, Fault... findings) {
        return behind(name, 0, edge, findings);
    }

    /** What the checks are in the midst of is swallowed. */
    private static Report inABlackHole() throws Exception {
        try (EdgeSimulator edge = EdgeSimulator.before(node.address().getPort())) {
            Runnable later =
                    () -> CompletableFuture.delayedExecutor(2, TimeUnit.SECONDS).execute(() -> edge.blackHole(true));
            return Examination.of(edge.address(), 4, Duration.ofSeconds(3), later);
        }
    }

    @TestFactory
    Stream<DynamicTest> namesEachFaultAndNothingElse() {
        List<Case> cases = List.of(
                quick("cut in the middle", edge -> edge.cutAfterBytes(900), Fault.CUT),
                quick("reset", edge -> edge.cutAfterBytes(900).cutByReset(true), Fault.CUT),
                quick("502", edge -> edge.answerNext(2, 502), Fault.ERROR_ANSWER)
                        .saying("2 of 3 requests failed: a proxy in front of the node responded with status 502."),
                quick("524", edge -> edge.answerNext(1, 524), Fault.ERROR_ANSWER),
                quick(
                        "buffering",
                        edge -> edge.stripAccelBuffering(true).buffer(1 << 20, Duration.ZERO),
                        Fault.BUFFERED),
                quick(
                        "lumps",
                        edge -> edge.stripAccelBuffering(true).buffer(1 << 20, Duration.ofSeconds(1)),
                        Fault.BUFFERED),
                quick("buffering that heeds the node", edge -> edge.buffer(1 << 20, Duration.ZERO)),
                quick("gzip", edge -> edge.gzip(true), Fault.COMPRESSED),
                quick("asks for gzip", edge -> edge.askForGzip(true)).noting(Fault.ASKS_FOR_COMPRESSION),
                quick("lost cursor", edge -> edge.dropLastEventId(true), Fault.RESUME_HEADER_LOST),
                quick("upload limit", edge -> edge.limitUploads(1 << 20), Fault.UPLOAD_LIMIT)
                        .saying(
                                "The node accepts uploads of up to 3 MB, but one of 3 MB is refused with status 413; 1 MB"
                                        + " succeeds."),
                quick("HTTP/1.0", edge -> edge.http10(true), Fault.OLD_HTTP, Fault.NO_WEBSOCKET),
                silent("no upgrade", edge -> edge.refuseUpgrades(true), Fault.NO_WEBSOCKET),
                silent(
                        "idle cut",
                        edge -> edge.cutAfterSilence(Duration.ofSeconds(5)),
                        Fault.IDLE_CUT,
                        Fault.SOCKET_IDLE_CUT),
                silent(
                        "heartbeats too slow",
                        edge -> edge.cutAfterSilence(Duration.ofSeconds(3)),
                        Fault.IDLE_CUT,
                        Fault.SOCKET_IDLE_CUT,
                        Fault.CUT_DESPITE_HEARTBEATS,
                        Fault.SOCKET_CUT_DESPITE_HEARTBEATS),
                silent("a good edge", edge -> {}).saying("A WebSocket may stay idle for " + SILENCE + " s."),
                new Case(
                        "black hole",
                        DoctorIT::inABlackHole,
                        Set.of(Fault.STALLED, Fault.IDLE_LOST),
                        Set.of(),
                        List.of()),
                new Case(
                        "nothing between",
                        () -> Examination.of(node.address(), SILENCE),
                        Set.of(),
                        Set.of(),
                        List.of(
                                "Events arrive one by one.",
                                "A stream resumes after Last-Event-ID.",
                                "A stream may stay idle for " + SILENCE + " s.")));
        return Examination.sideBySide(cases, Case::name, Case::asking, Case::check);
    }

    /** The node's own idle time-out, 75 s, is not for probes. */
    @Test
    @Tag("full")
    void isNotCutByTheNodeItself() throws Exception {
        Report report = Examination.of(node.address(), 90);
        assertThat(Examination.findings(report)).as(Examination.tell(report)).isEmpty();
        assertThat(report.results())
                .extracting(CheckResult::sentence)
                .contains("A stream may stay idle for 90 s.", "A WebSocket may stay idle for 90 s.");
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
                .hasMessageContaining("not like a Rowhound server");
        try (EdgeSimulator edge = EdgeSimulator.before(dead)) {
            assertThatThrownBy(() -> Examination.of(edge.address(), 0))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageContaining("status 502");
            edge.blackHole(true);
            assertThatThrownBy(() -> Examination.of(edge.address(), 0, Duration.ofSeconds(1)))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageContaining("did not respond");
        }
    }

    @Test
    void advisesOnEveryFinding() {
        Set<Fault> withoutSetting = EnumSet.of(Fault.CLOCK, Fault.ASKS_FOR_COMPRESSION);
        assertThat(EnumSet.complementOf(EnumSet.copyOf(withoutSetting)))
                .allSatisfy(fault -> assertThat(Remedies.of(fault, ProxyKind.suspects(Set.of())))
                        .as(fault.wire())
                        .containsOnlyKeys(ProxyKind.values()));
    }
}
