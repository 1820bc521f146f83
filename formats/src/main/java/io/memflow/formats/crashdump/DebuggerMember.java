package io.memflow.formats.crashdump;

/**
 * Where a member lies, as a kernel tells its debugger ({@link DebuggerOffsets}).
 *
 * @param structure such as {@code _EPROCESS}
 * @param member such as {@code Peb}
 * @param offset in bytes
 */
public record DebuggerMember(String structure, String member, int offset) {}
