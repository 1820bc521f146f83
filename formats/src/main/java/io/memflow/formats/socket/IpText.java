package io.memflow.formats.socket;

import java.util.ArrayList;
import java.util.List;

/** Internet addresses as text. Stateless. */
public final class IpText {
    private static final int GROUPS = 8;
    /** The first twelve bytes of an IPv4 address inside IPv6 (RFC 4291, section 2.5.5.2). */
    private static final int MAPPED_GROUPS = 6;

    private IpText() {}

    /** Four bytes in network order, such as {@code 127.0.0.1}. */
    public static String version4(byte[] bytes) {
        return (bytes[0] & 0xFF) + "." + (bytes[1] & 0xFF) + "." + (bytes[2] & 0xFF) + "." + (bytes[3] & 0xFF);
    }

    /** Sixteen bytes in network order in the form of RFC 5952, such as {@code 2001:db8::7}. */
    public static String version6(byte[] bytes) {
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = (bytes[2 * i] & 0xFF) << Byte.SIZE | (bytes[2 * i + 1] & 0xFF);
        }
        if (isMapped(groups)) {
            return "::ffff:" + version4(new byte[] {bytes[12], bytes[13], bytes[14], bytes[15]});
        }
        int start = -1;
        int length = 1;
        for (int i = 0; i < GROUPS; i++) {
            int end = i;
            while (end < GROUPS && groups[end] == 0) {
                end++;
            }
            if (end - i > length) {
                start = i;
                length = end - i;
            }
        }
        return start < 0
                ? join(groups, 0, GROUPS)
                : join(groups, 0, start) + "::" + join(groups, start + length, GROUPS);
    }

    private static boolean isMapped(int[] groups) {
        for (int i = 0; i < MAPPED_GROUPS - 1; i++) {
            if (groups[i] != 0) {
                return false;
            }
        }
        return groups[MAPPED_GROUPS - 1] == 0xFFFF;
    }

    private static String join(int[] groups, int from, int to) {
        List<String> texts = new ArrayList<>();
        for (int i = from; i < to; i++) {
            texts.add(Integer.toHexString(groups[i]));
        }
        return String.join(":", texts);
    }
}
