package io.memflow.os.windows.synthetic;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.ToIntFunction;

/**
 * The code of {@code KdCopyDataBlock}, from which whoever has no symbols learns where the variables are that the debugger's
 * data is encoded with. Made after what it has to do, for x86-64; where a genuine one differs, it is another compiler's.
 * Stateless.
 */
final class CopyDataBlockCode {
    private CopyDataBlockCode() {}

    /**
     * The code.
     *
     * @param at where it lies, relative to the image
     * @param bytes how many it copies
     * @param variables where they lie, relative to the image
     */
    static byte[] of(int at, int bytes, ToIntFunction<KernelVariable> variables) {
        ByteBuffer code = ByteBuffer.allocate(0x80).order(ByteOrder.LITTLE_ENDIAN);
        int flag = variables.applyAsInt(KernelVariable.KDP_DATA_BLOCK_ENCODED);
        // cmp byte ptr [flag], 0
        relative(code, at, flag, 1, 0x80, 0x3D);
        put(code, 0);
        // lea rdx, [block]; mov r9d, count
        relative(code, at, variables.applyAsInt(KernelVariable.KD_DEBUGGER_DATA_BLOCK), 0, 0x48, 0x8D, 0x15);
        put(code, 0x41, 0xB9);
        code.putInt(bytes / Long.BYTES);
        // mov r10, [never]; mov r11, [always]; lea r8, [flag]
        relative(code, at, variables.applyAsInt(KernelVariable.KI_WAIT_NEVER), 0, 0x4C, 0x8B, 0x15);
        relative(code, at, variables.applyAsInt(KernelVariable.KI_WAIT_ALWAYS), 0, 0x4C, 0x8B, 0x1D);
        relative(code, at, flag, 0, 0x4C, 0x8D, 0x05);
        int loop = code.position();
        // mov rax, [rdx]; xor rax, r10; xchg rcx, r10; rol rax, cl; xchg rcx, r10; xor rax, r8; bswap rax; xor rax, r11
        put(code, 0x48, 0x8B, 0x02, 0x49, 0x33, 0xC2, 0x49, 0x87, 0xCA, 0x48, 0xD3, 0xC0, 0x49, 0x87, 0xCA);
        put(code, 0x49, 0x33, 0xC0, 0x48, 0x0F, 0xC8, 0x49, 0x33, 0xC3);
        // mov [rcx], rax; add rcx, 8; add rdx, 8; dec r9d; jnz loop; ret
        put(code, 0x48, 0x89, 0x01, 0x48, 0x83, 0xC1, 8, 0x48, 0x83, 0xC2, 8, 0x41, 0xFF, 0xC9, 0x75);
        put(code, loop - code.position() - 1, 0xC3);
        byte[] all = new byte[code.position()];
        code.get(0, all);
        return all;
    }

    /** An instruction whose operand lies relative to its end, which is so many bytes behind the operand's place. */
    private static void relative(ByteBuffer code, int at, int target, int behind, int... operation) {
        put(code, operation);
        int end = at + code.position() + Integer.BYTES + behind;
        code.putInt(target - end);
    }

    private static void put(ByteBuffer code, int... bytes) {
        for (int one : bytes) {
            code.put((byte) one);
        }
    }
}
