package dev.rowhound.intake;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.rowhound.intake.CsvOptions.Header;
import dev.rowhound.job.Row;
import dev.rowhound.recipe.Input;
import dev.rowhound.recipe.Input.Normalise;
import dev.rowhound.recipe.pattern.BoundedPattern;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvIntakeTest {
    /** Keys are a letter and a digit or more; the column is "code". */
    private static final Input CODES = new Input(
            "code",
            List.of(Normalise.TRIM, Normalise.UPPER),
            BoundedPattern.compile("[A-Z][0-9]+"),
            "give a letter and digits",
            null);

    private static final Input ANYTHING = new Input(null, List.of(), null, null, null);

    @TempDir
    Path folder;

    private final RecordingSink sink = new RecordingSink();

    @AfterEach
    void leavesNoFileBehind() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    // Encodings, delimiters, quotes, line ends.

    static Stream<Arguments> encodings() {
        return Stream.of(
                arguments(UTF_8, new byte[0]),
                arguments(UTF_8, new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF}),
                arguments(UTF_16LE, new byte[] {(byte) 0xFF, (byte) 0xFE}),
                arguments(UTF_16BE, new byte[] {(byte) 0xFE, (byte) 0xFF}));
    }

    @ParameterizedTest
    @MethodSource("encodings")
    void encodingIsKnownByTheFirstBytes(Charset charset, byte[] mark) throws Exception {
        // Long enough that characters of several bytes lie across the ends of the reader's buffers.
        String names = IntStream.rangeClosed(1, 4000)
                .mapToObj(i -> "A" + i + ",Công ty Đặng 𝔘 " + "ẩ".repeat(i % 7))
                .collect(Collectors.joining("\n"));
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(mark);
        file.write(("code,tên\n" + names).getBytes(charset));

        run(file.toByteArray(), CsvOptions.DETECT, CODES);

        assertThat(sink.layout().charset()).isEqualTo(charset);
        assertThat(sink.layout().columns()).containsExactly("code", "tên");
        assertThat(sink.values().stream().map(cells -> String.join(",", cells)).collect(Collectors.joining("\n")))
                .isEqualTo(names);
    }

    @ParameterizedTest
    @CsvSource({"',', ','", "';', ';'", "'\t', '\t'"})
    void delimiterIsDetected(String written, char found) throws Exception {
        run("code" + written + "note\nA1" + written + "x\n", CsvOptions.DETECT, CODES);
        assertThat(sink.layout().delimiter()).isEqualTo(found);
        assertThat(sink.values()).containsExactly(List.of("A1", "x"));
    }

    @ParameterizedTest
    @CsvSource({
        // Commas in quotes do not count.
        "'code;\"a,b,c,d\"\nA1;2', ';'",
        // Decimal commas, told by the header.
        "'code;price\nA1;1,5\nA2;2,5', ';'",
        // Text with a semicolon now and then.
        "'code,note\nA1,a;b\nA2,c', ','",
        // Rows of unequal length: the first row decides.
        "'code,a,b\nA1\nA2,x', ','",
        // A quote that never ends.
        "'code;a\nA1;x\nA2;\"', ';'",
        "'code\nA1', ','",
    })
    void delimiterIsNotTakenFromInsideOfValues(String text, char found) throws Exception {
        assertThat(DelimiterDetector.detect(text, true)).isEqualTo(found);
    }

    @Test
    void anUnfinishedLastRecordOfTheSampleDoesNotCount() throws Exception {
        assertThat(DelimiterDetector.detect("a;b,c,d\n1;2\n3", false)).isEqualTo(';');
        assertThat(DelimiterDetector.detect("a;b,c,d\n1;2\n3", true)).isEqualTo(',');
    }

    @Test
    void aGivenDelimiterIsTaken() throws Exception {
        run("code|note\nA1|x;y\n", new CsvOptions(null, Header.AUTO, '|'), CODES);
        assertThat(sink.values()).containsExactly(List.of("A1", "x;y"));
    }

    @ParameterizedTest
    @ValueSource(chars = {'"', '\n', '\r'})
    void aDelimiterThatCannotBeIsRefused(char delimiter) {
        assertThatThrownBy(() -> new CsvOptions(null, Header.AUTO, delimiter))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void lineEndsOfEachKind(String end) throws Exception {
        run("code,note" + end + "A1,x" + end + end + "   " + end + "A2,y", CsvOptions.DETECT, CODES);
        assertThat(sink.values()).containsExactly(List.of("A1", "x"), List.of("A2", "y"));
    }

    @Test
    void quotesAsRfc4180HasThem() throws Exception {
        run(
                "code,note\r\n\"A1\",\"a \"\"b\"\", c\"\r\nA2,\"two\r\nlines\"\r\nA3,5\" pipe\r\n",
                CsvOptions.DETECT,
                CODES);
        assertThat(sink.values())
                .containsExactly(List.of("A1", "a \"b\", c"), List.of("A2", "two\r\nlines"), List.of("A3", "5\" pipe"));
    }

    // Header and column.

    static Stream<Arguments> layouts() {
        return Stream.of(
                // By the recipe's column, whatever its case and the space around it.
                arguments("note, CODE \nx,A1\n", null, Header.AUTO, List.of("note", "CODE"), 1, true),
                // By the request's, which goes before the recipe's.
                arguments("code,other\nA1,A2\n", "Other", Header.AUTO, List.of("code", "other"), 1, true),
                // The only column, with its name or another, or with none.
                arguments("code\nA1\n", null, Header.AUTO, List.of("code"), 0, true),
                arguments("number\nA1\n", null, Header.AUTO, List.of("number"), 0, true),
                arguments("A1\nA2\n", null, Header.AUTO, List.of("column_1"), 0, false),
                arguments("A1", null, Header.AUTO, List.of("column_1"), 0, false),
                // A first row that fails the check is no header if it has a digit, or if the next fails, too.
                arguments("1A\nA2\n", null, Header.AUTO, List.of("column_1"), 0, false),
                arguments("number\nother\n", null, Header.AUTO, List.of("column_1"), 0, false),
                arguments("number", null, Header.AUTO, List.of("column_1"), 0, false),
                // Told by the request.
                arguments("A1\nA2\n", null, Header.YES, List.of("A1"), 0, true),
                arguments("code\nA2\n", null, Header.NO, List.of("column_1"), 0, false),
                arguments("x,A1\ny,A2\n", "column_2", Header.AUTO, List.of("column_1", "column_2"), 1, false),
                arguments("x,A1\ny,A2\n", "column_2", Header.NO, List.of("column_1", "column_2"), 1, false),
                arguments("column_2,code\nA1,A2\n", "column_2", Header.AUTO, List.of("column_2", "code"), 0, true),
                arguments("code,note\nA1,A2\n", " ", Header.AUTO, List.of("code", "note"), 0, true),
                // Names missing at the end, in the middle, and repeated.
                arguments("number,,\nA1,,\n", null, Header.AUTO, List.of("number"), 0, true),
                arguments("code,,code\nA1,,\n", null, Header.AUTO, List.of("code", "column_2", "code_2"), 0, true),
                arguments(
                        "code_2,code,code\nA1,A1,\n", null, Header.AUTO, List.of("code_2", "code", "code_3"), 1, true),
                // The same letters, composed and decomposed.
                arguments("a,m\u00E3\nx,A1\n", "ma\u0303", Header.AUTO, List.of("a", "m\u00E3"), 1, true));
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void headerAndColumnAreFound(
            String text, @Nullable String column, Header header, List<String> columns, int keyColumn, boolean found)
            throws Exception {
        run(text, new CsvOptions(column, header, null), CODES);
        assertThat(sink.layout().columns()).isEqualTo(columns);
        assertThat(sink.layout().keyColumn()).isEqualTo(keyColumn);
        assertThat(sink.layout().header()).isEqualTo(found);
        int lines = (int) text.lines().count();
        assertThat(sink.rows()).hasSize(found ? lines - 1 : lines);
    }

    @Test
    void withoutACheckTheFirstRowOfALoneColumnIsARowLikeTheOthers() throws Exception {
        run("one\nother\n", CsvOptions.DETECT, ANYTHING);
        assertThat(sink.keys()).containsExactly("one", "other");
    }

    // Rows.

    @Test
    void rowsOfOtherLengths() throws Exception {
        run("code,a,b\nA1\nA2,x\nA3,x,y,, \n", CsvOptions.DETECT, CODES);
        assertThat(sink.values())
                .containsExactly(List.of("A1", "", ""), List.of("A2", "x", ""), List.of("A3", "x", "y"));
    }

    @Test
    void keysAreNormalisedAndCheckedAndValuesKeptAsTheyCame() throws Exception {
        int rows = run("note,code\nx, a1 \ny,bad\nz\n", CsvOptions.DETECT, CODES);
        assertThat(rows).isEqualTo(3);
        assertThat(sink.rows())
                .containsExactly(
                        new Row(1, "A1", 0, null, List.of("x", " a1 ")),
                        new Row(2, "BAD", 0, "give a letter and digits", List.of("y", "bad")),
                        new Row(3, "", 0, "the key is empty; provide a value in this column", List.of("z", "")));
    }

    @Test
    void repeatedKeysPointAtTheFirstRowButInvalidOnesStandForThemselves() throws Exception {
        run("code\nA1\nbad\na1\nB2\nbad\nA1\n b2\n", CsvOptions.DETECT, CODES);
        assertThat(sink.rows()).extracting(Row::aliasOf).containsExactly(0, 0, 1, 0, 0, 1, 4);
    }

    @Test
    void chunksEndAtTheMostRows() throws Exception {
        String text = IntStream.rangeClosed(1, 1001).mapToObj(i -> "A" + i).collect(Collectors.joining("\n"));
        run(text, CsvOptions.DETECT, CODES);
        assertThat(sink.chunks).extracting(chunk -> chunk.rows().size()).containsExactly(500, 500, 1);
    }

    @Test
    void chunksEndAtTheMostText() throws Exception {
        // 300 two-byte characters, a key of 4 bytes, 2 delimiters: 606 bytes a row, 108 rows in 65,536 bytes.
        String text = IntStream.rangeClosed(100, 399)
                .mapToObj(i -> "A" + i + "," + "é".repeat(300))
                .collect(Collectors.joining("\n", "code,note\n", ""));
        run(text, CsvOptions.DETECT, CODES);
        assertThat(sink.chunks).extracting(chunk -> chunk.rows().size()).containsExactly(108, 108, 84);
    }

    @Test
    void manyEmptyCellsCountAsTextToo() throws Exception {
        String header = IntStream.range(1, CsvIntake.MAX_COLUMNS)
                .mapToObj(i -> "c" + i)
                .collect(Collectors.joining(",", "code,", "\n"));
        run(header + "A1\n".repeat(200), CsvOptions.DETECT, CODES);
        assertThat(sink.chunks).extracting(chunk -> chunk.rows().size()).containsExactly(65, 65, 65, 5);
    }

    @Test
    void aLongRowMakesAChunkOfItsOwn() throws Exception {
        String longNote = "ẩ".repeat(60_000);
        run("code,note\nA1,x\nA2," + longNote + "\nA3,y\n", CsvOptions.DETECT, CODES);
        assertThat(sink.chunks).extracting(chunk -> chunk.rows().size()).containsExactly(1, 1, 1);
        assertThat(sink.values().get(1).get(1)).isEqualTo(longNote);
    }

    private int run(String text, CsvOptions options, Input input) throws Exception {
        return run(text.getBytes(UTF_8), options, input);
    }

    private int run(byte[] file, CsvOptions options, Input input) throws Exception {
        return new CsvIntake(folder, 1_000_000).run(new ByteArrayInputStream(file), options, input, sink);
    }
}
