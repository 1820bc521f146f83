package io.memflow.core.translate.property;

import io.memflow.core.translate.PagingFormat;
import io.memflow.core.translate.X86Paging;
import io.memflow.core.translate.reference.EptModel;
import io.memflow.core.translate.reference.ReferenceMmu;
import io.memflow.core.translate.reference.X86Model;
import java.util.List;

/**
 * A format under test and the model that judges it.
 *
 * @param memoryBits log2 of the memory that holds its tables
 * @param addressBits lowest entry bits that a random entry may set freely so that its address mostly lies in that memory
 */
record Architecture(PagingFormat format, ReferenceMmu model, int memoryBits, int addressBits) {
    static List<Architecture> all() {
        return List.of(
                of(X86Paging.BITS32, new X86Model(X86Model.Mode.BITS32)),
                of(X86Paging.PAE, new X86Model(X86Model.Mode.PAE)),
                of(X86Paging.LEVEL4, new X86Model(X86Model.Mode.LEVEL4)),
                of(X86Paging.LEVEL5, new X86Model(X86Model.Mode.LEVEL5)));
    }

    private static Architecture of(PagingFormat format, ReferenceMmu model) {
        return new Architecture(format, model, 18, 18);
    }

    @Override
    public String toString() {
        return format.name();
    }
}
