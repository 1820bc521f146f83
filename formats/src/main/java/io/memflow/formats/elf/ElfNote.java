package io.memflow.formats.elf;

import java.lang.foreign.MemorySegment;

/**
 * One entry of a PT_NOTE segment.
 *
 * @param name owner of the note, without its terminating NUL
 * @param type meaning of the descriptor, defined by the owner
 * @param descriptor the note's bytes: a view of the parsed file, not a copy
 */
public record ElfNote(String name, int type, MemorySegment descriptor) {}
