package io.memflow.os.linux.zram;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.core.structure.StructureLayout;
import io.memflow.core.structure.WhenKnown;
import io.memflow.os.linux.structure.Kernel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Gives pages of zram disks as they were before zram made them smaller. Thread-safe. */
public final class ZramPages {
    private final ZramDisks disks;
    private final WhenKnown<ZramSlots> slots;
    private final WhenKnown<ObjectPool> objects;
    private final int pageBytes;
    private final int word;

    /** @throws MemflowException of kind NOT_FOUND when this kernel's types lack block devices */
    public ZramPages(Kernel kernel) {
        disks = new ZramDisks(kernel);
        WhenKnown<StructureLayout> layout = new WhenKnown<>(() -> ZramTypes.of(kernel));
        slots = new WhenKnown<>(() -> new ZramSlots(kernel, layout.get()));
        objects = new WhenKnown<>(() -> new ObjectPool(kernel, layout.get()));
        pageBytes = (int) kernel.facts().pageBytes();
        word = kernel.facts().pointerBytes();
    }

    /**
     * Finds a page of a block device.
     *
     * @param device virtual address of the {@code struct block_device}
     * @param block number of the page from the device's start
     * @param frames where the {@code struct page}s are
     * @return empty when the device is no zram disk
     */
    public Optional<KeptPage> find(long device, long block, FrameTable frames) {
        try {
            return disks.find(device, () -> slots.get().disk()).map(disk -> page(disk, disk.start() + block, frames));
        } catch (MemflowException unknown) {
            return Optional.of(new KeptPage.Lost("zram has it, but how is not known: " + unknown.getMessage()));
        }
    }

    private KeptPage page(ZramDisk disk, long number, FrameTable frames) {
        String place = "%s at page %s".formatted(disk.name(), Long.toUnsignedString(number));
        try {
            return switch (slots.get().find(disk, number)) {
                case ZramSlot.Same filled -> new KeptPage.Whole(place + ", all words alike", filled(filled.word()));
                case ZramSlot.Whole whole ->
                    new KeptPage.Whole(place + ", not compressed", object(disk, whole.handle(), pageBytes, frames));
                case ZramSlot.Compressed compressed -> decoded(disk, place, compressed, frames);
                case ZramSlot.Lost lost -> new KeptPage.Lost(place + ", " + lost.why());
            };
        } catch (MemflowException damaged) {
            return new KeptPage.Lost(place + "; " + damaged.getMessage());
        }
    }

    private byte[] filled(long value) {
        ByteBuffer page = ByteBuffer.allocate(pageBytes).order(ByteOrder.LITTLE_ENDIAN);
        while (page.hasRemaining()) {
            if (word == Long.BYTES) {
                page.putLong(value);
            } else {
                page.putInt((int) value);
            }
        }
        return page.array();
    }

    private byte[] object(ZramDisk disk, long handle, int bytes, FrameTable frames) {
        return objects.get().read(slots.get().pool(disk), handle, bytes, frames);
    }

    private KeptPage decoded(ZramDisk disk, String place, ZramSlot.Compressed compressed, FrameTable frames) {
        String algorithm = compressed.algorithm();
        String form = "%s, %d bytes of %s".formatted(place, compressed.bytes(), algorithm);
        Optional<PageDecoder> decoder = PageDecoder.named(algorithm);
        if (decoder.isEmpty()) {
            return new KeptPage.Lost(form + ", for which there is no decoder");
        }
        byte[] page = new byte[pageBytes];
        int length = decoder.get().decode(object(disk, compressed.handle(), compressed.bytes(), frames), page);
        if (length != pageBytes) {
            throw new MalformedDataException(algorithm, 0, "it makes %d bytes, no page".formatted(length));
        }
        return new KeptPage.Whole(form, page);
    }
}
