package dev.rowhound.queue;

import dev.rowhound.Await;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.result.ItemView;
import dev.rowhound.queue.result.Items;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/** A digest of all that is told of a job's rows, in their order. */
final class ResultsDigest {
    private ResultsDigest() {}

    static String of(Items items, JobSnapshot job) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        int rows = 0;
        while (true) {
            List<ItemView> page = Await.result(items.page(job, rows + 1));
            if (page.isEmpty()) {
                return rows + " " + HexFormat.of().formatHex(digest.digest());
            }
            for (ItemView item : page) {
                rows++;
                if (item.row().number() != rows) {
                    throw new AssertionError("row " + item.row().number() + " where " + rows + " was due");
                }
                digest.update(item.toString().getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
