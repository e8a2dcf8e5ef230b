package dev.rowhound;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The laws of the house, as docs/architecture.md tells them. */
@AnalyzeClasses(packages = "dev.rowhound", importOptions = DoNotIncludeTests.class)
class LawsTest {
    private static final int MOST_LINES = 500;
    private static final long MAX_FILES = 25;

    /** A room of {@code http} and its package-info. */
    private static final long MAX_FILES_OF_HTTP = 21;

    private static final String EGRESS = "dev.rowhound.egress";

    @ArchTest
    static final ArchRule importsGoDownwards = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("config")
            .definedBy("dev.rowhound.config..")
            .layer("words")
            .definedBy("dev.rowhound.job..", "dev.rowhound.recipe..", "dev.rowhound.net..", "dev.rowhound.cache..")
            .layer("stores")
            .definedBy("dev.rowhound.redis..", "dev.rowhound.artifact..", "dev.rowhound.egress..")
            .layer("state")
            .definedBy(
                    "dev.rowhound.queue..",
                    "dev.rowhound.progress..",
                    "dev.rowhound.intake..",
                    "dev.rowhound.limit..",
                    "dev.rowhound.cluster..",
                    "dev.rowhound.schedule..",
                    "dev.rowhound.recipestore..")
            .layer("crawl")
            .definedBy("dev.rowhound.crawl..")
            .layer("app")
            .definedBy("dev.rowhound.app..")
            .layer("front")
            .definedBy("dev.rowhound.http..", "dev.rowhound.worker..")
            .layer("node")
            .definedBy("dev.rowhound.node..")
            .layer("program")
            .definedBy("dev.rowhound", "dev.rowhound.cli..", "dev.rowhound.demo..")
            .ensureAllClassesAreContainedInArchitecture()
            .whereLayer("program")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("node")
            .mayOnlyBeAccessedByLayers("program")
            .whereLayer("front")
            .mayOnlyBeAccessedByLayers("node", "program")
            .whereLayer("app")
            .mayOnlyBeAccessedByLayers("front", "node", "program")
            .whereLayer("crawl")
            .mayOnlyBeAccessedByLayers("node", "program")
            .whereLayer("state")
            .mayOnlyBeAccessedByLayers("app", "front", "node", "program")
            .whereLayer("stores")
            .mayOnlyBeAccessedByLayers("state", "app", "crawl", "front", "node", "program");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().assignedFrom(new EachPackage()).should().beFreeOfCycles();

    @ArchTest
    static final ArchRule appKnowsNoHttp = noClasses()
            .that()
            .resideInAPackage("dev.rowhound.app..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx.core.http..", "io.vertx.ext.web..", "dev.rowhound.worker..");

    /** The browsers' proxy and the demo site are servers of another kind. */
    @ArchTest
    static final ArchRule onlyHttpServes = noClasses()
            .that()
            .resideOutsideOfPackages("dev.rowhound.http..", "dev.rowhound.demo..", EGRESS)
            .should()
            .dependOnClassesThat()
            .haveNameMatching("io\\.vertx\\.(core\\.http\\.(HttpServer|ServerWebSocket)|ext\\.web\\.).*");

    @Test
    void roomsOfHttpAreSmall() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java/dev/rowhound/http"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".java"))
                            .collect(Collectors.groupingBy(Path::getParent, Collectors.counting())))
                    .allSatisfy((room, count) -> assertThat(count).isLessThanOrEqualTo(MAX_FILES_OF_HTTP));
        }
    }

    @ArchTest
    static final ArchRule httpAndWorkerNeverMeet = noClasses()
            .that()
            .resideInAPackage("dev.rowhound.http..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.rowhound.worker..", "dev.rowhound.crawl..");

    @ArchTest
    static final ArchRule workerMeetsNeitherHttpNorAKind = noClasses()
            .that()
            .resideInAPackage("dev.rowhound.worker..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.rowhound.app..",
                    "dev.rowhound.http..",
                    "dev.rowhound.crawl..",
                    "dev.rowhound.document..",
                    "dev.rowhound.recipe..");

    @Test
    void workerKnowsNoKindByName() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java/dev/rowhound/worker"))) {
            List<Path> naming = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> text(file).matches("(?is).*(browser|chromium).*"))
                    .toList();
            assertThat(naming).isEmpty();
        }
    }

    /** What is to be done with rows is their kind's affair. */
    @ArchTest
    static final ArchRule submissionMeetsNoKind = noClasses()
            .that()
            .resideInAnyPackage("dev.rowhound.app.submission..", "dev.rowhound.intake..", "dev.rowhound.queue..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.rowhound.recipe..",
                    "dev.rowhound.recipestore..",
                    "dev.rowhound.app.recipe..",
                    "dev.rowhound.crawl..",
                    "dev.rowhound.document..");

    @ArchTest
    static final ArchRule roomsOfOneFloorDoNotMeet = slices().matching(
                    "dev.rowhound.(queue|progress|intake|limit|cluster|schedule|recipestore)..")
            .should()
            .notDependOnEachOther();

    @ArchTest
    static final ArchRule crawlRunsAlone = noClasses()
            .that()
            .resideInAnyPackage("dev.rowhound.crawl..", "dev.rowhound.egress..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.rowhound.redis..", "io.vertx.redis..", "io.vertx.core.eventbus..");

    @ArchTest
    static final ArchRule onlyTheStoreAndTheStateTouchRedis = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "dev.rowhound.redis..",
                    "dev.rowhound.queue..",
                    "dev.rowhound.progress..",
                    "dev.rowhound.limit..",
                    "dev.rowhound.schedule..",
                    "dev.rowhound.recipestore..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.vertx.redis..");

    @ArchTest
    static final ArchRule noRoomIsADrawer = noClasses()
            .should()
            .resideInAnyPackage("..util..", "..utils..", "..common..", "..impl..", "..helper..", "..helpers..");

    @ArchTest
    static final ArchRule verticlesExtendVerticleBase =
            noClasses().should().beAssignableTo("io.vertx.core.AbstractVerticle");

    @ArchTest
    static final ArchRule configurationLivesWithItsFeature = classes()
            .that()
            .haveSimpleNameEndingWith("Config")
            .and()
            .doNotHaveSimpleName("NodeConfig")
            .and()
            .areTopLevelClasses()
            .should()
            .resideInAnyPackage(
                    "dev.rowhound.redis",
                    "dev.rowhound.cluster",
                    "dev.rowhound.artifact",
                    "dev.rowhound.queue",
                    "dev.rowhound.limit",
                    "dev.rowhound.worker",
                    "dev.rowhound.crawl",
                    "dev.rowhound.egress",
                    "dev.rowhound.http",
                    "dev.rowhound.http.stream",
                    "dev.rowhound.http.probe",
                    "dev.rowhound.http.upload");

    @Test
    void onlyKeysSpellsAKey() throws IOException {
        // A key of a slot begins with a brace and a letter of the slot's kind.
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            List<Path> spelling = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith("Keys.java"))
                    .filter(file -> text(file).matches("(?s).*\"\\{[acjsuihr][:}].*"))
                    .toList();
            assertThat(spelling).isEmpty();
        }
    }

    @Test
    void onlyArtifactSpellsNamesOfStoredFiles() throws IOException {
        Pattern name = Pattern.compile("\"(row-|evidence-|question-|input-|input\\.csv)|\\.seg\"");
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".java"))
                            .filter(file -> !file.endsWith("ArtifactNames.java"))
                            .filter(file -> name.matcher(text(file)).find()))
                    .isEmpty();
        }
    }

    @Test
    void nothingTakesOneNodeForTheStore() throws IOException {
        // On a Redis Cluster these see the keys, or the subscribers, of one node only.
        Pattern walking =
                Pattern.compile("Command\\.(SCAN|KEYS|RANDOMKEY|DBSIZE)\\b|\\.send\\(\\s*Command\\.PUBSUB\\b");
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".java"))
                            .filter(file -> walking.matcher(text(file)).find()))
                    .isEmpty();
        }
    }

    @Test
    void scriptsGlueNoJson() throws IOException {
        Pattern member = Pattern.compile("'[^'\\n]*\"\\w+\" *:");
        try (Stream<Path> files = Files.walk(Path.of("src/main/resources/dev/rowhound"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".lua"))
                            .filter(file -> text(file)
                                    .lines()
                                    .anyMatch(line -> member.matcher(line).find())))
                    .isEmpty();
        }
    }

    @Test
    void noTestIsSkipped() throws IOException {
        // What a test needs and cannot have makes it fail with a sentence.
        Pattern skipping = Pattern.compile("jupiter\\.api\\.(Assumptions|Disabled|condition)|TestAbortedException");
        try (Stream<Path> tests = Files.walk(Path.of("src/test/java"));
                Stream<Path> benches = Files.walk(Path.of("bench/src"))) {
            List<Path> found = Stream.concat(tests, benches)
                    .filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith("LawsTest.java"))
                    .filter(file -> skipping.matcher(text(file)).find())
                    .toList();
            assertThat(found).isEmpty();
        }
    }

    @Test
    void noRoomIsCrowded() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java/dev/rowhound"))) {
            Map<String, Long> rooms = files.filter(file -> file.toString().endsWith(".java"))
                    .collect(Collectors.groupingBy(file -> file.getParent().toString(), Collectors.counting()));
            assertThat(rooms)
                    .isNotEmpty()
                    .allSatisfy((room, count) -> assertThat(count).as(room).isLessThanOrEqualTo(MAX_FILES));
        }
    }

    @Test
    void onlyTwoFilesUseWhatIsInternalToALibrary() throws IOException {
        Pattern internal = Pattern.compile("(?m)^import (?!dev\\.rowhound).*\\.(impl|internal)\\.");
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".java"))
                            .filter(file -> internal.matcher(text(file)).find())
                            .map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("HttpChannel.java", "BrowserSession.java");
        }
    }

    @ArchTest
    void oneNameIsOneType(JavaClasses classes) {
        Map<String, Set<String>> types = classes.stream()
                .filter(one -> !one.isAnonymousClass() && !one.isLocalClass())
                .filter(one -> one.isTopLevelClass() || one.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(one -> !one.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(
                        JavaClass::getSimpleName, Collectors.mapping(JavaClass::getName, Collectors.toSet())));
        types.values().removeIf(named -> named.size() < 2);
        assertThat(types).isEmpty();
    }

    @Test
    void noFileIsLongerThanOneRoleNeeds() throws IOException {
        try (Stream<Path> source = Files.walk(Path.of("src"));
                Stream<Path> clients = Files.walk(Path.of("clients"));
                Stream<Path> benches = Files.walk(Path.of("bench/src"))) {
            List<String> tooLong = Stream.of(source, clients, benches)
                    .flatMap(files -> files)
                    .filter(file -> file.toString().matches(".*\\.(java|js|lua|css)"))
                    .filter(file -> text(file).lines().count() > MOST_LINES)
                    .map(Path::toString)
                    .toList();
            assertThat(tooLong).isEmpty();
        }
    }

    /** The root's own classes and each package below it, the nested ones too, for themselves. */
    private static final class EachPackage implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
            return SliceIdentifier.of(javaClass.getPackageName());
        }

        @Override
        public String getDescription() {
            return "each package";
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
