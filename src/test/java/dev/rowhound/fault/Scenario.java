package dev.rowhound.fault;

import dev.rowhound.fault.Workload.Mix;

/**
 * A kind of fault and how it is caused.
 *
 * @param name its letter, and what tells it from others of that letter
 * @param fsync when Redis forces its log to the disk
 * @param poisonous whether poison rows kill their nodes
 * @param mayLose whether Redis may lose the end of its log
 * @param steadyStore whether Redis answers all the time
 * @param mix what is uploaded
 * @param plan causes the faults, one after the other
 */
record Scenario(
        String name, String fsync, boolean poisonous, boolean mayLose, boolean steadyStore, Mix mix, Plan plan) {

    /** Causes faults while the cluster works. */
    interface Plan {
        void cause(FaultRun run) throws Exception;
    }
}
