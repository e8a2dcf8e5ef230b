package dev.rowhound.intake;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.rowhound.intake.CsvOptions.Header;
import dev.rowhound.intake.IntakeException.Code;
import dev.rowhound.job.RowChunk;
import dev.rowhound.recipe.Input;
import dev.rowhound.recipe.Input.Normalise;
import dev.rowhound.recipe.pattern.BoundedPattern;
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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are refused, and faults from outside. */
class CsvIntakeFaultTest {
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

    static Stream<Arguments> faults() {
        String longNote = "x".repeat(CsvIntake.MAX_ROW_LENGTH);
        String wide = String.join(",", Collections.nCopies(CsvIntake.MAX_COLUMNS, "x"));
        return Stream.of(
                arguments("", Code.EMPTY_FILE, "file", 0, "the file has no rows; provide at least one"),
                arguments("\uFEFF", Code.EMPTY_FILE, "file", 0, "the file has no rows"),
                arguments("\r\n \n\n", Code.EMPTY_FILE, "file", 0, "the file has no rows"),
                arguments("code,note\n\n", Code.EMPTY_FILE, "file", 0, "a header but no rows; provide at least one"),
                arguments(
                        "\na,b\n1,2\n",
                        Code.NO_SUCH_COLUMN,
                        "column",
                        2,
                        "no column \"code\"; name the column to look"),
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
                arguments(wide + ",code\n", Code.BAD_ROW, "file", 1, "line 1 has 1001 values; use at most 1000"),
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
                .hasMessage("the file has no column \"kode\"; use one of its columns: code, n"
                        + " (without a header, column_1 is the first)");
    }

    @Test
    void severalColumnsNeedAName() {
        IntakeException fault = fault("a,b\n1,2\n", CsvOptions.DETECT, ANYTHING);
        assertThat(fault.code()).isEqualTo(Code.NO_SUCH_COLUMN);
        assertThat(fault).hasMessageStartingWith("the file has 2 columns; name the column to look up: a, b");
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
        StringBuilder text = new StringBuilder("code,n\r\n");
        for (int i = 1; i <= 20_000; i++) {
            text.append('A').append(i).append(",x").append(i % 3 == 0 ? "\r" : i % 3 == 1 ? "\r\n" : "\n");
        }
        text.append("A1,x,y");
        // A byte at a time, so that every line end falls on the end of a buffer.
        InputStream slow = new ByteArrayInputStream(text.toString().getBytes(UTF_8)) {
            @Override
            public int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, 1));
            }
        };
        IntakeException fault = catchThrowableOfType(
                IntakeException.class,
                () -> new CsvIntake(folder, 1_000_000).run(slow, CsvOptions.DETECT, CODES, sink));
        assertThat(fault.code()).isEqualTo(Code.BAD_ROW);
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
        IOException broken = new IOException("the upload was interrupted");
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
