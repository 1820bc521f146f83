package io.memflow.os.linux.zram;

import io.memflow.os.linux.structure.TestMachine;

/**
 * A machine with one disk, {@code zram0}, of 16 pages and a pool with a class of 96 bytes, of which 128 lie in a chain of three
 * pages, and a class of whole pages. Structures are small and made up.
 */
final class ZramMachine {
    static final long DEVICE = TestMachine.BASE + 0x10_0000;
    static final long DISK = DEVICE + 0x100;
    static final long OPERATIONS = DEVICE + 0x200;
    static final long MODULE = DEVICE + 0x300;
    static final long ZRAM = DEVICE + 0x400;
    static final long POOL = DEVICE + 0x600;
    static final long SMALL = DEVICE + 0x700;
    static final long WHOLE = DEVICE + 0x780;
    static final long CHAIN = DEVICE + 0x800;
    static final long WHOLE_CHAIN = DEVICE + 0x880;
    static final long HANDLES = DEVICE + 0xC00;
    static final long TABLE = TestMachine.BASE + 0x11_0000;
    static final long PAGES = TestMachine.BASE + 0x12_0000;
    static final long NAME = TestMachine.BASE + 0x13_0000;

    /** Frames of the chain, in its order, and of the whole page. */
    static final long[] FRAMES = {0x300, 0x310, 0x305};

    static final long WHOLE_FRAME = 0x320;
    static final int SMALL_BYTES = 96;
    static final int SIZE_BITS = 13;
    static final long SAME = 1L << 13;
    static final long WRITTEN_BACK = 1L << 15;
    private static final int PAGE_BYTES = 64;
    /** As on x86-64 with 5 levels, since 6.9. */
    private static final int INDEX_BITS = 24;

    final TestMachine machine = new TestMachine();
    private long handles;

    ZramMachine() {
        machine.member("block_device.bd_disk", 0, 8)
                .member("block_device.bd_start_sect", 8, 8)
                .member("gendisk.disk_name", 0, 32)
                .member("gendisk.fops", 32, 8)
                .member("gendisk.private_data", 40, 8)
                .member("block_device_operations.owner", 8, 8)
                .member("module.name", 16, 56)
                .member("zram.disk", 0, 8)
                .member("zram.table", 8, 8)
                .member("zram.mem_pool", 16, 8)
                .member("zram.disksize", 24, 8)
                .member("zram.comp_algs", 32, 16)
                .size("zram_table_entry", 16)
                .member("zram_table_entry.handle", 0, 8)
                .member("zram_table_entry.flags", 8, 4)
                .enumerator("zram_pageflags", "ZRAM_SAME", 13)
                .enumerator("zram_pageflags", "ZRAM_WB", 15)
                .enumerator("zram_pageflags", "ZRAM_COMP_PRIORITY_BIT1", 20);
        machine.member("zpdesc.zspage", 40, 8)
                .member("zpdesc.handle", 32, 8)
                .bits("zspage.class", 5, 9, 4)
                .bits("zspage.magic", 14, 8, 4)
                .member("zspage.pool", 8, 8)
                .member("zs_pool.size_class", 8, 16)
                .member("size_class.size", 0, 4)
                .member("size_class.objs_per_zspage", 4, 4)
                .member("size_class.pages_per_zspage", 8, 4);
        disk();
        pool();
    }

    private void disk() {
        machine.word(DEVICE, DISK)
                .text(DISK, "zram0")
                .word(DISK + 32, OPERATIONS)
                .word(DISK + 40, ZRAM)
                .word(OPERATIONS + 8, MODULE)
                .text(MODULE + 16, "zram");
        machine.word(ZRAM, DISK)
                .word(ZRAM + 8, TABLE)
                .word(ZRAM + 16, POOL)
                .word(ZRAM + 24, 16 * 4096)
                .word(ZRAM + 32, NAME)
                .word(ZRAM + 40, NAME + 16)
                .text(NAME, "lzo-rle")
                .text(NAME + 16, "842");
    }

    private void pool() {
        machine.word(POOL + 8, SMALL).word(POOL + 16, WHOLE);
        machine.half(SMALL, SMALL_BYTES).half(SMALL + 4, 128).half(SMALL + 8, 3);
        machine.half(WHOLE, 4096).half(WHOLE + 4, 1).half(WHOLE + 8, 1);
        machine.half(CHAIN, 0x58 << 14).word(CHAIN + 8, POOL);
        machine.half(WHOLE_CHAIN, 0x58 << 14 | 1 << 5).word(WHOLE_CHAIN + 8, POOL);
        for (int i = 0; i < FRAMES.length; i++) {
            machine.word(page(FRAMES[i]) + 40, CHAIN);
            machine.word(page(FRAMES[i]) + 32, i + 1 < FRAMES.length ? page(FRAMES[i + 1]) : 0);
        }
        machine.word(page(WHOLE_FRAME) + 40, WHOLE_CHAIN);
    }

    static long page(long frame) {
        return PAGES + (frame & 0xFF) * PAGE_BYTES;
    }

    /** Frames from 0x300 on have a {@code struct page}. */
    FrameTable frames() {
        return new FrameTable() {
            @Override
            public long page(long frame) {
                return frame >= 0x300 && frame < 0x400 ? ZramMachine.page(frame) : 0x1234;
            }

            @Override
            public long physical(long page) {
                return (0x300 + (page - PAGES) / PAGE_BYTES) << 12;
            }
        };
    }

    /** Puts an object into the chain and gives its handle. */
    long object(int index, byte[] bytes) {
        long handle = handle();
        int at = index * SMALL_BYTES;
        machine.word(handle, FRAMES[at >>> 12] << INDEX_BITS | index);
        machine.word(TestMachine.BASE + (FRAMES[at >>> 12] << 12) + (at & 0xFFF), handle | 1);
        for (int i = 0; i < bytes.length; i++) {
            int place = at + 8 + i;
            machine.bytes(TestMachine.BASE + (FRAMES[place >>> 12] << 12) + (place & 0xFFF), new byte[] {bytes[i]});
        }
        return handle;
    }

    /** Makes an object of a whole page. */
    long whole(byte[] bytes) {
        long handle = handle();
        machine.word(handle, WHOLE_FRAME << INDEX_BITS);
        machine.word(page(WHOLE_FRAME) + 32, handle | 1);
        machine.bytes(TestMachine.BASE + (WHOLE_FRAME << 12), bytes);
        return handle;
    }

    private long handle() {
        handles += 8;
        return HANDLES + handles;
    }

    ZramMachine slot(int number, long handle, long flags) {
        machine.word(TABLE + number * 16L, handle).word(TABLE + number * 16L + 8, flags);
        return this;
    }

    ZramPages pages() {
        return new ZramPages(machine.kernel(6, 12));
    }
}
