package io.memflow.formats.synthetic;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes type records of a program database, one behind the other (microsoft-pdb, {@code cvinfo.h}; LLVM documentation, "The
 * PDB TPI and IPI Streams"). Confined.
 */
public final class PdbTypeRecords {
    /** Basic types without records: {@code T_UCHAR}, {@code T_USHORT}, {@code T_ULONG}, {@code T_UQUAD}, {@code T_LONG}. */
    public static final int UNSIGNED_8 = 0x20;

    public static final int UNSIGNED_16 = 0x21;
    public static final int UNSIGNED_32 = 0x22;
    public static final int UNSIGNED_64 = 0x23;
    public static final int SIGNED_32 = 0x12;
    /** {@code T_32PVOID}, {@code T_64PVOID}. */
    public static final int POINTER_32 = 0x403;

    public static final int POINTER_64 = 0x603;

    private static final int FIRST = 0x1000;
    private static final int HEADER = 56;
    private static final int VERSION = 20_040_203;
    private static final int HASH_BUCKETS = 0x3_FFFF;
    private static final int NO_STREAM = 0xFFFF;
    private static final int LF_POINTER = 0x1002;
    private static final int LF_FIELDLIST = 0x1203;
    private static final int LF_BITFIELD = 0x1205;
    private static final int LF_ARRAY = 0x1503;
    private static final int LF_STRUCTURE = 0x1505;
    private static final int LF_UNION = 0x1506;
    private static final int LF_MEMBER = 0x150D;
    private static final int LF_USHORT = 0x8002;
    private static final int LF_ULONG = 0x8004;
    private static final int LF_PAD0 = 0xF0;
    /** {@code CV_public}. */
    private static final int PUBLIC = 3;

    private static final int FORWARD = 0x80;
    /** {@code CV_PTR_NEAR32} of 4 bytes, {@code CV_PTR_64} of 8. */
    private static final int NEAR_32 = 0x800A;

    private static final int NEAR_64 = 0x1_000C;
    private static final int LONGEST = 0xFF00;

    private final ByteArrayOutputStream records = new ByteArrayOutputStream();
    private int next = FIRST;

    /**
     * A member of a structure or union.
     *
     * @param type a number that one of these methods gave, or of a basic type
     * @param offset in bytes
     */
    public record Member(String name, int type, long offset) {}

    /** A structure with its members. */
    public int structure(String name, long bytes, List<Member> members) {
        int fields = fields(members);
        return add(record(LF_STRUCTURE, named -> {
            named.u16(members.size()).u16(0).u32(fields).u32(0).u32(0);
            named.number(bytes).text(name);
        }));
    }

    /** A structure that is only declared. */
    public int declaration(String name) {
        return add(record(LF_STRUCTURE, named -> {
            named.u16(0).u16(FORWARD).u32(0).u32(0).u32(0);
            named.number(0).text(name);
        }));
    }

    /** A union with its members. */
    public int union(String name, long bytes, List<Member> members) {
        int fields = fields(members);
        return add(record(
                LF_UNION,
                named -> named.u16(members.size())
                        .u16(0)
                        .u32(fields)
                        .number(bytes)
                        .text(name)));
    }

    /** A pointer of 4 or 8 bytes. */
    public int pointer(int target, int bytes) {
        int attributes = bytes == Long.BYTES ? NEAR_64 : NEAR_32;
        return add(record(LF_POINTER, pointer -> pointer.u32(target).u32(attributes)));
    }

    /**
     * An array.
     *
     * @param bytes of all elements together
     */
    public int array(int element, long bytes) {
        return add(record(
                LF_ARRAY,
                array -> array.u32(element).u32(UNSIGNED_32).number(bytes).text("")));
    }

    /** Some bits of a number. */
    public int bitField(int type, int position, int width) {
        return add(record(LF_BITFIELD, field -> field.u32(type).u8(width).u8(position)));
    }

    private int fields(List<Member> members) {
        return add(record(LF_FIELDLIST, list -> {
            for (Member member : members) {
                list.u16(LF_MEMBER).u16(PUBLIC).u32(member.type);
                list.number(member.offset).text(member.name).align();
            }
        }));
    }

    private int add(byte[] record) {
        records.writeBytes(record);
        return next++;
    }

    /** The whole type stream. */
    byte[] stream() {
        ByteBuffer stream = ByteBuffer.allocate(HEADER + records.size()).order(ByteOrder.LITTLE_ENDIAN);
        stream.putInt(VERSION).putInt(HEADER).putInt(FIRST).putInt(next).putInt(records.size());
        stream.putShort((short) NO_STREAM).putShort((short) NO_STREAM);
        stream.putInt(Integer.BYTES).putInt(HASH_BUCKETS);
        return stream.put(HEADER, records.toByteArray()).array();
    }

    private interface Content {
        void write(Fields fields);
    }

    private static byte[] record(int kind, Content content) {
        Fields fields = new Fields().u16(0).u16(kind);
        content.write(fields);
        fields.align();
        byte[] record = fields.bytes.toByteArray();
        if (record.length > LONGEST) {
            throw new IllegalArgumentException("a type record of %d bytes".formatted(record.length));
        }
        ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN).putShort(0, (short) (record.length - Short.BYTES));
        return record;
    }

    /** Fields of one record. */
    private static final class Fields {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Fields u8(int value) {
            bytes.write(value);
            return this;
        }

        Fields u16(int value) {
            return u8(value).u8(value >> Byte.SIZE);
        }

        Fields u32(int value) {
            return u16(value).u16(value >> Short.SIZE);
        }

        /** Numbers below the first kind of leaf stand for themselves. */
        Fields number(long value) {
            if (value < 0x8000) {
                return u16((int) value);
            }
            return value <= 0xFFFF
                    ? u16(LF_USHORT).u16((int) value)
                    : u16(LF_ULONG).u32((int) value);
        }

        Fields text(String value) {
            bytes.writeBytes(value.getBytes(StandardCharsets.UTF_8));
            return u8(0);
        }

        /** Each byte says how many are left up to the next field. */
        Fields align() {
            while (bytes.size() % Integer.BYTES != 0) {
                u8(LF_PAD0 + Integer.BYTES - bytes.size() % Integer.BYTES);
            }
            return this;
        }
    }
}
