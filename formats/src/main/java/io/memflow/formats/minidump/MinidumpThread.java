package io.memflow.formats.minidump;

import io.memflow.formats.crashdump.MemoryBlock;
import io.memflow.formats.crashdump.ProcessorContext;
import org.jspecify.annotations.Nullable;

/**
 * A thread.
 *
 * @param id its number
 * @param suspendCount how often it is suspended
 * @param priorityClass of its process
 * @param priority its own
 * @param teb virtual address of its environment block; 0 when not known
 * @param stack its stack's memory, as far as the dump has it; null without any
 * @param context its registers; null when the dump does not have them, or the machine is not known here
 */
public record MinidumpThread(
        long id,
        long suspendCount,
        long priorityClass,
        long priority,
        long teb,
        @Nullable MemoryBlock stack,
        @Nullable ProcessorContext context) {}
