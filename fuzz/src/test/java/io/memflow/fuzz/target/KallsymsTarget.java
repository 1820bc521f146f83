package io.memflow.fuzz.target;

import io.memflow.formats.kallsyms.Kallsyms;
import io.memflow.fuzz.FuzzTarget;
import java.lang.foreign.MemorySegment;

/** A kernel image, whose first byte says how wide its pointers are: the search for the symbol table, then all symbols. */
public final class KallsymsTarget implements FuzzTarget {
    private static final long ADDRESS_64 = 0xFFFF_FFFF_8100_0000L;
    private static final long ADDRESS_32 = 0xC100_0000L;

    @Override
    public void use(byte[] input) {
        boolean wide = input.length == 0 || (input[0] & 1) == 0;
        long address = wide ? ADDRESS_64 : ADDRESS_32;
        Kallsyms table = Kallsyms.find(MemorySegment.ofArray(input), address, wide ? Long.BYTES : Integer.BYTES);
        table.layout().evidence().forEach(Answers::take);
        long[] characters = {0};
        table.forEach(symbol -> characters[0] += symbol.name().length());
        for (String name : new String[] {"_text", "_etext", "symbol_1", ""}) {
            if (table.address(name).isPresent()) {
                table.nearest(table.address(name).getAsLong()).ifPresent(Answers::take);
            }
        }
        table.nearest(address);
        table.nearest(-1);
    }
}
