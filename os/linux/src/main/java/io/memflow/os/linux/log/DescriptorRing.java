package io.memflow.os.linux.log;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.Listing;
import io.memflow.core.os.LogRecord;
import io.memflow.core.os.MissingPart;
import io.memflow.os.linux.structure.FieldReader;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.structure.KernelField;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The log since 5.10: {@code struct printk_ringbuffer} (kernel/printk/printk_ringbuffer.h), a ring of descriptors beside a
 * ring of texts. Thread-safe.
 */
final class DescriptorRing implements KernelLog {
    private static final String SOURCE = "printk-ring";
    /** {@code desc_committed} and {@code desc_finalized}: the record is there. */
    private static final int COMMITTED = 1;

    private static final int FINALIZED = 2;
    /** Set in a position that stands for no text: {@code LPOS_DATALESS()}. */
    private static final long NO_TEXT = 1;

    private static final int LARGEST_COUNT_BITS = 24;
    /** {@code LOG_BUF_LEN_MAX} is 2 GiB. */
    private static final int LARGEST_SIZE_BITS = 31;

    private final MemoryView memory;
    private final int wordBytes;
    private final long ring;
    private final KernelField countBits;
    private final KernelField descriptors;
    private final KernelField infos;
    private final KernelField headId;
    private final KernelField tailId;
    private final KernelField sizeBits;
    private final KernelField data;
    private final KernelField state;
    private final KernelField begin;
    private final KernelField next;
    private final KernelField sequence;
    private final KernelField textLength;
    private final long descriptorBytes;
    private final long infoBytes;
    private final RecordFields fields;

    DescriptorRing(Kernel kernel) {
        memory = kernel.memory();
        wordBytes = memory.properties().pointerBytes();
        ring = kernel.address("prb");
        countBits = kernel.field("printk_ringbuffer", "desc_ring.count_bits");
        descriptors = kernel.field("printk_ringbuffer", "desc_ring.descs");
        infos = kernel.field("printk_ringbuffer", "desc_ring.infos");
        headId = kernel.field("printk_ringbuffer", "desc_ring.head_id.counter");
        tailId = kernel.field("printk_ringbuffer", "desc_ring.tail_id.counter");
        sizeBits = kernel.field("printk_ringbuffer", "text_data_ring.size_bits");
        data = kernel.field("printk_ringbuffer", "text_data_ring.data");
        state = kernel.field("prb_desc", "state_var.counter");
        begin = kernel.field("prb_desc", "text_blk_lpos.begin");
        next = kernel.field("prb_desc", "text_blk_lpos.next");
        sequence = kernel.field("printk_info", "seq");
        textLength = kernel.field("printk_info", "text_len");
        descriptorBytes = kernel.layout().size("prb_desc");
        infoBytes = kernel.layout().size("printk_info");
        fields = new RecordFields(kernel, "printk_info");
    }

    /** The ring as it was when it was opened. */
    private record Opened(long count, long descriptors, long infos, int sizeBits, long texts) {}

    @Override
    public Listing<LogRecord> records() {
        long buffer = memory.readPointer(ring);
        int bits = (int) countBits.unsigned(buffer);
        int textBits = (int) sizeBits.unsigned(buffer);
        if (bits > LARGEST_COUNT_BITS || textBits > LARGEST_SIZE_BITS) {
            return Listing.absent("kernel log", "its ring claims 2^" + bits + " records and 2^" + textBits + " bytes");
        }
        Opened opened = new Opened(
                1L << bits, descriptors.pointer(buffer), infos.pointer(buffer), textBits, data.pointer(buffer));
        long idMask = -1L >>> (Long.SIZE - wordBytes * Byte.SIZE + 2);
        long tail = tailId.unsigned(buffer) & idMask;
        long length = ((headId.unsigned(buffer) & idMask) - tail) & idMask;
        List<LogRecord> rows = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>();
        if (length >= opened.count) {
            missing.add(new MissingPart("kernel log", "its ring's head is " + length + " records behind its tail"));
            length = opened.count - 1;
        }
        for (long i = 0; i <= length; i++) {
            add((tail + i) & idMask, opened, rows, missing);
        }
        return new Listing<>(rows, missing);
    }

    private void add(long id, Opened opened, List<LogRecord> rows, List<MissingPart> missing) {
        long index = id & (opened.count - 1);
        long descriptor = opened.descriptors + index * descriptorBytes;
        long info = opened.infos + index * infoBytes;
        try {
            long word = state.unsigned(descriptor);
            int shift = wordBytes * Byte.SIZE - 2;
            int kind = (int) (word >>> shift) & 3;
            boolean isThere = kind == COMMITTED || kind == FINALIZED;
            if (isThere && (word & ((1L << shift) - 1)) == id) {
                FieldReader reader = new FieldReader();
                String text = text(id, descriptor, info, opened, reader);
                rows.add(fields.row(info, sequence.unsigned(info), text, reader, SOURCE));
            }
        } catch (MemoryAccessException unreadable) {
            missing.add(new MissingPart("record " + id + " of the kernel log", unreadable.getMessage()));
        }
    }

    private @Nullable String text(long id, long descriptor, long info, Opened opened, FieldReader reader) {
        try {
            return text(id, begin.unsigned(descriptor), next.unsigned(descriptor), info, opened);
        } catch (MemoryAccessException | MalformedDataException lost) {
            reader.note("text", String.valueOf(lost.getMessage()));
            return null;
        }
    }

    /** {@code get_data()} and {@code copy_data()}: a block that would cross the ring's end begins at its start. */
    private String text(long id, long from, long to, long info, Opened opened) {
        if ((from & NO_TEXT) != 0) {
            return "";
        }
        long mask = (1L << opened.sizeBits) - 1;
        boolean wraps = from >>> opened.sizeBits != to >>> opened.sizeBits;
        long start = wraps ? 0 : from & mask;
        long bytes = wraps ? to & mask : to - from;
        if (bytes < wordBytes || bytes > mask - start + 1) {
            throw new MalformedDataException("printk ring", start, "a block of %d bytes".formatted(bytes));
        }
        long owner = memory.readUnsigned(opened.texts + start, wordBytes);
        if (owner != id) {
            throw new MalformedDataException("printk ring", start, "the text was overwritten by another record's");
        }
        int length = (int) Math.min(textLength.unsigned(info), bytes - wordBytes);
        return new String(memory.readBytes(opened.texts + start + wordBytes, length), StandardCharsets.UTF_8);
    }
}
