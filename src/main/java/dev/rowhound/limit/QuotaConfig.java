package dev.rowhound.limit;

import dev.rowhound.config.JsonReader;
import dev.rowhound.job.Caller;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The section {@code quota} of the configuration: how much of the cluster a user may have.
 *
 * @param standard what holds for users without an entry of their own
 * @param users the entries by user
 */
public record QuotaConfig(Quota standard, Map<String, Quota> users) {
    /** Nobody has a limit. */
    public static final QuotaConfig NONE = new QuotaConfig(new Quota(0, 0, 0, 0, 1), Map.of());

    /** What holds where the configuration says nothing: more than people need, and less than a store can bear. */
    private static final Quota DEFAULT = new Quota(0, 10_000, 0, 1_000, 1);

    /**
     * What one user may have; 0 means that there is no such limit.
     *
     * @param running items that may run at once
     * @param openJobs jobs that may be open at once
     * @param rowsPerDay rows that may be uploaded on one day of UTC
     * @param schedules schedules that there may be at once
     * @param weight the user's share where several users' jobs wait, beside the others' weights; from 1
     */
    public record Quota(int running, int openJobs, long rowsPerDay, int schedules, int weight) {}

    public QuotaConfig {
        users = Map.copyOf(users);
    }

    /** Reads the section. */
    public static QuotaConfig from(JsonReader section) {
        Quota standard = quota(section, DEFAULT);
        Map<String, Quota> users = new LinkedHashMap<>();
        JsonReader parent = section.object("users");
        section.entries("users").forEach((name, reader) -> {
            try {
                users.put(Caller.of(name).user(), quota(reader, standard));
            } catch (IllegalArgumentException e) {
                parent.problem(name, "is no name of a user; " + e.getMessage());
            }
        });
        return new QuotaConfig(standard, users);
    }

    private static Quota quota(JsonReader reader, Quota standard) {
        return new Quota(
                reader.integer("running", standard.running(), 0, 100_000),
                reader.integer("open_jobs", standard.openJobs(), 0, 100_000),
                reader.wholeNumber("rows_per_day", standard.rowsPerDay(), 0, 1_000_000_000_000L),
                reader.integer("schedules", standard.schedules(), 0, 100_000),
                reader.integer("weight", standard.weight(), 1, 1_000));
    }

    /** What that user may have. */
    public Quota of(String user) {
        return users.getOrDefault(user, standard);
    }
}
