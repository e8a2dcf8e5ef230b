package dev.rowhound.fault;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A script with one fault put into it on purpose, which the suite has to find.
 *
 * @param name what was taken away
 * @param script the script's name without its number of keys
 * @param original the text that is replaced, which must stand there exactly once
 * @param replacement what stands there instead
 * @param faults the letters of the scenarios that may show it, where the calm one does not
 */
record Mutant(String name, String script, String original, String replacement, String faults) {
    private static final String FOLDER = "dev/rowhound/queue";

    /** All of them. */
    static List<Mutant> all() {
        return List.of(
                new Mutant(
                        "complete without the check of the token",
                        "complete",
                        "local held = holds(owners[i], token)",
                        "local held = true",
                        "CD"),
                new Mutant(
                        "tick without the check of the deadline",
                        "tick",
                        "redis.call('ZRANGEBYSCORE', lease, '-inf', now,",
                        "redis.call('ZRANGEBYSCORE', lease, '-inf', '+inf',",
                        "CD"),
                new Mutant(
                        "complete without the removal of the lease",
                        "complete",
                        "redis.call('ZREM', lease, unpack(gone))",
                        "",
                        "CD"),
                new Mutant(
                        "complete without the event",
                        "complete",
                        "emit(ev, job, 'item.ended', ARGV[a + 1], now, row, 'd', data,"
                                + " unpack(times > 1 and {'rows', times} or {}))",
                        "",
                        "CD"),
                new Mutant(
                        "complete without knowing a repeated call",
                        "complete",
                        "reply[i + 1] = repeated(row, token) and 'again' or 'stale'",
                        "reply[i + 1] = 'ok'",
                        "CD"),
                new Mutant(
                        "complete without comparing the generation",
                        "complete",
                        "local present = ARGV[a + 4] == job.gen",
                        "local present = true",
                        "G"),
                new Mutant(
                        "complete that takes any result for the one it has brought",
                        "complete",
                        "return result and string.sub(result, 1, #token + 1) == token .. '|'",
                        "return result",
                        "CD"),
                new Mutant(
                        "control that begins a generation before the last one has ended",
                        "control",
                        "if job.state ~= 'completed' then return {'no', job.state} end",
                        "",
                        "H"),
                new Mutant(
                        "claim without the check of the job's state",
                        "claim",
                        "if v[1] ~= 'running' and v[1] ~= 'receiving' or v[10] then return {'closed', v[1] or ''} end",
                        "if not v[1] then return {'closed', ''} end",
                        "H"));
    }

    /** Writes the altered script below that folder, where a class path finds it before the program's own. */
    void write(Path folder) throws IOException {
        int written = 0;
        for (Path source : sources()) {
            String text = Files.readString(source);
            int at = text.indexOf(original);
            if (at >= 0 && text.indexOf(original, at + 1) < 0) {
                Path target = Files.createDirectories(folder.resolve(FOLDER));
                Files.writeString(target.resolve(source.getFileName()), text.replace(original, replacement));
                written++;
            }
        }
        if (written == 0) {
            throw new IllegalStateException("mutant \"" + name + "\": " + script
                    + " does not have this text exactly once, write the mutant anew: " + original);
        }
    }

    /** The script, and what a build has left of former ones with another number of keys, which nobody loads. */
    private List<Path> sources() throws IOException {
        URL known = Mutant.class.getResource("/" + FOLDER + "/job.lua");
        try (Stream<Path> scripts = Files.list(Path.of(known.toURI()).getParent())) {
            return scripts.filter(file -> file.getFileName().toString().matches(script + "-\\d+\\.lua"))
                    .toList();
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }
}
