package io.memflow.os.linux.learn;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Learns {@code struct unix_sock} and {@code unix_address} (include/net/af_unix.h): the two ends of a pair point to each
 * other, and an address is as long as it says. Confined.
 */
final class UnixSocketLearner {
    private static final String UNIX = "unix_sock";
    private static final int SOCK_BYTES = 2048;
    /** {@code struct sock} itself is larger than this. */
    private static final int SMALLEST_SOCK = 256;

    private static final int AF_UNIX = 1;
    private static final long SHORT_MASK = 0xFFFF;
    /** {@code struct sockaddr_un}: a family of two bytes, then the path. */
    private static final int LONGEST_ADDRESS = 110;

    /** "refcnt, len, [hash,] name": include/net/af_unix.h. */
    private static final int LENGTH = Integer.BYTES;

    private static final int[] NAMES = {2 * Integer.BYTES, 3 * Integer.BYTES};

    private final KernelBytes source;
    private final Lesson lesson;
    private final Samples socks;
    private final int word;

    /** @param all sockets of all families */
    UnixSocketLearner(KernelBytes source, Lesson lesson, Samples all) {
        this.source = source;
        this.lesson = lesson;
        word = source.word();
        OptionalInt family = lesson.offset("sock_common", "skc_family");
        List<Long> own = new ArrayList<>();
        for (int sock = 0; family.isPresent() && sock < all.count(); sock++) {
            if ((all.number(sock, family.getAsInt()) & SHORT_MASK) == AF_UNIX) {
                own.add(all.address(sock));
            }
        }
        socks = new Samples(source, own, SOCK_BYTES);
    }

    void learn() {
        lesson.decide(UNIX, "peer", word, socks.words(SMALLEST_SOCK, socks.size(), 2, this::peer));
        addresses();
    }

    /** Each of two connected ends is the other's; a sender may have one that knows nothing of it. */
    private Verdict peer(int sock, int at) {
        long other = socks.word(sock, at);
        if (other == 0) {
            return Verdict.SILENT;
        }
        OptionalInt family = lesson.offset("sock_common", "skc_family");
        boolean isUnix = source.isAlignedKernel(other)
                && family.isPresent()
                && (source.number(other + family.getAsInt()) & SHORT_MASK) == AF_UNIX;
        if (!isUnix) {
            return Verdict.DISAGREES;
        }
        return source.word(other + at) == socks.address(sock) ? Verdict.AGREES : Verdict.SILENT;
    }

    private record Found(int name, Ruling ruling) {}

    private void addresses() {
        List<Found> found = new ArrayList<>();
        for (int name : NAMES) {
            socks.words(SMALLEST_SOCK, socks.size(), 1, (sock, at) -> address(socks.word(sock, at), name))
                    .forEach(ruling -> found.add(new Found(name, ruling)));
        }
        lesson.decide(UNIX, "addr", word, found.stream().map(Found::ruling).toList());
        if (found.size() == 1) {
            Ruling ruling = found.getFirst().ruling;
            lesson.take("unix_address", "len", Integer.BYTES, ruling.at(LENGTH));
            lesson.take("unix_address", "name", LONGEST_ADDRESS, ruling.at(found.getFirst().name));
            lesson.take("sockaddr_un", "sun_path", LONGEST_ADDRESS - Short.BYTES, ruling.at(Short.BYTES));
        }
    }

    private Verdict address(long address, int name) {
        if (address == 0) {
            return Verdict.SILENT;
        }
        long length = source.number(address + LENGTH);
        return Verdict.of(source.isAlignedKernel(address)
                && source.number(address) > 0
                && length >= Short.BYTES
                && length <= LONGEST_ADDRESS
                && (source.number(address + name) & SHORT_MASK) == AF_UNIX);
    }
}
