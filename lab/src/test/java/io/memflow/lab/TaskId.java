package io.memflow.lab;

/** A task by its process and its own id. Immutable. */
record TaskId(int pid, int tid) {}
