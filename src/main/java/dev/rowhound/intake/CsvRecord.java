package dev.rowhound.intake;

import java.util.List;

/**
 * A record of a CSV file.
 *
 * @param line the line on which it begins, from 1
 * @param cells its values as they came, at least one
 */
record CsvRecord(int line, List<String> cells) {}
