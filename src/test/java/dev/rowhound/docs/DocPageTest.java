package dev.rowhound.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.docs.DocPage.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each block of commands is run and looked at, or says why not. */
class DocPageTest {
    private static final Path HOME = Path.of(System.getProperty("rowhound.home", "."));

    @Test
    void eachBlockIsLookedAtOrSaysWhyNot() throws IOException {
        List<String> unmarked = new ArrayList<>();
        for (String name : DocPage.names(HOME)) {
            for (Step step : DocPage.read(HOME, name).steps()) {
                if (step.shown() && step.prints().isEmpty() == (step.notRun() == null)) {
                    unmarked.add(name + ":" + step.line());
                }
            }
        }
        assertThat(unmarked)
                .as("blocks that need either <!-- prints: … --> or <!-- not run: … -->")
                .isEmpty();
        assertThat(DocPage.names(HOME)).contains("README.md", "docs/cluster.md", "docs/recipes.md");
    }
}
