package io.memflow.formats.btf;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes BTF blobs. Every method that adds a type returns its id. */
public final class BtfBuilder {
    /** A member; {@code bitSize} only where the structure uses kind_flag. */
    public record Member(String name, int type, int bitOffset, int bitSize) {}

    public record Enumerator(String name, long value) {}

    private final List<Integer> ints = new ArrayList<>();
    private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
    private final Map<String, Integer> offsets = new HashMap<>();
    private int count;

    /** Bytes of the strings that these continue. */
    private final int firstString;

    public BtfBuilder() {
        firstString = 0;
        strings.write(0);
        offsets.put("", 0);
    }

    /** The types of a module, which continue those of the kernel. */
    BtfBuilder(BtfBuilder kernel) {
        firstString = kernel.strings.size();
        offsets.putAll(kernel.offsets);
        count = kernel.count;
    }

    public static Member member(String name, int type, int bitOffset) {
        return new Member(name, type, bitOffset, 0);
    }

    public static Member bitField(String name, int type, int bitOffset, int bitSize) {
        return new Member(name, type, bitOffset, bitSize);
    }

    public int string(String name) {
        return offsets.computeIfAbsent(name, text -> {
            int offset = firstString + strings.size();
            strings.writeBytes((text + "\0").getBytes(StandardCharsets.UTF_8));
            return offset;
        });
    }

    /** Adds a type of any kind. */
    public int type(int kind, String name, int kindFlag, int entries, int sizeOrType, int... extra) {
        ints.add(string(name));
        ints.add(kindFlag << 31 | kind << 24 | entries);
        ints.add(sizeOrType);
        for (int value : extra) {
            ints.add(value);
        }
        return ++count;
    }

    public int integer(String name, int bytes) {
        return integer(name, bytes, bytes * 8, 0);
    }

    public int integer(String name, int bytes, int bits, int bitOffset) {
        return type(BtfKind.INT, name, 0, 0, bytes, bitOffset << 16 | bits);
    }

    public int reference(int kind, String name, int target) {
        return type(kind, name, 0, 0, target);
    }

    public int array(int element, int length) {
        return type(BtfKind.ARRAY, "", 0, 0, 0, element, 1, length);
    }

    public int structure(String name, int bytes, Member... members) {
        return composite(BtfKind.STRUCT, name, bytes, 0, members);
    }

    public int union(String name, int bytes, Member... members) {
        return composite(BtfKind.UNION, name, bytes, 0, members);
    }

    public int flaggedStructure(String name, int bytes, Member... members) {
        return composite(BtfKind.STRUCT, name, bytes, 1, members);
    }

    private int composite(int kind, String name, int bytes, int kindFlag, Member... members) {
        int[] extra = new int[members.length * 3];
        for (int index = 0; index < members.length; index++) {
            Member member = members[index];
            extra[index * 3] = string(member.name());
            extra[index * 3 + 1] = member.type();
            extra[index * 3 + 2] = member.bitSize() << 24 | member.bitOffset();
        }
        return type(kind, name, kindFlag, members.length, bytes, extra);
    }

    public int enumeration(String name, int kindFlag, Enumerator... values) {
        int[] extra = new int[values.length * 2];
        for (int index = 0; index < values.length; index++) {
            extra[index * 2] = string(values[index].name());
            extra[index * 2 + 1] = (int) values[index].value();
        }
        return type(BtfKind.ENUM, name, kindFlag, values.length, 4, extra);
    }

    public int enumeration64(String name, Enumerator... values) {
        int[] extra = new int[values.length * 3];
        for (int index = 0; index < values.length; index++) {
            extra[index * 3] = string(values[index].name());
            extra[index * 3 + 1] = (int) values[index].value();
            extra[index * 3 + 2] = (int) (values[index].value() >>> 32);
        }
        return type(BtfKind.ENUM64, name, 0, values.length, 8, extra);
    }

    public byte[] build() {
        return build(24);
    }

    /** With a header longer than today's. */
    public byte[] build(int headerBytes) {
        int typeBytes = ints.size() * Integer.BYTES;
        ByteBuffer out =
                ByteBuffer.allocate(headerBytes + typeBytes + strings.size()).order(ByteOrder.LITTLE_ENDIAN);
        out.putShort((short) 0xEB9F).put((byte) 1).put((byte) 0).putInt(headerBytes);
        out.putInt(0).putInt(typeBytes).putInt(typeBytes).putInt(strings.size());
        out.position(headerBytes);
        ints.forEach(out::putInt);
        out.put(strings.toByteArray());
        return out.array();
    }

    MemorySegment segment() {
        return MemorySegment.ofArray(build());
    }

    Btf parse() {
        return Btf.parse(segment());
    }
}
