package io.memflow.os.linux.structure;

import io.memflow.core.structure.StructureLayout;
import io.memflow.core.symbol.MemberLocation;
import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.symbol.TypeTable;
import io.memflow.core.translate.VirtualMemory;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** The structures and symbols that a synthetic kernel says it has. */
public final class Declarations {
    private final Map<String, MemberLocation> members = new HashMap<>();
    private final Map<String, Long> sizes = new HashMap<>();
    private final Map<String, Long> symbols = new HashMap<>();
    private final Map<String, Long> enumerators = new HashMap<>();

    /** A member of whole bytes, as {@code structure.member}. */
    public Declarations member(String path, long offset, long size) {
        return bits(path, offset * Byte.SIZE, 0, size);
    }

    /** A bit-field. */
    public Declarations bits(String path, long bitOffset, int bitSize, long size) {
        members.put(path, new MemberLocation(bitOffset, bitSize, size));
        return this;
    }

    public Declarations size(String structure, long bytes) {
        sizes.put(structure, bytes);
        return this;
    }

    public Declarations enumerator(String enumeration, String name, long value) {
        enumerators.put(enumeration + "." + name, value);
        return this;
    }

    public Declarations symbol(String name, long address) {
        symbols.put(name, address);
        return this;
    }

    /** A kernel in a memory. */
    public Kernel kernel(VirtualMemory memory, KernelVersion version) {
        return new Kernel(
                memory, new Symbols(symbols), new StructureLayout(new Types(members, sizes, enumerators)), version);
    }

    private record Types(Map<String, MemberLocation> members, Map<String, Long> sizes, Map<String, Long> enumerators)
            implements TypeTable {
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
            Long value = enumerators.get(enumeration + "." + name);
            return value == null ? OptionalLong.empty() : OptionalLong.of(value);
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
