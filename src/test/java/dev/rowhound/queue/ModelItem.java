package dev.rowhound.queue;

/** A row of a {@link JobModel}; a refused one and one with a repeated key have only their state. */
final class ModelItem {
    /** How often an item was tried to no end, how often it lost its worker, and the last token that gave it back. */
    record Record(int tries, int crashes, String token) {}

    /** Which token ended an item, in which generation, and how. */
    record Result(String token, int generation, String error, int attempts) {}

    /** An open question; one that is late takes no answer any more. */
    record Asked(String id, boolean text, boolean late) {}

    /** The last answer, whose words are kept while its worker may want them. */
    record Said(String id, String answer, boolean wanted) {}

    final int row;
    char state;
    char error;
    int repeats;
    String token;
    boolean started;

    /** What the item that is given out has waited for: {@code ~} for its host, {@code ?} for room for its question. */
    char waited;

    Double deadline;
    Double due;
    Double hold;
    Record record;
    Result result;
    Asked asked;
    Said said;

    ModelItem(int row, char state) {
        this.row = row;
        this.state = state;
    }

    int tries() {
        return record == null ? 0 : record.tries();
    }

    int crashes() {
        return record == null ? 0 : record.crashes();
    }

    boolean heldBy(String wanted) {
        return token != null && token.equals(wanted);
    }

    void drop() {
        asked = null;
        said = said == null ? null : new Said(said.id(), said.answer(), false);
        token = null;
        started = false;
        waited = '\0';
        deadline = null;
    }
}
