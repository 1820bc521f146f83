package io.memflow.fuzz.target;

import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.paging.X86Paging;
import io.memflow.core.symbol.MemberLocation;
import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.symbol.TypeTable;
import io.memflow.core.translate.PageTableWalker;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.structure.KernelVersion;
import io.memflow.os.linux.structure.StructureLayout;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** A machine whose memory is the input, mapped from {@link #BASE} on, with structures and symbols declared. Confined. */
final class LogMachine {
    static final long BASE = 0xFFFF_8880_0000_0000L;

    private static final int PAGE = 0x1000;
    /** Present and writable; with bit 7 a page of 1 GiB (Intel SDM volume 3, paging-structure entries). */
    private static final long PRESENT = 3;

    private static final long LARGE = 0x80;

    private final InputMemory memory = new InputMemory(tables());
    private final Map<String, MemberLocation> members = new HashMap<>();
    private final Map<String, Long> sizes = new HashMap<>();
    private final Map<String, Long> symbols = new HashMap<>();

    LogMachine member(String path, long offset, long size) {
        members.put(path, new MemberLocation(offset * Byte.SIZE, 0, size));
        return this;
    }

    LogMachine bits(String path, long bitOffset, int bitSize, long size) {
        members.put(path, new MemberLocation(bitOffset, bitSize, size));
        return this;
    }

    LogMachine size(String structure, long bytes) {
        sizes.put(structure, bytes);
        return this;
    }

    LogMachine symbol(String name, long offset) {
        symbols.put(name, BASE + offset);
        return this;
    }

    /** A kernel in the memory, whose contents may change. */
    Kernel kernel(KernelVersion version) {
        VirtualMemory virtual =
                new VirtualMemory(memory, new PageTableWalker(memory, X86Paging.LEVEL4), InputMemory.FIXED);
        return new Kernel(virtual, new Symbols(symbols), new StructureLayout(new Types(members, sizes)), version);
    }

    /** Puts an input into the memory. */
    void hold(byte[] input) {
        memory.hold(input);
    }

    /** The two page tables, behind any input, within the one 1 GiB page that maps it. */
    private static byte[] tables() {
        byte[] bytes = new byte[2 * PAGE];
        MemorySegment tables = MemorySegment.ofArray(bytes);
        tables.set(ScalarLayout.LONG_LITTLE, (BASE >>> 39 & 0x1FF) * Long.BYTES, InputMemory.FIXED + PAGE | PRESENT);
        tables.set(ScalarLayout.LONG_LITTLE, PAGE, PRESENT | LARGE);
        return bytes;
    }

    private record Types(Map<String, MemberLocation> members, Map<String, Long> sizes) implements TypeTable {
        @Override
        public OptionalLong size(String structure) {
            Long size = sizes.get(structure);
            return size == null ? OptionalLong.empty() : OptionalLong.of(size);
        }

        @Override
        public Optional<MemberLocation> member(String structure, String path) {
            return Optional.ofNullable(members.get(structure + "." + path));
        }

        @Override
        public OptionalLong enumerator(String enumeration, String name) {
            return OptionalLong.empty();
        }
    }

    private record Symbols(Map<String, Long> addresses) implements SymbolTable {
        @Override
        public int size() {
            return addresses.size();
        }

        @Override
        public OptionalLong address(String name) {
            Long address = addresses.get(name);
            return address == null ? OptionalLong.empty() : OptionalLong.of(address);
        }

        @Override
        public Optional<Symbol> nearest(long address) {
            return Optional.empty();
        }

        @Override
        public void forEach(Consumer<? super Symbol> consumer) {
            addresses.forEach((name, address) -> consumer.accept(new Symbol(name, address, 't', "")));
        }
    }
}
