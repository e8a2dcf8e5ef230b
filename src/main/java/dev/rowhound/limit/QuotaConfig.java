package dev.rowhound.limit;

import dev.rowhound.config.JsonReader;
import dev.rowhound.job.Caller;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The configuration section {@code quota}: the share of the cluster that each user may have.
 *
 * @param standard the default for users without an entry
 * @param users the entries by user
 */
public record QuotaConfig(Quota standard, Map<String, Quota> users) {
    /** No limits. */
    public static final QuotaConfig NONE = new QuotaConfig(new Quota(0, 0, 0, 0, 1), Map.of());

    /** The shipped default: more than people need, and less than Redis can take. */
    private static final Quota DEFAULT = new Quota(0, 10_000, 0, 1_000, 1);

    /**
     * The limits of one user; 0 means unlimited.
     *
     * @param running maximum running items
     * @param openJobs maximum open jobs
     * @param rowsPerDay maximum uploaded rows a UTC day
     * @param schedules maximum schedules
     * @param weight the user's share relative to other users with waiting jobs, from 1
     */
    public record Quota(int running, int openJobs, long rowsPerDay, int schedules, int weight) {}

    public QuotaConfig {
        users = Map.copyOf(users);
    }

    public static QuotaConfig from(JsonReader section) {
        Quota defaults = quota(section, DEFAULT);
        Map<String, Quota> users = new LinkedHashMap<>();
        JsonReader parent = section.object("users");
        section.entries("users").forEach((name, reader) -> {
            try {
                users.put(Caller.of(name).user(), quota(reader, defaults));
            } catch (IllegalArgumentException e) {
                parent.problem(name, "is not a user name; " + e.getMessage());
            }
        });
        return new QuotaConfig(defaults, users);
    }

    private static Quota quota(JsonReader reader, Quota defaults) {
        return new Quota(
                reader.integer("running", defaults.running(), 0, 100_000),
                reader.integer("open_jobs", defaults.openJobs(), 0, 100_000),
                reader.wholeNumber("rows_per_day", defaults.rowsPerDay(), 0, 1_000_000_000_000L),
                reader.integer("schedules", defaults.schedules(), 0, 100_000),
                reader.integer("weight", defaults.weight(), 1, 1_000));
    }

    public Quota of(String user) {
        return users.getOrDefault(user, standard);
    }
}
