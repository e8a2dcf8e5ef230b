package dev.rowhound.http.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartReaderTest {
    private static final String TYPE = "multipart/form-data; boundary=B";

    @Test
    void tellsPartsInTheirOrder() {
        assertThat(read(1000, part("recipe", "companies") + file("a\r\nb") + part("late", "") + "--B--\r\n"))
                .containsExactly("recipe", "companies", "end", "file a \"b\".csv", "a\r\nb", "end", "late", "", "end");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n", "\r", "a", "\r\n--A", "--", "\r\n-", "abc\r\n\r\n"})
    void readsEqualParts(String content) {
        String body = "preamble\r\n" + part("recipe", content) + file(content) + "--B--";
        for (int size = 1; size <= body.length(); size++) {
            assertThat(read(size, body))
                    .as("in pieces of %s", size)
                    .containsExactly("recipe", content, "end", "file a \"b\".csv", content, "end");
        }
    }

    @Test
    void readsAnyContentInAnyPieces() {
        Random random = new Random(1);
        String letters = "\r\n-Bab";
        for (int n = 0; n < 20_000; n++) {
            StringBuilder content = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                content.append(letters.charAt(random.nextInt(letters.length())));
            }
            if (("\r\n" + content).contains("\r\n--B")) {
                continue;
            }
            assertThat(read(1 + random.nextInt(60), file(content.toString()) + "--B--\r\n"))
                    .containsExactly("file a \"b\".csv", content.toString(), "end");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "--C\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--C--\r\n",
                "--B\r\nContent-Disposition: form-data; name=a\r\n\r\n1",
                "--B\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--B",
                "--B\r\nContent-Disposition: form-data\r\n\r\n1\r\n--B--",
                "--B\r\n\r\n1\r\n--B--"
            })
    void refusesWhatIsNoForm(String body) {
        assertThatThrownBy(() -> read(7, body)).isInstanceOf(MultipartReader.MalformedException.class);
    }

    @Test
    void boundsThePartsHeaders() {
        assertThatThrownBy(() -> read(1000, "--B\r\n" + "x".repeat(10_000)))
                .isInstanceOf(MultipartReader.MalformedException.class)
                .hasMessageContaining("8192");
    }

    @Test
    void aLongFileNameTakesNoStack() throws Exception {
        String name = "a\\\"".repeat(2_600);
        String body = "--B\r\nContent-Disposition: form-data; name=a; filename=\"" + name + "\"\r\n\r\n1\r\n--B--";
        List<String> heard = new ArrayList<>();
        // The stack of a small thread, such as a container may set for all.
        Thread thread = new Thread(null, () -> heard.addAll(read(body.length(), body)), "small stack", 256 << 10);
        thread.start();
        thread.join();
        assertThat(heard).containsExactly("a " + name.replace("\\\"", "\""), "1", "end");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "multipart/form-data; boundary=B",
                "Multipart/Form-Data;boundary=\"B\"",
                "multipart/form-data; charset=utf-8; boundary=B; x=y"
            })
    void findsTheBoundary(String type) {
        Heard heard = new Heard();
        MultipartReader reader = Objects.requireNonNull(MultipartReader.of(type, heard));
        reader.write(Buffer.buffer(part("a", "1") + "--B--"));
        reader.end();
        assertThat(heard.all).containsExactly("a", "1", "end");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "text/csv", "multipart/form-data", "multipart/mixed; boundary=B"})
    void readsFormsOnly(String type) {
        assertThat(MultipartReader.of(type, new Heard())).isNull();
    }

    private static List<String> read(int size, String body) {
        Heard heard = new Heard();
        MultipartReader reader = Objects.requireNonNull(MultipartReader.of(TYPE, heard));
        for (int i = 0; i < body.length(); i += size) {
            reader.write(Buffer.buffer(body.substring(i, Math.min(i + size, body.length()))));
        }
        reader.end();
        return heard.all;
    }

    private static String part(String name, String value) {
        return "--B\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }

    private static String file(String value) {
        return "--B\r\nContent-Type: text/csv\r\n"
                + "content-disposition: form-data; name=\"file\"; filename=\"a \\\"b%22.csv\"\r\n\r\n" + value + "\r\n";
    }

    private static final class Heard implements MultipartReader.Parts {
        final List<String> all = new ArrayList<>();
        private final StringBuilder data = new StringBuilder();

        @Override
        public void begin(String name, @Nullable String filename) {
            all.add(filename == null ? name : name + " " + filename);
        }

        @Override
        public void data(Buffer bytes) {
            data.append(bytes.toString(StandardCharsets.UTF_8));
        }

        @Override
        public void end() {
            all.add(data.toString());
            all.add("end");
            data.setLength(0);
        }
    }
}
