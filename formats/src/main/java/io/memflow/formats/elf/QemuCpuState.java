package io.memflow.formats.elf;

import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The x86 processor state that QEMU's dump-guest-memory adds per virtual CPU, in a note named {@code QEMU} (QEMU source,
 * {@code target/i386/arch_dump.c}, {@code struct QEMUCPUState}, version 1). Immutable.
 *
 * @param kernelGsBase the inactive GS base; older QEMU versions do not write it
 */
public record QemuCpuState(
        int version,
        long rax,
        long rbx,
        long rcx,
        long rdx,
        long rsi,
        long rdi,
        long rsp,
        long rbp,
        long r8,
        long r9,
        long r10,
        long r11,
        long r12,
        long r13,
        long r14,
        long r15,
        long rip,
        long rflags,
        Segment cs,
        Segment ds,
        Segment es,
        Segment fs,
        Segment gs,
        Segment ss,
        Segment ldt,
        Segment tr,
        Segment gdt,
        Segment idt,
        long cr0,
        long cr1,
        long cr2,
        long cr3,
        long cr4,
        OptionalLong kernelGsBase) {

    /** Name of the notes that hold this state. */
    public static final String NOTE_NAME = "QEMU";

    private static final int SUPPORTED_VERSION = 1;
    private static final int GENERAL_REGISTERS = 8;
    private static final int SEGMENTS = GENERAL_REGISTERS + 18 * Long.BYTES;
    private static final int SEGMENT_BYTES = 24;
    private static final int CONTROL_REGISTERS = SEGMENTS + 10 * SEGMENT_BYTES;
    private static final int KERNEL_GS_BASE = CONTROL_REGISTERS + 5 * Long.BYTES;

    /**
     * A segment register or descriptor table register.
     *
     * @param selector the visible part; 0 for GDT and IDT
     * @param limit last valid offset in bytes
     * @param flags the upper half of the descriptor, without base and limit
     * @param base virtual address the segment starts at
     */
    public record Segment(int selector, int limit, int flags, long base) {}

    /** Decodes a note's descriptor; empty when it has another version or is too short for this one. */
    static Optional<QemuCpuState> decode(MemorySegment descriptor) {
        if (descriptor.byteSize() < KERNEL_GS_BASE
                || LittleEndian.s32(descriptor, 0) != SUPPORTED_VERSION
                || LittleEndian.u32(descriptor, Integer.BYTES) < KERNEL_GS_BASE) {
            return Optional.empty();
        }
        return Optional.of(decodeKnown(descriptor));
    }

    private static QemuCpuState decodeKnown(MemorySegment descriptor) {
        return new QemuCpuState(
                SUPPORTED_VERSION,
                general(descriptor, 0),
                general(descriptor, 1),
                general(descriptor, 2),
                general(descriptor, 3),
                general(descriptor, 4),
                general(descriptor, 5),
                general(descriptor, 6),
                general(descriptor, 7),
                general(descriptor, 8),
                general(descriptor, 9),
                general(descriptor, 10),
                general(descriptor, 11),
                general(descriptor, 12),
                general(descriptor, 13),
                general(descriptor, 14),
                general(descriptor, 15),
                general(descriptor, 16),
                general(descriptor, 17),
                segment(descriptor, 0),
                segment(descriptor, 1),
                segment(descriptor, 2),
                segment(descriptor, 3),
                segment(descriptor, 4),
                segment(descriptor, 5),
                segment(descriptor, 6),
                segment(descriptor, 7),
                segment(descriptor, 8),
                segment(descriptor, 9),
                control(descriptor, 0),
                control(descriptor, 1),
                control(descriptor, 2),
                control(descriptor, 3),
                control(descriptor, 4),
                kernelGsBase(descriptor));
    }

    private static long general(MemorySegment descriptor, int index) {
        return LittleEndian.u64(descriptor, GENERAL_REGISTERS + (long) index * Long.BYTES);
    }

    private static long control(MemorySegment descriptor, int index) {
        return LittleEndian.u64(descriptor, CONTROL_REGISTERS + (long) index * Long.BYTES);
    }

    private static Segment segment(MemorySegment descriptor, int index) {
        long offset = SEGMENTS + (long) index * SEGMENT_BYTES;
        // Selector, limit, flags and four bytes of padding precede the base.
        return new Segment(
                LittleEndian.s32(descriptor, offset),
                LittleEndian.s32(descriptor, offset + 4),
                LittleEndian.s32(descriptor, offset + 8),
                LittleEndian.u64(descriptor, offset + 16));
    }

    private static OptionalLong kernelGsBase(MemorySegment descriptor) {
        long end = KERNEL_GS_BASE + Long.BYTES;
        boolean present = descriptor.byteSize() >= end && LittleEndian.u32(descriptor, Integer.BYTES) >= end;
        return present ? OptionalLong.of(LittleEndian.u64(descriptor, KERNEL_GS_BASE)) : OptionalLong.empty();
    }
}
