package io.memflow.formats.crashdump;

import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Registers of a processor or thread ({@code CONTEXT}; winnt.h and the offsets that LLDB and Breakpad publish). Immutable.
 *
 * @param machine {@code Machine} ({@code IMAGE_FILE_MACHINE_*}) that says which registers there are
 * @param flags which groups of them are valid
 * @param registers by their usual names, in the order of the structure
 */
public record ProcessorContext(int machine, long flags, List<Register> registers) {
    /** {@code IMAGE_FILE_MACHINE_I386}. */
    public static final int MACHINE_X86 = 0x14C;
    /** {@code IMAGE_FILE_MACHINE_AMD64}. */
    public static final int MACHINE_X64 = 0x8664;
    /** {@code IMAGE_FILE_MACHINE_ARM64}. */
    public static final int MACHINE_ARM64 = 0xAA64;

    private static final List<String> X64 = List.of(
            "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
            "r15", "rip");
    private static final int X64_FIRST = 0x78;
    private static final int X64_BYTES = 0x100;
    private static final List<String> X86 = List.of(
            "gs", "fs", "es", "ds", "edi", "esi", "ebx", "edx", "ecx", "eax", "ebp", "eip", "cs", "eflags", "esp",
            "ss");
    private static final int X86_FIRST = 0x8C;
    private static final int X86_BYTES = 0xCC;
    private static final int ARM64_FIRST = 8;
    private static final int ARM64_NUMBERED = 29;
    private static final int ARM64_BYTES = 0x110;

    public ProcessorContext {
        registers = List.copyOf(registers);
    }

    /** A register. */
    public record Register(String name, long value) {}

    /**
     * Decodes a context; empty for a machine that is not known here, or when there are too few bytes.
     *
     * @param bytes of the structure, and more where it has vector registers
     */
    public static Optional<ProcessorContext> decode(MemorySegment bytes, int machine) {
        return switch (machine) {
            case MACHINE_X64 -> bytes.byteSize() < X64_BYTES ? Optional.empty() : Optional.of(x64(bytes));
            case MACHINE_X86 -> bytes.byteSize() < X86_BYTES ? Optional.empty() : Optional.of(x86(bytes));
            case MACHINE_ARM64 -> bytes.byteSize() < ARM64_BYTES ? Optional.empty() : Optional.of(arm64(bytes));
            default -> Optional.empty();
        };
    }

    private static ProcessorContext x64(MemorySegment bytes) {
        List<Register> registers = new ArrayList<>();
        registers.add(new Register("eflags", LittleEndian.u32(bytes, 0x44)));
        for (int i = 0; i < X64.size(); i++) {
            registers.add(new Register(X64.get(i), LittleEndian.u64(bytes, X64_FIRST + 8L * i)));
        }
        return new ProcessorContext(MACHINE_X64, LittleEndian.u32(bytes, 0x30), registers);
    }

    private static ProcessorContext x86(MemorySegment bytes) {
        List<Register> registers = new ArrayList<>();
        for (int i = 0; i < X86.size(); i++) {
            registers.add(new Register(X86.get(i), LittleEndian.u32(bytes, X86_FIRST + 4L * i)));
        }
        return new ProcessorContext(MACHINE_X86, LittleEndian.u32(bytes, 0), registers);
    }

    private static ProcessorContext arm64(MemorySegment bytes) {
        List<Register> registers = new ArrayList<>();
        registers.add(new Register("cpsr", LittleEndian.u32(bytes, 4)));
        for (int i = 0; i < ARM64_NUMBERED; i++) {
            registers.add(new Register("x" + i, LittleEndian.u64(bytes, ARM64_FIRST + 8L * i)));
        }
        for (String name : List.of("fp", "lr", "sp", "pc")) {
            registers.add(new Register(name, LittleEndian.u64(bytes, ARM64_FIRST + 8L * (registers.size() - 1))));
        }
        return new ProcessorContext(MACHINE_ARM64, LittleEndian.u32(bytes, 0), registers);
    }

    /** A register by its name. */
    public OptionalLong register(String name) {
        return registers.stream()
                .filter(one -> one.name.equals(name))
                .mapToLong(Register::value)
                .findFirst();
    }

    /** Virtual address of the next instruction. */
    public long instructionPointer() {
        return register("rip")
                .orElseGet(() -> register("eip").orElseGet(() -> register("pc").orElse(0)));
    }

    /** Virtual address of the top of the stack. */
    public long stackPointer() {
        return register("rsp")
                .orElseGet(() -> register("esp").orElseGet(() -> register("sp").orElse(0)));
    }
}
