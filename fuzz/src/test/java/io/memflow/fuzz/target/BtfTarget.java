package io.memflow.fuzz.target;

import io.memflow.core.symbol.TypeReference;
import io.memflow.core.symbol.TypeShape;
import io.memflow.formats.btf.Btf;
import io.memflow.formats.btf.BtfMember;
import io.memflow.fuzz.FuzzTarget;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** BTF: the whole blob, then lookups and descriptions of a few types. */
public final class BtfTarget implements FuzzTarget {
    /** Descriptions cost what they say, for each type that is asked for: a few show what all would. */
    private static final int DESCRIBED = 16;

    private static final List<String> NAMES = List.of("s", "struct s", "union u", "enum e", "t", "long", "");

    @Override
    public void use(byte[] input) {
        MemorySegment blob = MemorySegment.ofArray(input);
        if (Btf.blobSize(blob).isPresent()) {
            Btf btf = Btf.parse(blob);
            lookUp(btf);
            describe(btf);
        } else {
            Btf.parse(blob);
            throw new IllegalStateException("blobSize refuses what parse takes");
        }
    }

    private static void lookUp(Btf btf) {
        for (String name : NAMES) {
            Attempts.allow(() -> btf.size(name));
            Attempts.allow(() -> btf.member(name, "a"));
            Attempts.allow(() -> btf.member(name, "b.c.d"));
            Attempts.allow(() -> btf.enumerator(name, "A"));
            Attempts.allow(() -> btf.reference(name).ifPresent(BtfTarget::follow));
        }
    }

    private static void follow(TypeReference start) {
        TypeReference reference = start;
        for (int depth = 0; depth < DESCRIBED; depth++) {
            reference.name();
            switch (reference.shape()) {
                case TypeShape.Pointer pointer -> reference = pointer.target();
                case TypeShape.Array array -> reference = array.element();
                case TypeShape.Structure structure
                when !structure.members().isEmpty() ->
                    reference = structure.members().getLast().type();
                default -> {
                    return;
                }
            }
        }
    }

    private static void describe(Btf btf) {
        int step = Math.max(1, btf.typeCount() / DESCRIBED);
        for (int id = 0; id <= btf.typeCount(); id += step) {
            int type = id;
            Attempts.allow(() -> {
                List<BtfMember> members = btf.members(type);
                members.forEach(Answers::take);
            });
        }
    }
}
