package io.memflow.formats.btf;

/**
 * A member of a struct or union.
 *
 * @param name empty for an anonymous struct or union
 * @param type the type as C spells it, for example {@code "struct list_head"} or {@code "char [16]"}
 * @param typeId the type's id, for {@link Btf#members(int)}
 * @param bitOffset offset from the start of the structure, in bits
 * @param bitSize width of a bit-field in bits; 0 for an ordinary member
 * @param byteSize size of the member's type in bytes
 */
public record BtfMember(String name, String type, int typeId, long bitOffset, int bitSize, long byteSize) {}
