package io.memflow.core.os;

/**
 * One piece of memory that a module has.
 *
 * @param purpose what it is for, in the system's own words
 * @param base virtual address of its first byte
 * @param size in bytes
 */
public record ModulePart(String purpose, long base, long size) {}
