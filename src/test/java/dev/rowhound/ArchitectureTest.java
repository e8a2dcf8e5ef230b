package dev.rowhound;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Holds the picture in docs/architecture.md, and the table below it, against the code. */
@AnalyzeClasses(packages = "dev.rowhound", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "root";

    /** Between rooms or floors that the picture or the code joins, as the picture writes it. */
    private static final String TO = " --> ";

    private static final Pattern FLOOR = Pattern.compile("subgraph floor(\\d)\\b.*");
    private static final Pattern ROOM = Pattern.compile("[a-z]+");
    private static final Pattern ARROW = Pattern.compile("([a-z]+\\d?)" + TO + "([a-z]+\\d?)");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d) \\| ([^|]*) \\|");
    private static final Pattern NAME = Pattern.compile("`(\\.?[a-z]+(?:\\.[a-z]+)*)`|root");

    /** The number of the floor that each room is drawn on. */
    private final Map<String, String> floors = new TreeMap<>();

    /** Who may import whom: a floor another one, a room another one. */
    private final Set<String> arrows = new TreeSet<>();

    private final String page = Files.readString(Path.of("docs/architecture.md"));

    ArchitectureTest() throws IOException {
        String floor = "";
        String picture = page.substring(page.indexOf("```mermaid"));
        for (String line : picture.substring(0, picture.indexOf("\n```")).split("\\R")) {
            Matcher begun = FLOOR.matcher(line.strip());
            Matcher arrow = ARROW.matcher(line.strip());
            if (begun.matches()) {
                floor = begun.group(1);
            } else if (arrow.matches()) {
                arrows.add(arrow.group());
            } else if (ROOM.matcher(line.strip()).matches() && !line.strip().equals("end")) {
                assertThat(floors.put(line.strip(), floor))
                        .as("%s is drawn once", line.strip())
                        .isNull();
            }
        }
    }

    @ArchTest
    void eachRoomIsDrawn(JavaClasses classes) {
        Set<String> rooms = new TreeSet<>();
        classes.forEach(one -> rooms.add(room(one)));
        assertThat(floors.keySet()).containsExactlyElementsOf(rooms);
    }

    @ArchTest
    void importsFollowTheArrows(JavaClasses classes) {
        Set<String> direct = new TreeSet<>();
        for (JavaClass one : classes) {
            for (Dependency dependency : one.getDirectDependenciesFromSelf()) {
                JavaClass other = dependency.getTargetClass();
                if (other.getPackageName().startsWith("dev.rowhound")
                        && !room(other).equals(room(one))) {
                    direct.add(arrow(room(one), room(other)));
                }
            }
        }
        Set<String> allowed = closure();
        assertThat(direct).allSatisfy(arrow -> assertThat(allowed).contains(arrow));
        assertThat(direct).as("arrows that nothing follows").containsAll(arrows);
    }

    /** An arrow between two rooms of one floor, or that is drawn, else one between their floors. */
    private String arrow(String room, String other) {
        String between = room + TO + other;
        return arrows.contains(between) || floors.get(room).equals(floors.get(other))
                ? between
                : "floor" + floors.get(room) + TO + "floor" + floors.get(other);
    }

    /** The arrows, and whom one reaches by several of them. */
    private Set<String> closure() {
        Set<String> all = new HashSet<>(arrows);
        boolean grown = true;
        while (grown) {
            Set<String> further = new HashSet<>();
            for (String first : all) {
                for (String second : all) {
                    if (first.endsWith(TO + second.substring(0, second.indexOf(TO)))) {
                        further.add(first.substring(0, first.indexOf(TO)) + second.substring(second.indexOf(TO)));
                    }
                }
            }
            grown = all.addAll(further);
        }
        return all;
    }

    /** Each package has its floor by name, the nested ones too; a name with a dot in front belongs to the one before. */
    @ArchTest
    void theTableNamesEachPackage(JavaClasses classes) {
        Map<String, String> packages = new TreeMap<>();
        classes.forEach(one -> packages.put(name(one), floors.get(room(one))));
        Map<String, String> rows = new TreeMap<>();
        Matcher row = ROW.matcher(page);
        while (row.find()) {
            String outer = "";
            Matcher name = NAME.matcher(row.group(2));
            while (name.find()) {
                String named = name.group(1) == null ? ROOT : name.group(1);
                outer = named.startsWith(".") ? outer : named;
                rows.put(named.startsWith(".") ? outer + named : named, row.group(1));
            }
        }
        assertThat(rows).isEqualTo(packages);
    }

    /** A package below the root's. */
    private static String name(JavaClass one) {
        String[] names = one.getPackageName().split("\\.", 3);
        return names.length == 2 ? ROOT : names[2];
    }

    private static String room(JavaClass one) {
        return name(one).split("\\.", 2)[0];
    }
}
