package io.memflow.os.linux.log;

import io.memflow.core.address.Address;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.Listing;
import io.memflow.core.os.LogRecord;
import io.memflow.core.os.MissingPart;
import io.memflow.core.structure.KernelField;
import io.memflow.os.linux.structure.Kernel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The log up to 5.9: records of {@code struct printk_log} and their texts one behind the other in {@code log_buf}
 * (kernel/printk/printk.c). Thread-safe.
 */
final class RecordBuffer implements KernelLog {
    private static final String SOURCE = "printk-buffer";

    private final MemoryView memory;
    private final long buffer;
    private final long size;
    private final long firstSequence;
    private final long nextSequence;
    private final long firstIndex;
    private final KernelField length;
    private final KernelField textLength;
    private final long headerBytes;
    private final RecordFields fields;

    RecordBuffer(Kernel kernel) {
        memory = kernel.memory();
        buffer = kernel.address("log_buf");
        size = kernel.address("log_buf_len");
        firstSequence = kernel.address("log_first_seq");
        nextSequence = kernel.address("log_next_seq");
        firstIndex = kernel.address("log_first_idx");
        length = kernel.field("printk_log", "len");
        textLength = kernel.field("printk_log", "text_len");
        headerBytes = kernel.layout().size("printk_log");
        fields = new RecordFields(kernel, "printk_log");
    }

    @Override
    public Listing<LogRecord> records() {
        long start = memory.readPointer(buffer);
        long bytes = memory.readUnsigned(size, Integer.BYTES);
        long index = memory.readUnsigned(firstIndex, Integer.BYTES);
        long sequence = memory.readLong(firstSequence);
        long end = memory.readLong(nextSequence);
        List<LogRecord> rows = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>();
        // Each record takes its header at least: more than fit are damage.
        long limit = sequence + bytes / headerBytes;
        boolean wrapped = false;
        try {
            while (sequence < end && sequence < limit) {
                long record = start + index;
                long taken = index + headerBytes > bytes ? 0 : length.unsigned(record);
                if (taken == 0 && index != 0 && !wrapped) {
                    index = 0;
                    wrapped = true;
                    continue;
                }
                if (taken < headerBytes || taken > bytes - index) {
                    missing.add(new MissingPart(
                            "kernel log", "the record at " + Address.format(record) + " claims " + taken + " bytes"));
                    break;
                }
                FieldReader reader = new FieldReader();
                int characters = (int) Math.min(textLength.unsigned(record), taken - headerBytes);
                String text = reader.read(
                        "text",
                        () -> new String(memory.readBytes(record + headerBytes, characters), StandardCharsets.UTF_8));
                rows.add(fields.row(record, sequence++, text, reader, SOURCE));
                index += taken;
            }
        } catch (MemoryAccessException unreadable) {
            missing.add(new MissingPart("kernel log", unreadable.getMessage()));
        }
        return new Listing<>(rows, missing);
    }
}
