package dev.rowhound.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * The results of a benchmark.
 *
 * @param bench the benchmark's name
 * @param peer the peer's name and version
 * @param conditions the conditions of the measurement, one line each
 * @param besides the results for further peers, which have separate tables
 */
record Report(String bench, String peer, List<String> conditions, List<Figure> figures, List<Report> besides) {

    Report(String bench, String peer, List<String> conditions, List<Figure> figures) {
        this(bench, peer, conditions, figures, List.of());
    }

    /**
     * Renders a table for a terminal: medians, minimum and maximum, and ratios. A side without measurements has no
     * columns.
     */
    String table() {
        boolean own = figures.stream().anyMatch(figure -> !figure.own().isEmpty());
        boolean others = figures.stream().anyMatch(figure -> !figure.peer().isEmpty());
        boolean goals = own && others || figures.stream().anyMatch(Figure::hasGoal);
        List<List<String>> rows = new ArrayList<>();
        rows.add(row(
                List.of("figure", "unit"),
                own ? List.of("rowhound", "min-max") : List.of(),
                others ? List.of(peer, "min-max") : List.of(),
                goals ? List.of("ratio", "goal", "") : List.of()));
        for (Figure figure : figures) {
            rows.add(row(
                    List.of(figure.name(), figure.unit()),
                    own ? cells(figure.own()) : List.of(),
                    others ? cells(figure.peer()) : List.of(),
                    goals
                            ? List.of(
                                    figure.compares() ? Figure.number(figure.ratio()) : "",
                                    figure.goal(),
                                    figure.fallsShort() ? "falls short" : figure.hasGoal() ? "ok" : "")
                            : List.of()));
        }
        StringBuilder table = new StringBuilder();
        conditions.forEach(line -> table.append(line).append('\n'));
        table.append('\n');
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int width = width(rows, column);
                String cell = row.get(column);
                String gap = " ".repeat(width - cell.length());
                boolean words = column < 2 || rows.get(0).get(column).isEmpty();
                line.append(words ? cell + gap : gap + cell).append("  ");
            }
            table.append(line.toString().stripTrailing()).append('\n');
        }
        besides.forEach(report -> table.append('\n').append(report.table()));
        return table.toString();
    }

    @SafeVarargs
    private static List<String> row(List<String>... parts) {
        return Stream.of(parts).flatMap(List::stream).toList();
    }

    private static List<String> cells(List<Double> values) {
        return values.isEmpty() ? List.of("", "") : List.of(Figure.number(Figure.median(values)), spread(values));
    }

    private static int width(List<List<String>> rows, int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }

    private static String spread(List<Double> values) {
        return Figure.number(Collections.min(values)) + "-" + Figure.number(Collections.max(values));
    }

    /**
     * Renders one line of JSON: the ratios of the figures with a goal, the medians of those with a goal but no peer,
     * and the names of figures that miss their goal.
     */
    String json() {
        JsonObject ratios = new JsonObject();
        JsonObject values = new JsonObject();
        JsonArray missed = new JsonArray();
        collect(ratios, values, missed);
        JsonObject json = new JsonObject().put("bench", bench).put("ratios", ratios);
        if (!values.isEmpty()) {
            json.put("values", values);
        }
        return json.put("falls_short", missed).encode();
    }

    private void collect(JsonObject ratios, JsonObject values, JsonArray missed) {
        for (Figure figure : figures) {
            if (figure.hasGoal() && figure.compares()) {
                ratios.put(figure.name(), fourPlaces(figure.ratio()));
            } else if (figure.hasGoal() && !figure.own().isEmpty()) {
                values.put(figure.name(), fourPlaces(Figure.median(figure.own())));
            }
            if (figure.fallsShort()) {
                missed.add(figure.name());
            }
        }
        besides.forEach(report -> report.collect(ratios, values, missed));
    }

    private static double fourPlaces(double value) {
        return Math.round(value * 1e4) / 1e4;
    }
}
