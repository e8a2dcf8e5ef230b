package dev.rowhound.crawl.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Chromium heeds only the last list of features that it is given, so that of Playwright's driver is repeated. */
class LaunchFlagsTest {
    private static final Pattern LIST = Pattern.compile("\\bdisabledFeatures = \\[(.*?)\\]", Pattern.DOTALL);
    private static final Pattern COMMENT = Pattern.compile("//.*");
    private static final Pattern QUOTED = Pattern.compile("\"(\\w+)\"");

    @Test
    void everyFeatureThatPlaywrightSwitchesOffIsOff() throws Exception {
        String driver;
        try (InputStream in = getClass().getResourceAsStream("/driver/package/lib/coreBundle.js")) {
            driver = new String(Objects.requireNonNull(in, "the driver").readAllBytes(), StandardCharsets.UTF_8);
        }
        List<String> playwrights = LIST.matcher(driver)
                .results()
                .map(list -> COMMENT.matcher(list.group(1)).replaceAll(""))
                .flatMap(list -> QUOTED.matcher(list).results())
                .map(name -> name.group(1))
                .toList();

        assertThat(playwrights).contains("PaintHolding").hasSizeGreaterThan(10);
        assertThat(LaunchFlags.DISABLED_FEATURES).containsAll(playwrights);
    }
}
