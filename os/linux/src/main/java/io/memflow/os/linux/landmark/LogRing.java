package io.memflow.os.linux.landmark;

import io.memflow.core.structure.StructureLayout;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;

/**
 * {@code prb}, which points to the log's ring (kernel/printk/printk.c): a ring is known by its newest descriptor, which bears
 * the number of the ring's head. Two rings may be there, the one of early boot and its successor; one word points to the
 * one in use. Confined.
 */
final class LogRing {
    /** {@code CONFIG_LOG_BUF_SHIFT} is 12 to 25; {@code log_buf_len=} allows 2^31. A record has at least 2^5 bytes of text. */
    private static final int LARGEST_BITS = 31;

    /** The state of a descriptor is in the two highest bits beside its number ({@code DESC_FLAGS_SHIFT}). */
    private static final long NUMBER_MASK = -1L >>> 2;

    private final ImageWords image;
    private final long size;
    private final long count;
    private final long descriptors;
    private final long infos;
    private final long head;
    private final long textBits;
    private final long texts;
    private final long descriptorBytes;
    private final long state;

    LogRing(ImageWords image, StructureLayout layout) {
        this.image = image;
        size = layout.size("printk_ringbuffer");
        count = layout.offset("printk_ringbuffer", "desc_ring.count_bits");
        descriptors = layout.offset("printk_ringbuffer", "desc_ring.descs");
        infos = layout.offset("printk_ringbuffer", "desc_ring.infos");
        head = layout.offset("printk_ringbuffer", "desc_ring.head_id.counter");
        textBits = layout.offset("printk_ringbuffer", "text_data_ring.size_bits");
        texts = layout.offset("printk_ringbuffer", "text_data_ring.data");
        descriptorBytes = layout.size("prb_desc");
        state = layout.offset("prb_desc", "state_var.counter");
    }

    /** Virtual address of the variable. */
    OptionalLong find() {
        Set<Long> rings = new HashSet<>();
        for (long at = 0; at + size <= image.size(); at += ImageWords.WORD) {
            if (isRing(at)) {
                rings.add(image.address(at));
            }
        }
        OptionalLong found = OptionalLong.empty();
        for (long at = 0; !rings.isEmpty() && at + ImageWords.WORD <= image.size(); at += ImageWords.WORD) {
            if (rings.contains(image.word(at))) {
                if (found.isPresent()) {
                    return OptionalLong.empty();
                }
                found = OptionalLong.of(image.address(at));
            }
        }
        return found;
    }

    private boolean isRing(long at) {
        int bits = image.half(at + count);
        int textSize = image.half(at + textBits);
        if (bits <= 0
                || bits > LARGEST_BITS
                || textSize <= bits
                || textSize > LARGEST_BITS
                || !image.isPointer(image.word(at + descriptors))
                || !image.isPointer(image.word(at + infos))
                || !image.isPointer(image.word(at + texts))) {
            return false;
        }
        long newest = image.word(at + head) & NUMBER_MASK;
        long descriptor = image.word(at + descriptors) + (newest & ((1L << bits) - 1)) * descriptorBytes;
        return (image.pointer(descriptor + state) & NUMBER_MASK) == newest;
    }
}
