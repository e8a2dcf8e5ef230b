package dev.trawl.intake;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.trawl.intake.CsvOptions.Header;
import dev.trawl.intake.IntakeException.Code;
import dev.trawl.job.Row;
import dev.trawl.job.RowChunk;
import dev.trawl.recipe.Input;
import dev.trawl.recipe.Input.Normalise;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
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
            Pattern.compile("[A-Z][0-9]+"),
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
    void withoutACheckTheFirstRowOfALoneColumnIsARow() throws Exception {
        run("name\nother\n", CsvOptions.DETECT, ANYTHING);
        assertThat(sink.keys()).containsExactly("name", "other");
    }

    @Test
    void columnsAreListedShortened() {
        String header = IntStream.rangeClosed(1, 25)
                .mapToObj(i -> "c" + i)
                .collect(Collectors.joining(",", "x".repeat(50) + ",", ""));
        IntakeException fault = fault(header + "\n1\n", CsvOptions.DETECT, CODES);
        assertThat(fault)
                .hasMessageContaining(": " + "x".repeat(40) + "…, c1, ")
                .hasMessageContaining(", c19 and 6 more (");
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
                        new Row(3, "", 0, "the key is empty; give a value in this column", List.of("z", "")));
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

    // Faults.

    static Stream<Arguments> faults() {
        String longNote = "x".repeat(CsvIntake.MAX_ROW_LENGTH);
        String wide = String.join(",", Collections.nCopies(CsvIntake.MAX_COLUMNS, "x"));
        return Stream.of(
                arguments("", Code.EMPTY_FILE, "file", 0, "the file has no rows; give at least one"),
                arguments("\uFEFF", Code.EMPTY_FILE, "file", 0, "the file has no rows"),
                arguments("\r\n \n\n", Code.EMPTY_FILE, "file", 0, "the file has no rows"),
                arguments("code,note\n\n", Code.EMPTY_FILE, "file", 0, "a header but no rows; give at least one below"),
                arguments("\na,b\n1,2\n", Code.NO_SUCH_COLUMN, "column", 2, "no column \"code\"; name the one to look"),
                arguments("a,b\n1,2\n", Code.NO_SUCH_COLUMN, "column", 1, "to look up: a, b (without a header"),
                arguments("A1,\nA2,\n", Code.NO_SUCH_COLUMN, "column", 1, ": column_1, column_2 ("),
                arguments(
                        "code\n\"A1\nA2\nA3\n", Code.BAD_QUOTE, "file", 2, "the quote opened on line 2 is not closed"),
                arguments("code,n\n\n\nA1,\"x\ny\"\nA2,\"z\n", Code.BAD_QUOTE, "file", 6, "the quote opened on line 6"),
                // Closed by the next row's quote, behind which its value stands.
                arguments("code,n\nA1,\"x\nA2,\"y\"\n", Code.BAD_QUOTE, "file", 2, "the quote opened on line 2"),
                arguments("code,n,m\nA1,\"x\ny\",\"z\"z\n", Code.BAD_QUOTE, "file", 3, "the quote opened on line 3"),
                arguments("code,n\r\rA1,\"x\rA2,y", Code.BAD_QUOTE, "file", 3, "the quote opened on line 3"),
                arguments("code,n\nA1,\"" + longNote, Code.BAD_QUOTE, "file", 2, "within 65,536 characters"),
                arguments("code,n\nA1,x\n\nA2," + longNote, Code.ROW_TOO_LONG, "file", 4, "the row on line 4 has more"),
                arguments(
                        "code,n\nA1,x\n\nA2,x,y\n", Code.BAD_ROW, "file", 4, "line 4 has 3 values, but the first row"),
                arguments("code;n\nA1;x;y\n", Code.BAD_ROW, "file", 2, "quote a value that contains the semicolon"),
                arguments("code,n\nA1,\"x\ny\"\nA2,x,y\n", Code.BAD_ROW, "file", 4, "line 4 has 3 values"),
                arguments(wide + ",code\n", Code.BAD_ROW, "file", 1, "line 1 has 1001 values; give at most 1000"),
                arguments("code\nA1\nA\0\n", Code.NOT_TEXT, "file", 3, "line 3 holds a NUL character"),
                arguments("%PDF-1.7 …", Code.NOT_TEXT, "file", 1, "the file is a PDF document; save it as CSV (UTF-8)"),
                arguments("PK\u0003\u0004..[Content_Types].xml", Code.NOT_TEXT, "file", 1, "is an Excel workbook;"),
                arguments(
                        "PK\u0003\u0004mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
                        Code.NOT_TEXT,
                        "file",
                        1,
                        "is an OpenDocument spreadsheet;"),
                arguments("PK\u0003\u0004readme.txt", Code.NOT_TEXT, "file", 1, "is a ZIP archive;"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void faultsNameFieldLineAndWhatWouldBeRight(String text, Code code, String field, int line, String message) {
        IntakeException fault = fault(text, CsvOptions.DETECT, CODES);
        assertThat(fault.code()).isEqualTo(code);
        assertThat(fault.field()).isEqualTo(field);
        assertThat(fault.line()).isEqualTo(line);
        assertThat(fault).hasMessageContaining(message);
        assertThat(sink.begun())
                .as("a fault in the first chunk leaves nothing behind")
                .isFalse();
    }

    static Stream<Arguments> faultsOfBytes() {
        return Stream.of(
                arguments("code\nA1\n", UTF_16LE, "", Code.NOT_TEXT, 1),
                arguments("code\nA1\n", UTF_16BE, "", Code.NOT_TEXT, 1),
                // "Đ" in Windows-1258; a character cut off at the end; half of a surrogate pair.
                arguments("code\nA1\n", UTF_8, "D0 0A", Code.BAD_ENCODING, 3),
                arguments("code\r\nA1\r\nA2,", UTF_8, "E1 BA", Code.BAD_ENCODING, 3),
                arguments("\uFEFFcode\nA1\n", UTF_16LE, "00 D8 41 00", Code.BAD_ENCODING, 3),
                arguments("\uFEFFcode\nA1\n", UTF_16BE, "00", Code.BAD_ENCODING, 3),
                arguments("", UTF_8, "D0 CF 11 E0 A1 B1 1A E1", Code.NOT_TEXT, 1),
                arguments("", UTF_8, "1F 8B 08", Code.NOT_TEXT, 1),
                arguments("", UTF_8, "89 50 4E 47", Code.NOT_TEXT, 1),
                arguments("", UTF_8, "FF D8 FF E0", Code.NOT_TEXT, 1),
                arguments("", UTF_8, "89 50 4E", Code.BAD_ENCODING, 1));
    }

    @ParameterizedTest
    @MethodSource("faultsOfBytes")
    void bytesThatAreNoTextAreFaults(String text, Charset charset, String hex, Code code, int line) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(text.getBytes(charset));
        for (String one : hex.isEmpty() ? new String[0] : hex.split(" ")) {
            file.write(Integer.parseInt(one, 16));
        }
        IntakeException fault = fault(file.toByteArray(), CsvOptions.DETECT, CODES);
        assertThat(fault.code()).isEqualTo(code);
        assertThat(fault.line()).isEqualTo(line);
        assertThat(fault).hasMessageContaining("UTF-8");
    }

    @Test
    void aColumnThatTheRequestNamesMustBeThere() {
        IntakeException fault = fault("code,n\nA1,x\n", new CsvOptions("kode", Header.AUTO, null), CODES);
        assertThat(fault.code()).isEqualTo(Code.NO_SUCH_COLUMN);
        assertThat(fault)
                .hasMessage("the file has no column \"kode\"; name one that it has: code, n"
                        + " (without a header, column_1 is the first)");
    }

    @Test
    void severalColumnsNeedAName() {
        IntakeException fault = fault("a,b\n1,2\n", CsvOptions.DETECT, ANYTHING);
        assertThat(fault.code()).isEqualTo(Code.NO_SUCH_COLUMN);
        assertThat(fault).hasMessageStartingWith("the file has 2 columns; name the one to look up: a, b");
    }

    @Test
    void aLaterFaultComesAfterTheChunksBeforeIt() {
        String good =
                IntStream.rangeClosed(1, 700).mapToObj(i -> "A" + i + ",x\n").collect(Collectors.joining());
        IntakeException fault = fault("code,n\n" + good + "A701,x,y\n", CsvOptions.DETECT, CODES);
        assertThat(fault.code()).isEqualTo(Code.BAD_ROW);
        assertThat(fault.line()).isEqualTo(702);
        assertThat(sink.chunks).hasSize(1);
    }

    @Test
    void linesAreCountedOverTheEndsOfBuffers() {
        // Lines of odd lengths, each kind of end, so that ends fall on the bounds of every buffer.
        StringBuilder text = new StringBuilder("code,n\r\n");
        for (int i = 1; i <= 20_000; i++) {
            text.append('A').append(i).append(",x").append(i % 3 == 0 ? "\r" : i % 3 == 1 ? "\r\n" : "\n");
        }
        IntakeException fault = fault(text + "A1,x,y", CsvOptions.DETECT, CODES);
        assertThat(fault.line()).isEqualTo(20_002);
        assertThat(sink.rows()).hasSize(20_000);
    }

    @Test
    void manyBlankLinesAreNoLongRow() throws Exception {
        run("code\n" + "\r\n".repeat(100_000) + "A1\n", CsvOptions.DETECT, CODES);
        assertThat(sink.keys()).containsExactly("A1");
    }

    @Test
    void aRowOfTheGreatestLengthPasses() throws Exception {
        String note = "x".repeat(CsvIntake.MAX_ROW_LENGTH - "A1,\n".length());
        run("code,n\nA1," + note + "\nA2,y\n", CsvOptions.DETECT, CODES);
        assertThat(sink.values().get(0).get(1)).isEqualTo(note);
    }

    @Test
    void moreRowsThanAllowedAreRefused() throws Exception {
        CsvIntake three = new CsvIntake(folder, 3);
        assertThat(three.run(stream("code\nA1\nA2\nA3\n"), CsvOptions.DETECT, CODES, sink))
                .isEqualTo(3);
        IntakeException fault = catchThrowableOfType(
                IntakeException.class,
                () -> three.run(stream("code\nA1\nA2\nA3\nA4\n"), CsvOptions.DETECT, CODES, new RecordingSink()));
        assertThat(fault.code()).isEqualTo(Code.TOO_MANY_ROWS);
        assertThat(fault.line()).isEqualTo(5);
        assertThat(fault).hasMessage("the file has more than 3 rows; split it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"code\nA1\n", "code,n\nA1,x,y\n", "%PDF-1.7"})
    void theFileIsClosedInAnyCase(String text) throws Exception {
        AtomicBoolean closed = new AtomicBoolean();
        InputStream bytes = new ByteArrayInputStream(text.getBytes(UTF_8)) {
            @Override
            public void close() {
                closed.set(true);
            }
        };
        try {
            new CsvIntake(folder, 10).run(bytes, CsvOptions.DETECT, CODES, sink);
        } catch (IntakeException e) {
            assertThat(text).isNotEqualTo("code\nA1\n");
        }
        assertThat(closed).isTrue();
    }

    @Test
    void whatTheSinkThrowsEndsTheReading() {
        IOException refused = new IOException("the store is full");
        ChunkSink refusing = new ChunkSink() {
            @Override
            public void begin(Layout layout) {}

            @Override
            public void accept(RowChunk chunk) throws IOException {
                throw refused;
            }
        };
        assertThatThrownBy(
                        () -> new CsvIntake(folder, 10).run(stream("code\nA1\n"), CsvOptions.DETECT, CODES, refusing))
                .isSameAs(refused);
    }

    @Test
    void anUploadThatBreaksOffIsNoEndOfTheFile() {
        IOException broken = new IOException("the upload broke off");
        InputStream bytes = new InputStream() {
            private final InputStream start = stream("code\nA1\n");

            @Override
            public int read() throws IOException {
                int next = start.read();
                if (next < 0) {
                    throw broken;
                }
                return next;
            }
        };
        assertThatThrownBy(() -> new CsvIntake(folder, 10).run(bytes, CsvOptions.DETECT, CODES, sink))
                .isSameAs(broken);
        assertThat(sink.begun()).isFalse();
    }

    private IntakeException fault(String text, CsvOptions options, Input input) {
        return fault(text.getBytes(UTF_8), options, input);
    }

    private IntakeException fault(byte[] file, CsvOptions options, Input input) {
        IntakeException fault = catchThrowableOfType(IntakeException.class, () -> run(file, options, input));
        assertThat(fault).as("the file is refused").isNotNull();
        return fault;
    }

    private int run(String text, CsvOptions options, Input input) throws Exception {
        return run(text.getBytes(UTF_8), options, input);
    }

    private int run(byte[] file, CsvOptions options, Input input) throws Exception {
        return new CsvIntake(folder, 1_000_000).run(new ByteArrayInputStream(file), options, input, sink);
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(UTF_8));
    }
}
