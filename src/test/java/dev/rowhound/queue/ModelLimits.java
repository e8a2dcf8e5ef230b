package dev.rowhound.queue;

/**
 * How much one run of a script does at most, in a {@link JobModel}.
 *
 * @param look rows that a claim looks at
 * @param width of those, how many at once behind the first
 * @param held rows that wait for their hosts before no fresh one is taken
 * @param lost items that a tick takes back
 * @param slice rows that a tick scans for failed ones
 * @param asks rows that had to wait for a question before the others are taken for such too
 */
record ModelLimits(int look, int width, int held, int lost, int slice, int asks) {
    static final ModelLimits REAL = new ModelLimits(10_000, 1000, 10_000, 100, 10_000, 10);
}
