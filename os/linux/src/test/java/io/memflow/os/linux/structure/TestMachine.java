package io.memflow.os.linux.structure;

import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.paging.X86Paging;
import io.memflow.core.translate.PageTableWalker;
import io.memflow.core.translate.VirtualMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A synthetic machine of 4 MiB for edge cases that no real kernel shows: all its memory is mapped at {@link #BASE} by one
 * 1 GiB page, structures and symbols are declared by the test.
 */
public final class TestMachine {
    public static final long BASE = 0xFFFF_8880_0000_0000L;
    private static final int BYTES = 4 << 20;
    private static final long ROOT = 0x1000;
    private static final long LEVEL3 = 0x2000;
    private static final int BASE_INDEX = (int) (BASE >>> 39 & 0x1FF);

    private final MemorySegment ram = MemorySegment.ofArray(new byte[BYTES]);
    private final Declarations declarations = new Declarations();

    public TestMachine() {
        ram.set(ScalarLayout.LONG_LITTLE, ROOT + BASE_INDEX * 8L, LEVEL3 | 0x3);
        ram.set(ScalarLayout.LONG_LITTLE, LEVEL3, 0x83);
    }

    public TestMachine member(String path, long offset, long size) {
        declarations.member(path, offset, size);
        return this;
    }

    /** A bit-field. */
    public TestMachine bits(String path, long bitOffset, int bitSize, long size) {
        declarations.bits(path, bitOffset, bitSize, size);
        return this;
    }

    public TestMachine size(String structure, long bytes) {
        declarations.size(structure, bytes);
        return this;
    }

    public TestMachine enumerator(String enumeration, String name, long value) {
        declarations.enumerator(enumeration, name, value);
        return this;
    }

    /** Writes bytes at a virtual address of the machine. */
    public TestMachine bytes(long address, byte[] bytes) {
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, ram, address - BASE, bytes.length);
        return this;
    }

    public TestMachine symbol(String name, long address) {
        declarations.symbol(name, address);
        return this;
    }

    /** Writes at a virtual address of the machine. */
    public TestMachine word(long address, long value) {
        ram.set(ScalarLayout.LONG_LITTLE, address - BASE, value);
        return this;
    }

    public TestMachine half(long address, int value) {
        ram.set(ScalarLayout.INT_LITTLE, address - BASE, value);
        return this;
    }

    public TestMachine text(long address, String text) {
        MemorySegment.copy(
                MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8)), 0, ram, address - BASE, text.length());
        return this;
    }

    public MappedMemory physical() {
        return new MappedMemory(
                DirectMap.builder().add(0, ram, 0, BYTES).build(),
                Arena.ofAuto(),
                ViewProperties.Access.READ_ONLY,
                "test machine",
                List.of());
    }

    public Kernel kernel(int major, int minor) {
        MappedMemory physical = physical();
        VirtualMemory memory = new VirtualMemory(physical, new PageTableWalker(physical, X86Paging.LEVEL4), ROOT);
        return declarations.kernel(memory, new KernelVersion(major, minor));
    }
}
