package dev.rowhound.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsComparisonTest {
    private static final String EXPECTED = """
            tax_code,note,state,name,error
            0101243150,"a, ""b"\"",found,Công ty A,
            0101243151,,failed,,timeout: the page took more than 10 s
            """;

    @TempDir
    private Path folder;

    @Test
    void findsNoneInEqualFilesWhateverTheErrorsMessagesSay() throws IOException {
        String actual = EXPECTED.replace("the page took more than 10 s", "another sentence")
                .replace("\n", "\r\n");
        assertThat(differences(actual)).isEmpty();
    }

    @Test
    void tellsTheRowTheKeyAndTheCell() throws IOException {
        assertThat(differences(EXPECTED.replace("found", "not_found")))
                .containsExactly("row 1 (0101243150): state is \"not_found\" and should be \"found\"");
        assertThat(differences(EXPECTED.replace("timeout:", "blocked:")))
                .containsExactly("row 2 (0101243151): error is \"blocked\" and should be \"timeout\"");
    }

    @Test
    void tellsMissingAndSurplusRows() throws IOException {
        String oneRow = EXPECTED.substring(0, EXPECTED.indexOf("0101243151"));
        assertThat(differences(oneRow)).containsExactly("there are 1 rows and should be 2");
        assertThat(differences(EXPECTED + "1,,found,X,\n")).containsExactly("there are 3 rows and should be 2");
        assertThat(differences("")).hasSize(1);
    }

    @Test
    void tellsOtherColumnsAndNothingElse() throws IOException {
        assertThat(differences(EXPECTED.replace("name", "title")))
                .containsExactly("the columns are tax_code, note, state, title, error"
                        + " and should be tax_code, note, state, name, error");
    }

    private List<String> differences(String actual) throws IOException {
        return ResultsComparison.differences(
                Files.writeString(folder.resolve("actual.csv"), actual),
                Files.writeString(folder.resolve("expected.csv"), EXPECTED));
    }
}
