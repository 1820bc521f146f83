package io.memflow.formats.kallsyms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import io.memflow.formats.Corruption;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KallsymsCorruptionTest {
    private static final int SYMBOLS = 600;

    private static final KernelImageBuilder[] LAYOUTS = {
        new KernelImageBuilder(TableOrder.ADDRESSES_FIRST, AddressEncoding.RELATIVE_ABSOLUTE_PERCPU).markers(8),
        new KernelImageBuilder(TableOrder.ADDRESSES_FIRST_WITH_SEQUENCE, AddressEncoding.RELATIVE),
        new KernelImageBuilder(TableOrder.ADDRESSES_LAST, AddressEncoding.PLACE_RELATIVE).packed(),
        new KernelImageBuilder(TableOrder.ADDRESSES_FIRST, AddressEncoding.ABSOLUTE).pointers(4)
    };

    @Test
    void survivesDamage() {
        for (KernelImageBuilder layout : LAYOUTS) {
            byte[] image = layout.small().withSymbols(SYMBOLS).build();
            Corruption.mutate(image, 2500, 11, segment -> exercise(segment, layout));
            layout.symbols().clear();
        }
    }

    @Test
    void survivesTruncation() {
        KernelImageBuilder layout = new KernelImageBuilder(
                        TableOrder.ADDRESSES_LAST, AddressEncoding.RELATIVE_ABSOLUTE_PERCPU)
                .small()
                .withSymbols(SYMBOLS);
        Corruption.truncate(layout.build(), 200, 1000, 3, segment -> exercise(segment, layout));
    }

    /** Damage at every byte of the parts that lead the search: count, markers, tokens and index. */
    @Test
    void survivesAnySingleByteOfTheTable() {
        KernelImageBuilder layout = new KernelImageBuilder(
                        TableOrder.ADDRESSES_FIRST_WITH_SEQUENCE, AddressEncoding.RELATIVE)
                .small()
                .withSymbols(300);
        byte[] image = layout.build();
        Random random = new Random(17);
        for (int at = 0; at < image.length; at += 3) {
            byte[] bad = image.clone();
            bad[at] = (byte) random.nextInt();
            Corruption.mutate(bad, 1, at, segment -> exercise(segment, layout));
        }
    }

    private static void exercise(MemorySegment image, KernelImageBuilder layout) {
        Kallsyms found = Kallsyms.find(image, layout.address(), layout.pointerBytes());
        found.forEach(symbol -> {
            assertThat(symbol.name()).isNotEmpty();
            found.nearest(symbol.address());
        });
        found.address("_text");
        found.layout();
    }

    @Test
    void saysHowFarItCameWhenThereIsNoTable() {
        assertNotFound(new byte[0], "0 runs of digits");
        assertNotFound(new byte[7], "0 runs of digits");
        assertNotFound(new byte[1 << 16], "no run of digits belongs to a token table");

        byte[] image = image();
        int tokens = indexOf(image, "\0_\0`\0a\0");
        byte[] noTokens = image.clone();
        noTokens[tokens] = 'x';
        assertNotFound(noTokens, "no run of digits belongs to a token table");

        byte[] noAddresses = image.clone();
        Arrays.fill(noAddresses, 0x1_2340, 0x1_2340 + 4 * SYMBOLS, (byte) 0x5A);
        assertNotFound(noAddresses, "no addresses fit the names");
    }

    @Test
    void rejectsATableWhoseTextLiesElsewhere() {
        byte[] image = image();
        long wrong = KernelImageBuilder.ADDRESS_64 + 0x4000_0000L;

        assertThatThrownBy(() -> Kallsyms.find(MemorySegment.ofArray(image), wrong, 8))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("no addresses fit the names");
    }

    @Test
    void endsOnAnImageFullOfDigits() {
        byte[] image = new byte[1 << 20];
        for (int at = 0; at < image.length; at++) {
            image[at] = at % 2 == 0 ? (byte) ('0' + at / 2 % 10) : 0;
        }

        assertNotFound(image, "4096 runs of digits");
    }

    private static byte[] image() {
        return new KernelImageBuilder(TableOrder.ADDRESSES_FIRST, AddressEncoding.RELATIVE)
                .withSymbols(SYMBOLS)
                .build();
    }

    private static int indexOf(byte[] image, String text) {
        String all = new String(image, StandardCharsets.ISO_8859_1);
        int index = all.indexOf(text);
        assertThat(index).isPositive();
        return index;
    }

    private static void assertNotFound(byte[] image, String reason) {
        assertThatThrownBy(() -> Kallsyms.find(MemorySegment.ofArray(image), KernelImageBuilder.ADDRESS_64, 8))
                .isInstanceOfSatisfying(
                        MemflowException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(ErrorKind.NOT_FOUND))
                .hasMessageContaining(reason)
                .hasMessageContaining("CONFIG_KALLSYMS");
    }

    @Test
    void refusesOtherPointerWidthsAndUnalignedImages() {
        MemorySegment image = MemorySegment.ofArray(new byte[16]);

        assertThatThrownBy(() -> Kallsyms.find(image, 0x1000, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Kallsyms.find(image, 0x1001, 8)).isInstanceOf(IllegalArgumentException.class);
    }
}
