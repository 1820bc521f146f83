package io.memflow.os.linux.log;

import io.memflow.core.error.MalformedDataException;
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

    /** The smallest page of all machines. */
    private static final long PAGE_BYTES = 4096;
    /** Pages of descriptors in a row that cannot be read, after which the rest is given up: 1 MiB, some 40,000 records. */
    private static final int MOST_LOST_PAGES = 256;

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
        if (bits < 0 || bits > LARGEST_COUNT_BITS || textBits < 0 || textBits > LARGEST_SIZE_BITS) {
            return Listing.absent("kernel log", "its ring claims 2^" + bits + " records and 2^" + textBits + " bytes");
        }
        Opened opened = new Opened(
                1L << bits, descriptors.pointer(buffer), infos.pointer(buffer), textBits, data.pointer(buffer));
        long idMask = -1L >>> (Long.SIZE - wordBytes * Byte.SIZE + 2);
        long tail = tailId.unsigned(buffer) & idMask;
        long length = ((headId.unsigned(buffer) & idMask) - tail) & idMask;
        List<MissingPart> missing = new ArrayList<>();
        if (length >= opened.count) {
            missing.add(new MissingPart("kernel log", "its ring's head is " + length + " records behind its tail"));
            length = opened.count - 1;
        }
        return new Listing<>(new Reading(opened, idMask, missing).records(tail, length + 1), missing);
    }

    /** One pass over the ring. Confined. */
    private final class Reading {
        private final Opened opened;
        private final long idMask;
        private final LostRecords lost;
        private final List<LogRecord> rows = new ArrayList<>();
        /** Texts lie side by side, so together they are no longer than their ring. */
        private long textLeft;

        Reading(Opened opened, long idMask, List<MissingPart> missing) {
            this.opened = opened;
            this.idMask = idMask;
            lost = new LostRecords(missing);
            textLeft = 1L << opened.sizeBits;
        }

        List<LogRecord> records(long tail, long count) {
            long done = 0;
            while (done < count) {
                long id = (tail + done) & idMask;
                long next = count;
                try {
                    long word = state.unsigned(descriptor(id));
                    next = done + 1;
                    add(id, word);
                    lost.close();
                } catch (MemoryAccessException unreadable) {
                    if (next == count && lost.pages() < MOST_LOST_PAGES) {
                        next = Math.min(count, done + descriptorsInPage(id));
                    }
                    lost.add(id, tail + next - 1 & idMask, unreadable.getMessage());
                }
                done = next;
            }
            lost.close();
            return rows;
        }

        private long descriptor(long id) {
            return opened.descriptors + (id & (opened.count - 1)) * descriptorBytes;
        }

        /** How many descriptors from this one on begin in its page, which as a whole cannot be read. */
        private long descriptorsInPage(long id) {
            long rest = PAGE_BYTES - (descriptor(id) & (PAGE_BYTES - 1));
            long inPage = (rest + descriptorBytes - 1) / descriptorBytes;
            return Math.min(inPage, opened.count - (id & (opened.count - 1)));
        }

        private void add(long id, long word) {
            int shift = wordBytes * Byte.SIZE - 2;
            int kind = (int) (word >>> shift) & 3;
            boolean isThere = kind == COMMITTED || kind == FINALIZED;
            if (isThere && (word & ((1L << shift) - 1)) == id) {
                long info = opened.infos + (id & (opened.count - 1)) * infoBytes;
                FieldReader reader = new FieldReader();
                String text = text(id, info, reader);
                rows.add(fields.row(info, sequence.unsigned(info), text, reader, SOURCE));
            }
        }

        private @Nullable String text(long id, long info, FieldReader reader) {
            try {
                long descriptor = descriptor(id);
                return text(id, begin.unsigned(descriptor), next.unsigned(descriptor), info);
            } catch (MemoryAccessException | MalformedDataException unreadable) {
                reader.note("text", String.valueOf(unreadable.getMessage()));
                return null;
            }
        }

        /** {@code get_data()} and {@code copy_data()}: a block that would cross the ring's end begins at its start. */
        private String text(long id, long from, long to, long info) {
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
            if (length > textLeft) {
                throw new MalformedDataException("printk ring", start, "the texts together are longer than their ring");
            }
            textLeft -= length;
            return new String(memory.readBytes(opened.texts + start + wordBytes, length), StandardCharsets.UTF_8);
        }
    }
}
