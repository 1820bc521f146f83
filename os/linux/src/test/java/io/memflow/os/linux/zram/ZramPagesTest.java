package io.memflow.os.linux.zram;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.os.linux.structure.TestMachine;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ZramPagesTest {
    /** LZO-RLE of a page: {@code a}, 2047 zeros, the last 2048 bytes again. */
    private static final byte[] COMPRESSED = compressed();

    private final ZramMachine zram = new ZramMachine();

    private static byte[] compressed() {
        return new byte[] {
            17,
            1,
            18,
            'a',
            0x18 | (2043 & 7),
            (byte) 0xFC,
            (byte) 0xFF,
            (byte) (2043 >>> 3),
            32,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            (byte) (2048 - 2 - 31 - 7 * 255),
            (byte) (2047 << 2),
            (byte) (2047 << 2 >>> 8),
            17,
            0,
            0
        };
    }

    private static byte[] page() {
        byte[] page = new byte[4096];
        page[0] = 'a';
        page[2048] = 'a';
        return page;
    }

    private KeptPage find(long page) {
        return zram.pages().find(ZramMachine.DEVICE, page, zram.frames()).orElseThrow();
    }

    private void assertWhole(long page, String where, byte[] bytes) {
        assertThat(find(page)).isInstanceOfSatisfying(KeptPage.Whole.class, whole -> {
            assertThat(whole.where()).isEqualTo(where);
            assertThat(whole.bytes()).isEqualTo(bytes);
        });
    }

    private void assertLost(long page, String why) {
        assertThat(find(page))
                .isInstanceOfSatisfying(
                        KeptPage.Lost.class, lost -> assertThat(lost.why()).contains(why));
    }

    @Test
    void aCompressedPageIsDecoded() {
        zram.slot(3, zram.object(5, COMPRESSED), COMPRESSED.length);

        assertWhole(3, "zram0 at page 3, 22 bytes of lzo-rle", page());
    }

    @Test
    void anObjectMayReachIntoTheNextPageOfItsChain() {
        // 42 * 96 = 4032: 64 bytes are on the first page; 85 * 96 = 8160: 32 on the second.
        zram.slot(0, zram.object(42, Arrays.copyOf(COMPRESSED, 22)), 22);
        zram.slot(1, zram.object(85, COMPRESSED), COMPRESSED.length);
        byte[] longer = new byte[88];
        Arrays.fill(longer, (byte) 7);
        long handle = zram.object(127, longer);

        assertWhole(0, "zram0 at page 0, 22 bytes of lzo-rle", page());
        assertWhole(1, "zram0 at page 1, 22 bytes of lzo-rle", page());
        ObjectPool pool = new ObjectPool(
                zram.machine.kernel(6, 12), zram.machine.kernel(6, 12).layout());
        assertThat(pool.read(ZramMachine.POOL, handle, 88, zram.frames())).isEqualTo(longer);
    }

    @Test
    void aPageThatCouldNotBeMadeSmallerIsThere() {
        byte[] noise = new byte[4096];
        new Random(1).nextBytes(noise);
        zram.slot(2, zram.whole(noise), 4096);

        assertWhole(2, "zram0 at page 2, not compressed", noise);
    }

    @Test
    void aPageOfOneWordIsFilled() {
        zram.slot(4, 0x4141_4141_4141_4141L, ZramMachine.SAME);
        byte[] filled = new byte[4096];
        Arrays.fill(filled, (byte) 'A');

        assertWhole(4, "zram0 at page 4, all words alike", filled);
    }

    @Test
    void aPartitionBeginsBehindTheDisksStart() {
        zram.machine.word(ZramMachine.DEVICE + 8, 2 * 8);
        zram.slot(5, 0, ZramMachine.SAME);

        assertWhole(3, "zram0 at page 5, all words alike", new byte[4096]);
    }

    @Test
    void aDriverThatIsPartOfTheKernelHasNoModule() {
        zram.machine.word(ZramMachine.OPERATIONS + 8, 0);
        zram.slot(5, 0, ZramMachine.SAME);

        assertWhole(5, "zram0 at page 5, all words alike", new byte[4096]);
    }

    @Test
    void whatIsNotThereHasItsReason() {
        zram.slot(0, 77, ZramMachine.WRITTEN_BACK)
                .slot(2, zram.object(1, COMPRESSED), 1L << 20 | 22)
                .slot(3, zram.object(2, COMPRESSED), 21)
                .slot(4, zram.object(3, COMPRESSED), 89)
                .slot(6, zram.object(6, COMPRESSED), 5000)
                .slot(7, 0xFFFF_FFFF_0000_0000L, 22);

        assertLost(0, "zram0 at page 0, which zram has written to block 77 of its backing device");
        assertLost(1, "of which zram has nothing");
        assertLost(2, "22 bytes of 842, for which there is no decoder");
        assertLost(3, "LZO: at offset");
        assertLost(4, "room for 88 bytes instead of 89");
        assertLost(6, "in 5000 bytes");
        assertLost(7, "Virtual address");
        assertLost(16, "behind the disk's end");
    }

    @Test
    void anObjectThatDoesNotBearItsHandleIsNotGiven() {
        long handle = zram.object(5, COMPRESSED);
        zram.slot(0, handle, 22);
        zram.machine.word(TestMachine.BASE + (ZramMachine.FRAMES[0] << 12) + 5 * 96, handle + 8 | 1);

        assertLost(0, "no object of that handle");
    }

    @Test
    void placesWithALowTagAreReadToo() {
        long handle = zram.object(5, COMPRESSED);
        zram.machine.word(handle, (ZramMachine.FRAMES[0] << 23 | 5) << 1);
        zram.slot(0, handle, 22);

        assertWhole(0, "zram0 at page 0, 22 bytes of lzo-rle", page());
    }

    @Test
    void otherDisksAreNotAskedFor() {
        zram.machine.text(ZramMachine.DISK, "loop0");
        assertThat(zram.pages().find(ZramMachine.DEVICE, 0, zram.frames())).isEmpty();
        zram.machine.text(ZramMachine.DISK, "zram0").text(ZramMachine.MODULE + 16, "mine");
        assertThat(zram.pages().find(ZramMachine.DEVICE, 0, zram.frames())).isEmpty();
        zram.machine.text(ZramMachine.MODULE + 16, "zram").word(ZramMachine.ZRAM, 1);
        assertLost(0, "zram0 is not the disk it belongs to");
    }

    @Test
    void damageEndsInAReason() {
        Random random = new Random(7);
        for (int round = 0; round < 2000; round++) {
            ZramMachine damaged = new ZramMachine();
            damaged.slot(3, damaged.object(42, COMPRESSED), 22);
            long at = ZramMachine.DEVICE + random.nextInt(0x200) * 8L;
            damaged.machine.word(
                    at, random.nextBoolean() ? random.nextLong() : ZramMachine.DEVICE + random.nextInt(4096));
            damaged.pages()
                    .find(ZramMachine.DEVICE, 3, damaged.frames())
                    .filter(KeptPage.Whole.class::isInstance)
                    .ifPresent(
                            kept -> assertThat(((KeptPage.Whole) kept).bytes()).hasSize(4096));
        }
    }
}
