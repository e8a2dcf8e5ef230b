package dev.rowhound.intake;

import java.util.List;

/**
 * A record of a CSV file.
 *
 * @param line the line where it begins, from 1
 * @param cells the raw values, at least one
 */
record CsvRecord(int line, List<String> cells) {}
