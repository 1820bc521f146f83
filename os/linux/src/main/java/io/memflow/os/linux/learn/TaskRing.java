package io.memflow.os.linux.learn;

import java.util.List;

/**
 * The ring of all processes, found before any offset is known.
 *
 * @param comm virtual address of the idle task's name
 * @param link where the ring's link lies from the name, in bytes; negative
 * @param names virtual addresses of all names, the idle task's first, in the ring's order
 */
record TaskRing(long comm, int link, List<Long> names) {}
