package io.memflow.os.windows.offset;

import io.memflow.core.memory.ScalarLayout;
import io.memflow.os.windows.structure.WindowsArchitecture;
import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;

/**
 * Reads the displacement from a function that does nothing but return a member of the structure it is given, or the
 * member's address. Encodings: Intel SDM volume 2 (MOV, LEA, ADD, MOVZX), Arm ARM (LDR, LDRB, ADD immediate). Stateless.
 */
final class AccessorDecoder {
    /** The longest of these functions, with a frame and a test before it returns. */
    static final int CODE_BYTES = 32;

    /** No kernel structure that has such a function is larger. */
    private static final int LARGEST = 0x2000;

    private AccessorDecoder() {}

    /** The displacement; empty when the code is of another form. */
    static OptionalInt decode(byte[] code, WindowsArchitecture architecture) {
        OptionalInt found = switch (architecture) {
            case X64 -> x64(code);
            case X86, X86_PAE -> x86(code);
            case ARM64 -> arm64(code);
        };
        return found.isPresent() && found.getAsInt() >= 0 && found.getAsInt() < LARGEST ? found : OptionalInt.empty();
    }

    /** The structure is in RCX. */
    private static OptionalInt x64(byte[] code) {
        int at = startsWith(code, 0, 0xF3, 0x0F, 0x1E, 0xFA) ? 4 : 0;
        if (startsWith(code, at, 0x48, 0x8B, 0xC1, 0x48, 0x05)) {
            return OptionalInt.of(word(code, at + 5)); // mov rax, rcx; add rax, displacement
        }
        if (startsWith(code, at, 0x48, 0x8D)) {
            return displacement(code, at + 2, 1); // lea rax, [rcx+displacement]
        }
        if (startsWith(code, at, 0x48, 0x8B) || startsWith(code, at, 0x0F, 0xB6)) {
            return displacement(code, at + 2, 1); // mov rax / movzx eax, [rcx+displacement]
        }
        return startsWith(code, at, 0x8B) || startsWith(code, at, 0x8A)
                ? displacement(code, at + 1, 1) // mov eax / mov al, [rcx+displacement]
                : OptionalInt.empty();
    }

    /** The structure is on the stack and goes to EAX or ECX; XP and later leave room for a patch before the frame. */
    private static OptionalInt x86(byte[] code) {
        int at = startsWith(code, 0, 0x8B, 0xFF) ? 2 : 0;
        if (startsWith(code, at, 0x55, 0x8B, 0xEC)) {
            at += 3;
        }
        int register;
        if (startsWith(code, at, 0x8B, 0x45, 0x08)) {
            at += 3;
            register = 0;
        } else if (startsWith(code, at, 0x8B, 0x44, 0x24, 0x04)) {
            at += 4;
            register = 0;
        } else if (startsWith(code, at, 0x8B, 0x4D, 0x08)) {
            at += 3;
            register = 1;
        } else {
            return OptionalInt.empty();
        }
        if (register == 0 && startsWith(code, at, 0x05)) {
            return OptionalInt.of(word(code, at + 1)); // add eax, displacement
        }
        if (register == 0 && startsWith(code, at, 0x83, 0xC0)) {
            return OptionalInt.of(code[at + 2]); // add eax, displacement of a byte
        }
        if (startsWith(code, at, 0x0F, 0xB6)) {
            return displacement(code, at + 2, register);
        }
        return startsWith(code, at, 0x8B) || startsWith(code, at, 0x8D) || startsWith(code, at, 0x8A)
                ? displacement(code, at + 1, register)
                : OptionalInt.empty();
    }

    /** The displacement of an operand {@code [base+displacement]} that goes to EAX or RAX. */
    private static OptionalInt displacement(byte[] code, int modRm, int base) {
        int value = code[modRm] & 0xFF;
        if (value == (0x80 | base)) {
            return OptionalInt.of(word(code, modRm + 1));
        }
        if (value == (0x40 | base)) {
            return OptionalInt.of(code[modRm + 1]);
        }
        return value == base ? OptionalInt.of(0) : OptionalInt.empty();
    }

    /** The structure is in X0, and so is what is returned. */
    private static OptionalInt arm64(byte[] code) {
        int at = word(code, 0) == 0xD503233F || word(code, 0) == 0xD503245F ? 4 : 0; // PACIBSP, BTI C
        int instruction = word(code, at);
        int immediate = instruction >>> 10 & 0xFFF;
        // Rt and Rn are both X0; the immediate counts in units of what is loaded.
        return switch (instruction & 0xFFC003FF) {
            case 0xF9400000 -> OptionalInt.of(immediate * Long.BYTES);
            case 0xB9400000 -> OptionalInt.of(immediate * Integer.BYTES);
            case 0x39400000, 0x91000000 -> OptionalInt.of(immediate);
            default -> OptionalInt.empty();
        };
    }

    private static boolean startsWith(byte[] code, int at, int... bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if ((code[at + i] & 0xFF) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    private static int word(byte[] code, int at) {
        return MemorySegment.ofArray(code).get(ScalarLayout.INT_LITTLE, at);
    }
}
