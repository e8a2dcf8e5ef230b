package dev.trawl.queue;

/** A row of a {@link JobModel}; a refused one and one with a repeated key have only their state. */
final class ModelItem {
    /** How often an item was tried to no end, how often it lost its worker, and the last token that gave it back. */
    record Record(int tries, int crashes, String token) {}

    /** Which token ended an item, in which generation, and how. */
    record Result(String token, int generation, String error, int attempts) {}

    final int row;
    char state;
    char error;
    int repeats;
    String token;
    boolean started;
    boolean waited;
    Double deadline;
    Double due;
    Double hold;
    Record record;
    Result result;

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
        token = null;
        started = false;
        waited = false;
        deadline = null;
    }
}
