package io.memflow.fuzz.target;

import io.memflow.formats.btf.Btf;
import io.memflow.formats.btf.BtfMember;
import io.memflow.fuzz.FuzzTarget;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** BTF: the whole blob, then lookups and descriptions of a few types. */
public final class BtfTarget implements FuzzTarget {
    /** Descriptions cost what they say, for each type that is asked for: a few show what all would. */
    private static final int DESCRIBED = 16;

    @Override
    public void use(byte[] input) {
        MemorySegment blob = MemorySegment.ofArray(input);
        if (Btf.blobSize(blob).isPresent()) {
            Btf btf = Btf.parse(blob);
            TypeQuestions.ask(btf);
            describe(btf);
        } else {
            Btf.parse(blob);
            throw new IllegalStateException("blobSize refuses what parse takes");
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
