package io.memflow.formats.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MalformedDataException;
import io.memflow.formats.Corruption;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LzoTest {
    private static String decoded(byte[] stream) {
        byte[] page = new byte[65536];
        return new String(page, 0, Lzo.decode(stream, page), StandardCharsets.ISO_8859_1);
    }

    private static LzoWriter stream() {
        return new LzoWriter();
    }

    @Test
    void readsEachWayToBegin() {
        assertThat(decoded(stream().first("abc").end())).isEqualTo("abc");
        assertThat(decoded(stream().first("abcdefgh").end())).isEqualTo("abcdefgh");
        assertThat(decoded(stream().run("abcdefgh").end())).isEqualTo("abcdefgh");
        assertThat(decoded(stream().version(1).first("abcd").end())).isEqualTo("abcd");
        assertThat(decoded(stream().version(0).run("abcd").end())).isEqualTo("abcd");
        assertThat(decoded(stream().end())).isEmpty();
    }

    @Test
    void readsBlocksOfEachDistance() {
        assertThat(decoded(stream().first("abc").near(3, 1, "x").near(1, 1, "").end()))
                .isEqualTo("abcabxxx");
        assertThat(decoded(stream()
                        .first("abcdefgh")
                        .small(8, 3, "xyz")
                        .small(2, 8, "")
                        .end()))
                .isEqualTo("abcdefghabcxyzyzyzyzyz");
        assertThat(decoded(stream()
                        .first("abcd")
                        .middle(4, 5, "")
                        .middle(1, 700, "z")
                        .end()))
                .isEqualTo("abcdabcda" + "a".repeat(700) + "z");
        String far = "0123456789".repeat(4000);
        assertThat(decoded(stream()
                        .run(far)
                        .far(16385, 3, "")
                        .far(39999, 300, "end")
                        .end()))
                .isEqualTo(far + far.substring(40000 - 16385).substring(0, 3) + far.substring(4, 304) + "end");
    }

    @Test
    void aShortBlockBehindARunOfLiteralsIsFarther() {
        String run = "0123456789".repeat(300);

        assertThat(decoded(stream().run(run).near(2050, 2049, "").end())).isEqualTo(run + "012");
    }

    @Test
    void runsOfZerosAreReadInVersionOneOnly() {
        assertThat(decoded(stream()
                        .version(1)
                        .first("ab")
                        .zeros(4, "c")
                        .zeros(2051, "")
                        .end()))
                .isEqualTo("ab" + "\0".repeat(4) + "c" + "\0".repeat(2051));
        byte[] older = stream().first("ab").zeros(4, "c").end();
        assertThatThrownBy(() -> decoded(older)).isInstanceOf(MalformedDataException.class);
    }

    @Test
    void whatIsNoStreamIsRefused() {
        assertRefused(stream().version(2).first("abcd").end(), "its version is 2");
        assertRefused(stream().first("abc").small(4, 3, "").end(), "4 bytes back, with 3 before");
        assertRefused(new byte[0], "it ends");
        byte[] good = stream().first("abcdefgh").end();
        assertRefused(Arrays.copyOf(good, good.length - 1), "it ends");
        assertRefused(Arrays.copyOf(good, good.length + 1), "1 bytes follow");
        assertThatThrownBy(() -> Lzo.decode(good, new byte[7]))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("more than the 7 bytes");
        assertRefused(new byte[1 << 16], "more than");
    }

    private static void assertRefused(byte[] stream, String why) {
        assertThatThrownBy(() -> Lzo.decode(stream, new byte[4096]))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining(why);
    }

    @Test
    void damageEndsInTheDocumentedException() {
        byte[] good = stream()
                .version(1)
                .first("abcdefgh")
                .middle(5, 300, "xy")
                .zeros(40, "z")
                .near(3, 1, "")
                .run("0123456789abcdefghijklmnopqrst")
                .near(2049, 2049, "q")
                .end();
        byte[] page = new byte[4096];

        Corruption.truncate(good, good.length, 0, 1, cut -> Lzo.decode(cut.toArray(ValueLayout.JAVA_BYTE), page));
        Corruption.mutate(good, 5000, 1, bad -> Lzo.decode(bad.toArray(ValueLayout.JAVA_BYTE), page));
    }
}
