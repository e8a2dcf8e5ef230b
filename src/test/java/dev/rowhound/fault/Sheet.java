package dev.rowhound.fault;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The input of a job, made by a seed: mostly keys that are found, some of each other kind, some repeats, some that the
 * recipe refuses.
 *
 * @param keys the key of each row
 */
record Sheet(List<String> keys) {
    /** A key that the recipe refuses. */
    static final String REFUSED = "refused";

    private static final String COLUMN = "key";

    /**
     * Makes one.
     *
     * @param slow how many rows of a thousand are slow
     * @param poison how many rows are poison, at random places
     */
    static Sheet make(Random random, int rows, int slow, int poison) {
        List<String> keys = new ArrayList<>();
        for (int row = 1; row <= rows; row++) {
            int dice = random.nextInt(1000);
            if (dice < 20 && row > 1) {
                keys.add(keys.get(random.nextInt(keys.size())));
            } else if (dice < 30) {
                keys.add(REFUSED);
            } else {
                keys.add(kind(dice, slow).key(row));
            }
        }
        for (int i = 0; i < poison; i++) {
            int row = random.nextInt(rows);
            keys.set(row, Kind.POISON.key(row + 1));
        }
        return new Sheet(List.copyOf(keys));
    }

    private static Kind kind(int dice, int slow) {
        if (dice < 80) {
            return Kind.NOT_FOUND;
        } else if (dice < 90) {
            return Kind.BLOCKED;
        } else if (dice < 100) {
            return Kind.FAULTY;
        } else if (dice < 120) {
            return Kind.UNREACHABLE;
        } else if (dice < 150) {
            return Kind.FLAKY;
        }
        return dice < 150 + slow ? Kind.SLOW : Kind.FOUND;
    }

    int rows() {
        return keys.size();
    }

    /** The key of a row, from 1. */
    String key(int row) {
        return keys.get(row - 1);
    }

    /** Whether the recipe refuses a row's key. */
    boolean refused(int row) {
        return key(row).equals(REFUSED);
    }

    /** For each row, from 1 at index 1, the first row with its key; itself where there is none before. */
    int[] firsts() {
        Map<String, Integer> seen = new HashMap<>();
        int[] firsts = new int[rows() + 1];
        for (int row = 1; row <= rows(); row++) {
            Integer first = refused(row) ? null : seen.putIfAbsent(key(row), row);
            firsts[row] = first == null ? row : first;
        }
        return firsts;
    }

    /** The file to upload. */
    byte[] csv() {
        return (COLUMN + "\n" + String.join("\n", keys) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** The recipe that all sheets are for. */
    static String recipe(int attempts) {
        return """
                {
                  "name": "fault",
                  "input": { "column": "%s", "pattern": "[a-z]-[0-9]+" },
                  "start": { "url": "http://127.0.0.1:9/{key}" },
                  "outcomes": { "found": [{ "selector": "p" }] },
                  "extract": { "value": { "selector": "p" } },
                  "retry": { "attempts": %d, "backoff_ms": 20, "max_backoff_ms": 100 }
                }
                """.formatted(COLUMN, attempts);
    }
}
