package io.memflow.lab.translation;

import io.memflow.core.error.MalformedDataException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what QEMU's monitor command {@code info registers} prints of one processor. */
final class RegisterText {
    private static final String FORMAT = "info registers";

    /** RISC-V's firmware runs in RAM, which starts here; a process' code lies below, the kernel's in the upper half. */
    private static final long RISCV_RAM = 0x8000_0000L;

    private RegisterText() {}

    /**
     * @throws MalformedDataException when a register is missing
     */
    static PagingRegisters.X86 x86(String text) {
        // A 32-bit processor without 64-bit mode has EFER all the same, for its no-execute bit.
        long efer = find(text, "\\bEFER=([0-9a-f]{1,16})").orElse(0L);
        return new PagingRegisters.X86(
                require(text, "\\bCR0=([0-9a-f]{1,16})"),
                require(text, "\\bCR3=([0-9a-f]{1,16})"),
                require(text, "\\bCR4=([0-9a-f]{1,16})"),
                efer);
    }

    /**
     * @throws MalformedDataException when the register is missing
     */
    static PagingRegisters.RiscV64 riscV64(String text) {
        return new PagingRegisters.RiscV64(require(text, "(?m)^ satp\\s+([0-9a-f]{1,16})$"));
    }

    /** The mode of an x86 processor, from its current privilege level. */
    static Optional<ProcessorMode> modeOfX86(String text) {
        return mode(require(text, "\\bCPL=([0-3])\\b"), 3, 0);
    }

    /** The mode of an AArch64 processor, from its exception level. */
    static Optional<ProcessorMode> modeOfArm64(String text) {
        return mode(require(text, "\\bPSTATE=[0-9a-f]+ \\S+ +(?:\\S+ )?EL([0-3])[ht]"), 0, 1);
    }

    /** The mode of a RISC-V processor; QEMU 7.2 does not print it, so the program counter tells. */
    static Optional<ProcessorMode> modeOfRiscV64(String text) {
        long pc = require(text, "(?m)^ pc\\s+([0-9a-f]{1,16})$");
        if (pc < 0) {
            return Optional.of(ProcessorMode.KERNEL);
        }
        return pc < RISCV_RAM ? Optional.of(ProcessorMode.USER) : Optional.empty();
    }

    private static Optional<ProcessorMode> mode(long level, long user, long kernel) {
        if (level == user) {
            return Optional.of(ProcessorMode.USER);
        }
        return level == kernel ? Optional.of(ProcessorMode.KERNEL) : Optional.empty();
    }

    private static long require(String text, String pattern) {
        return find(text, pattern)
                .orElseThrow(() -> new MalformedDataException(FORMAT, 0, "nothing in it matches " + pattern));
    }

    private static Optional<Long> find(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.find() ? Optional.of(Long.parseUnsignedLong(matcher.group(1), 16)) : Optional.empty();
    }
}
