package io.memflow.lab.translation;

import java.util.OptionalLong;

/**
 * A loadable segment of {@code /proc/kcore}: a part of the kernel's address space, of which not all need be mapped.
 *
 * @param start first virtual address
 * @param length bytes
 * @param physical where it starts in physical memory, when the kernel says so: for RAM and for its own image
 */
record KernelSegment(long start, long length, OptionalLong physical) {}
