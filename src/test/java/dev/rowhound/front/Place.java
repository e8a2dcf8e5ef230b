package dev.rowhound.front;

import java.nio.file.Path;

/**
 * Where a front end runs.
 *
 * @param port the port that it has to listen on, at 127.0.0.1
 * @param folder its own folder, for everything that it writes
 */
public record Place(int port, Path folder) {}
