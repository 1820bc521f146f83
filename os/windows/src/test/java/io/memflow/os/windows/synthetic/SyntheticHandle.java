package io.memflow.os.windows.synthetic;

/**
 * A handle of a synthetic process, as it was built.
 *
 * @param value a multiple of 4
 * @param object virtual address of the object itself, behind its header
 * @param type such as {@code File}
 * @param name {@code \}-separated; empty for an object without one
 * @param access what was granted
 */
public record SyntheticHandle(long value, long object, String type, String name, int access) {}
