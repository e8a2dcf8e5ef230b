package dev.rowhound.queue.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.job.Row;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChunkCodecTest {
    @Test
    void keepsEveryRowAsItCame() {
        List<Row> rows = List.of(
                new Row(
                        501,
                        "0100109106",
                        0,
                        null,
                        List.of("0100109106", "Tập đoàn Công nghiệp – Viễn thông Quân đội")),
                new Row(502, "0100109106", 501, null, List.of(" 0100109106 ", "\"quoted\", with a comma; and\ta tab")),
                new Row(503, "", 0, "the check digit of \"\" is wrong", List.of("", "two\r\nlines\n")),
                new Row(504, "a\u0000b\u2028c", 0, null, List.of("back\\slash", "𝔘𝔫𝔦")),
                new Row(505, "last", 0, null, List.of("", "")));

        assertThat(ChunkCodec.decode(501, ChunkCodec.encode(rows))).isEqualTo(rows);
    }

    @Test
    void keepsARowWithoutColumns() {
        List<Row> rows = List.of(new Row(1, "a", 0, null, List.of()));

        assertThat(ChunkCodec.decode(1, ChunkCodec.encode(rows))).isEqualTo(rows);
    }

    @Test
    void makesRowsThatAreAlikeSmall() {
        List<Row> rows = IntStream.rangeClosed(1, 500)
                .mapToObj(row -> new Row(row, "01001091" + row, 0, null, List.of("01001091" + row, "Hà Nội")))
                .toList();

        assertThat(ChunkCodec.encode(rows).length()).isLessThan(6000);
    }
}
