package io.memflow.os.windows.synthetic;

import io.memflow.os.windows.structure.WindowsArchitecture;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The code of functions that give a member of the structure whose address they take, as the kernel's compiler makes it:
 * with a displacement of one byte where that is enough (Intel SDM volume 2, table 2-2). Stateless.
 */
final class AccessorCode {
    private static final int ONE_BYTE = 0x80;

    private AccessorCode() {}

    /** What a function does with the member. */
    enum Kind {
        /** Gives a pointer, or what is as wide as one. */
        POINTER,
        /** Gives 32 bits. */
        WORD,
        /** Gives 64 bits. */
        QUAD,
        /** Gives the member's address. */
        ADDRESS,
        /** Gives what the pointer there points to, or null. */
        BEHIND_POINTER,
        /** Gives a 32-bit number from a structure that a pointer there points to, or 0. */
        WORD_BEHIND_POINTER
    }

    /**
     * The code.
     *
     * @param offset of the member
     * @param inner offset in what it points to; used by {@link Kind#WORD_BEHIND_POINTER}
     */
    static byte[] of(WindowsArchitecture architecture, Kind kind, int offset, int inner) {
        return switch (architecture) {
            case X86, X86_PAE -> narrow(kind, offset, inner);
            case X64 -> wide(kind, offset, inner);
            case ARM64 -> arm64(kind, offset, inner);
        };
    }

    /** Arm: the argument is in x0, and so is what is given; immediates count in units of what is loaded. */
    private static byte[] arm64(Kind kind, int offset, int inner) {
        byte[] load = word(0xF940_0000 | ((offset / Long.BYTES) << 10));
        byte[] end = word(0xD65F_03C0);
        return switch (kind) {
            // ldr x0, [x0, #offset]; ret
            case POINTER, QUAD -> bytes(load, end);
            // ldr w0, [x0, #offset]; ret
            case WORD -> bytes(word(0xB940_0000 | ((offset / Integer.BYTES) << 10)), end);
            // add x0, x0, #offset; ret
            case ADDRESS -> bytes(word(0x9100_0000 | (offset << 10)), end);
            // ...; cbz x0, +8; ldr x0, [x0]; ret
            case BEHIND_POINTER -> bytes(load, word(0xB400_0040), word(0xF940_0000), end);
            // ...; cbz x0, +8; ldr w0, [x0, #inner]; ret
            case WORD_BEHIND_POINTER ->
                bytes(load, word(0xB400_0040), word(0xB940_0000 | ((inner / Integer.BYTES) << 10)), end);
        };
    }

    /** 64-bit: the argument is in rcx. */
    private static byte[] wide(Kind kind, int offset, int inner) {
        return switch (kind) {
            // mov rax, [rcx + offset]; ret
            case POINTER, QUAD -> bytes(0x48, 0x8B, at(0x81, offset), 0xC3);
            case WORD -> bytes(0x8B, at(0x81, offset), 0xC3);
            // lea rax, [rcx + offset]; ret
            case ADDRESS -> bytes(0x48, 0x8D, at(0x81, offset), 0xC3);
            // mov rax, [rcx + offset]; test rax, rax; jz +3; mov rax, [rax]; ret
            case BEHIND_POINTER ->
                bytes(0x48, 0x8B, at(0x81, offset), 0x48, 0x85, 0xC0, 0x74, 3, 0x48, 0x8B, 0x00, 0xC3);
            // the same with mov eax, [rax + inner]; ret; xor eax, eax; ret
            case WORD_BEHIND_POINTER ->
                bytes(
                        0x48,
                        0x8B,
                        at(0x81, offset),
                        0x48,
                        0x85,
                        0xC0,
                        0x74,
                        4,
                        0x8B,
                        0x40,
                        inner,
                        0xC3,
                        0x33,
                        0xC0,
                        0xC3);
        };
    }

    /** 32-bit: the argument is on the stack, and the function takes it off. */
    private static byte[] narrow(Kind kind, int offset, int inner) {
        byte[] start = bytes(0x8B, 0xFF, 0x55, 0x8B, 0xEC);
        byte[] end = bytes(0x5D, 0xC2, 4, 0);
        byte[] toEax = bytes(0x8B, 0x45, 8);
        byte[] body = switch (kind) {
            // mov eax, [ebp + 8]; mov eax, [eax + offset]
            case POINTER, WORD -> bytes(toEax, 0x8B, at(0x80, offset));
            // mov ecx, [ebp + 8]; mov eax, [ecx + offset]; mov edx, [ecx + offset + 4]
            case QUAD -> bytes(0x8B, 0x4D, 8, 0x8B, at(0x81, offset), 0x8B, at(0x91, offset + 4));
            // mov eax, [ebp + 8]; add eax, offset
            case ADDRESS -> offset < ONE_BYTE ? bytes(toEax, 0x83, 0xC0, offset) : bytes(toEax, 0x05, word(offset));
            // ...; test eax, eax; jz +2; mov eax, [eax]
            case BEHIND_POINTER -> bytes(toEax, 0x8B, at(0x80, offset), 0x85, 0xC0, 0x74, 2, 0x8B, 0x00);
            case WORD_BEHIND_POINTER -> bytes(toEax, 0x8B, at(0x80, offset), 0x85, 0xC0, 0x74, 3, 0x8B, 0x40, inner);
        };
        return bytes(start, body, end);
    }

    /** The byte that names registers, with a displacement of four bytes or of one, and the displacement. */
    private static byte[] at(int registers, int offset) {
        return offset < ONE_BYTE ? bytes(registers - 0x40, offset) : bytes(registers, word(offset));
    }

    private static byte[] word(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    /** Joins numbers and arrays of bytes. */
    private static byte[] bytes(Object... parts) {
        ByteBuffer all = ByteBuffer.allocate(64);
        for (Object part : parts) {
            if (part instanceof byte[] run) {
                all.put(run);
            } else {
                all.put(((Integer) part).byteValue());
            }
        }
        return Arrays.copyOf(all.array(), all.position());
    }
}
