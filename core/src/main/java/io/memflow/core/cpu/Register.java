package io.memflow.core.cpu;

import java.math.BigInteger;

/**
 * One register of a processor. Immutable.
 *
 * @param name in small letters, without zeros before a number: {@code rax}, {@code cr3}, {@code x0}, {@code satp}; the parts
 *     of an x86 segment register are {@code gs}, {@code gs_base}, {@code gs_limit}, {@code gs_flags}
 * @param bits its width as far as the source tells it
 * @param value never negative
 */
public record Register(String name, int bits, BigInteger value) {}
