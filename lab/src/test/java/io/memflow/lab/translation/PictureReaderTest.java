package io.memflow.lab.translation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MalformedDataException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class PictureReaderTest {
    private static final String CONTENT = """
            page 1000
            kcore ffff889b80100000 100000 9ee0000
            kcore ffffcac1c0000000 ffffffffffffffff 1fffffffffff
            kcore c67e0000 ffffffff 3841e000
            kernel ffffffff84600000
            process 89 sleeper
            process 91 spinner
            map 400000 403000 r-xp /init
            pages 400000 142 84249 87fb2+1
            map 500000 501000 ---p\s
            """;

    @Test
    void readsWhatTheGuestPrinted() {
        GuestPicture picture = PictureReader.read("quiet\n" + framed(CONTENT) + "later\n");

        assertThat(picture.pageSize()).isEqualTo(4096);
        assertThat(picture.segments())
                .containsExactly(
                        new KernelSegment(0xffff889b80100000L, 0x9ee0000, OptionalLong.of(0x100000)),
                        new KernelSegment(0xffffcac1c0000000L, 0x1fffffffffffL, OptionalLong.empty()),
                        new KernelSegment(0xc67e0000L, 0x3841e000, OptionalLong.empty()));
        assertThat(picture.symbols()).containsExactly(0xffffffff84600000L);
        assertThat(picture.processes()).hasSize(2);
        ProcessPicture spinner = picture.spinner();
        assertThat(spinner.pid()).isEqualTo(91);
        assertThat(spinner.pages())
                .containsExactly(
                        new PagemapEntry(0x400000, 0x84249000L, 0x142),
                        new PagemapEntry(0x401000, 0x87fb2000L, 0x142),
                        new PagemapEntry(0x402000, 0x87fb3000L, 0x142));
        assertThat(spinner.areas()).extracting(MappedArea::isAccessible).containsExactly(true, false);
    }

    @Test
    void anythingInBetweenIsNoticed() {
        String sound = framed(CONTENT);
        int middle = sound.indexOf("kernel");
        String disturbed = sound.substring(0, middle) + "[    1.2] a message\n" + sound.substring(middle);
        assertThatThrownBy(() -> PictureReader.read(disturbed)).isInstanceOf(MalformedDataException.class);
    }

    @Test
    void aCutPictureIsRefused() {
        String sound = framed(CONTENT);
        for (int length = 0; length < sound.length() - 1; length++) {
            String cut = sound.substring(0, length);
            assertThatThrownBy(() -> PictureReader.read(cut)).isInstanceOf(MalformedDataException.class);
        }
    }

    @Test
    void changedContentRaisesOnlyOurException() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            StringBuilder bad = new StringBuilder(CONTENT);
            bad.setCharAt(random.nextInt(bad.length()), (char) (' ' + random.nextInt(95)));
            String console = framed(bad.toString());
            try {
                assertThat(PictureReader.read(console).processes()).isNotEmpty();
            } catch (MalformedDataException e) {
                assertThat(e.format()).isEqualTo("guest picture");
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + round + ": " + console, e);
            }
        }
    }

    private static String framed(String content) {
        CRC32 sum = new CRC32();
        sum.update(content.getBytes(StandardCharsets.UTF_8));
        return "LAB-PICTURE %d %x\n%sLAB-PICTURE-END\n".formatted(content.length(), sum.getValue(), content);
    }
}
