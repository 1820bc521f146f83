package io.memflow.formats.btf;

import static io.memflow.formats.btf.BtfBuilder.bitField;
import static io.memflow.formats.btf.BtfBuilder.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MalformedDataException;
import io.memflow.formats.Corruption;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BtfCorruptionTest {
    private static final byte[] GOOD = good();

    private static byte[] good() {
        BtfBuilder builder = new BtfBuilder();
        int u64 = builder.integer("long unsigned int", 8);
        int pointer = builder.reference(BtfKind.PTR, "", u64);
        int array = builder.array(pointer, 4);
        int inner = builder.structure("", 16, member("a", u64, 0), member("b", pointer, 64));
        int alias = builder.reference(BtfKind.TYPEDEF, "inner_t", inner);
        builder.structure("outer", 64, member("", inner, 0), member("t", alias, 128), member("r", array, 256));
        builder.flaggedStructure("bits", 8, bitField("x", u64, 0, 3));
        builder.enumeration("states", 0, new BtfBuilder.Enumerator("ON", 1));
        builder.enumeration64("wide", new BtfBuilder.Enumerator("BIG", 1L << 40));
        int prototype = builder.type(BtfKind.FUNC_PROTO, "", 0, 1, u64, builder.string("x"), u64);
        builder.reference(BtfKind.FUNC, "run", prototype);
        int variable = builder.type(BtfKind.VAR, "v", 0, 0, u64, 1);
        builder.type(BtfKind.DATASEC, ".data", 0, 1, 8, variable, 0, 8);
        return builder.build();
    }

    @Test
    void survivesTruncationAtAnyByte() {
        Corruption.truncate(GOOD, GOOD.length, 0, 1, BtfCorruptionTest::exercise);
    }

    @Test
    void survivesDamage() {
        Corruption.mutate(GOOD, 20_000, 7, BtfCorruptionTest::exercise);
    }

    private static void exercise(MemorySegment blob) {
        Btf.blobSize(blob);
        Btf btf = Btf.parse(blob);
        for (String path : new String[] {"a", "b", "t.a", "r", "missing"}) {
            btf.member("outer", path);
        }
        btf.size("inner_t");
        btf.member("bits", "x");
        btf.enumerator("states", "ON");
        btf.enumerator("wide", "BIG");
        btf.enumerator("", "NONE");
        for (int id = 0; id <= btf.typeCount(); id++) {
            btf.members(id);
        }
    }

    @Test
    void saysHowLongTheBlobAtTheStartOfASegmentIs() {
        byte[] padded = Arrays.copyOf(GOOD, GOOD.length + 1000);
        byte[] headerOnly = Arrays.copyOf(Arrays.copyOf(GOOD, 24), GOOD.length + 1000);
        Arrays.fill(headerOnly, 24, headerOnly.length, (byte) 0x55);

        assertThat(Btf.blobSize(MemorySegment.ofArray(padded))).hasValue(GOOD.length);
        assertThat(Btf.parse(MemorySegment.ofArray(padded)).typeCount()).isEqualTo(13);
        assertThat(Btf.blobSize(MemorySegment.ofArray(headerOnly))).isEmpty();
        assertThat(Btf.blobSize(MemorySegment.ofArray(new byte[10]))).isEmpty();
        assertThat(Btf.blobSize(MemorySegment.ofArray(Arrays.copyOf(GOOD, GOOD.length - 1))))
                .isEmpty();
    }

    @Test
    void rejectsSectionsThatAreNotConsumedExactly() {
        byte[] shorter = GOOD.clone();
        shorter[12] = (byte) (shorter[12] - 4);
        byte[] reference = GOOD.clone();
        reference[24 + 16 + 8] = 100;

        assertMalformed(shorter, "type section");
        assertMalformed(reference, "refers to type 100");
    }

    private static void assertMalformed(byte[] blob, String reason) {
        assertThatThrownBy(() -> Btf.parse(MemorySegment.ofArray(blob)))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("BTF")
                .hasMessageContaining(reason);
    }
}
