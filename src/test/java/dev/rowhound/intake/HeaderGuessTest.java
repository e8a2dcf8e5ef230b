package dev.rowhound.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.intake.CsvOptions.Header;
import dev.rowhound.recipe.Input;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of one column, for recipes that say nothing about keys. */
class HeaderGuessTest {
    private static final Input ANY = new Input(null, List.of(), null, null, null);

    @TempDir
    private Path folder;

    private Layout layout(String text, Header header) throws Exception {
        RecordingSink sink = new RecordingSink();
        int rows = new CsvIntake(folder, 100_000)
                .run(
                        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
                        new CsvOptions(null, header, null),
                        ANY,
                        sink);
        int lines = (int) text.lines().count();
        assertThat(rows).isEqualTo(sink.layout().header() ? lines - 1 : lines);
        assertThat(sink.rows().get(0).number()).isEqualTo(1);
        return sink.layout();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Mã số thuế\n0100109106\n",
                "MST cần tra\n0100109106\n0100109106-001\n",
                "Chuyến bay\nVN-123\nVJ-7\nQH-1204\n",
                "Tên công ty\nCông ty A\nFPT\n",
                "TÊN_CÔNG_TY\nFPT\n",
                "Name\nApple\nBanana\n",
                "\"Tax code\"\n\"0100109106\"\n"
            })
    void aLineUnlikeThoseBelowIsTheHeader(String text) throws Exception {
        Layout layout = layout(text, Header.AUTO);
        assertThat(layout.header()).isTrue();
        assertThat(layout.detected()).isTrue();
        assertThat(layout(text, Header.NO).header()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0100109106\n3600101238\n",
                "Mã số thuế\n",
                // Names among names.
                "FPT Software\nViettel\nVNPT\n",
                "Apple\nName\nBanana\n",
                // A key without a digit among such with some.
                "ABC\nA12\nB13\n",
                "ABC\nA12\nB13\nCD\n",
                // A key that comes again.
                "name\nother\nname\n",
                "Mã 13\n0100109106\n",
                "VN-123\nVJ-7\nQH-1204\n"
            })
    void aDoubtfulLineIsARow(String text) throws Exception {
        Layout layout = layout(text, Header.AUTO);
        assertThat(layout.header()).isFalse();
        assertThat(layout.columns()).containsExactly("column_1");
        assertThat(layout(text.lines().count() == 1 ? text + "1\n" : text, Header.YES)
                        .header())
                .isTrue();
    }

    @Test
    void aLongFileLosesNoRowToTheLook() throws Exception {
        String keys = IntStream.rangeClosed(1, 10_000)
                .mapToObj(row -> String.format("%010d", row))
                .collect(Collectors.joining("\n", "", "\n"));
        Layout layout = layout("Mã số thuế\n" + keys, Header.AUTO);
        assertThat(layout.columns()).containsExactly("Mã số thuế");
        assertThat(layout(keys, Header.AUTO).header()).isFalse();
    }
}
