package io.memflow.formats.minidump;

import io.memflow.formats.crashdump.ExceptionRecord;
import io.memflow.formats.crashdump.ProcessorContext;
import org.jspecify.annotations.Nullable;

/**
 * What the dump was written for.
 *
 * @param threadId number of the thread it happened in
 * @param record what happened
 * @param context the thread's registers at that time; null when the dump does not have them
 */
public record MinidumpException(
        long threadId, ExceptionRecord record, @Nullable ProcessorContext context) {}
