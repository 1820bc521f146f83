package io.memflow.fuzz.seed;

import io.memflow.formats.btf.BtfBuilder;
import java.util.LinkedHashMap;
import java.util.Map;

/** BTF with every kind of type. Stateless. */
final class BtfSeeds {
    /** Kinds of {@code include/uapi/linux/btf.h}. */
    private static final int PTR = 2;

    private static final int FWD = 7;
    private static final int TYPEDEF = 8;
    private static final int VOLATILE = 9;
    private static final int CONST = 10;
    private static final int RESTRICT = 11;
    private static final int FUNC = 12;
    private static final int FUNC_PROTO = 13;
    private static final int VAR = 14;
    private static final int DATASEC = 15;
    private static final int FLOAT = 16;
    private static final int DECL_TAG = 17;
    private static final int TYPE_TAG = 18;

    private BtfSeeds() {}

    static Map<String, byte[]> all() {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        seeds.put("every-kind", everyKind().build());
        seeds.put("long-header", structures().build(32));
        seeds.put("structures", structures().build());
        seeds.put("numbers", numbers().build());
        return seeds;
    }

    private static BtfBuilder structures() {
        BtfBuilder builder = new BtfBuilder();
        int number = builder.integer("long", 8);
        int inmost = builder.structure("in", 8, BtfBuilder.member("d", number, 0));
        int inner = builder.structure("", 16, BtfBuilder.member("a", number, 0), BtfBuilder.member("c", inmost, 64));
        int named = builder.union("u", 8, BtfBuilder.member("c", inmost, 0), BtfBuilder.member("", number, 0));
        int outer = builder.structure("s", 64, BtfBuilder.member("", inner, 0), BtfBuilder.member("b", named, 128));
        builder.reference(TYPEDEF, "t", outer);
        int loop = builder.reference(PTR, "", outer);
        builder.structure(
                "list", 16, BtfBuilder.member("next", loop, 0), BtfBuilder.member("all", builder.array(loop, 4), 64));
        return builder;
    }

    private static BtfBuilder numbers() {
        BtfBuilder builder = new BtfBuilder();
        int number = builder.integer("long", 4);
        int narrow = builder.integer("narrow", 4, 3, 2);
        builder.flaggedStructure("s", 8, BtfBuilder.bitField("a", number, 3, 5));
        builder.structure("old", 8, BtfBuilder.member("a", narrow, 8));
        builder.enumeration("e", 1, new BtfBuilder.Enumerator("A", -1));
        builder.enumeration("", 0, new BtfBuilder.Enumerator("A", 3));
        builder.enumeration64("wide", new BtfBuilder.Enumerator("A", 1L << 40));
        return builder;
    }

    private static BtfBuilder everyKind() {
        BtfBuilder builder = structures();
        int number = 1;
        builder.type(FWD, "later", 1, 0, 0);
        builder.type(FLOAT, "double", 0, 0, 8);
        int constant = builder.reference(CONST, "", number);
        int restricted = builder.reference(RESTRICT, "", builder.reference(VOLATILE, "", constant));
        int tagged = builder.reference(TYPE_TAG, "user", restricted);
        int prototype = builder.type(FUNC_PROTO, "", 0, 1, number, builder.string("x"), tagged);
        int function = builder.reference(FUNC, "run", prototype);
        builder.reference(PTR, "", prototype);
        builder.type(DECL_TAG, "tag", 0, 0, function, -1);
        int variable = builder.type(VAR, "v", 0, 0, number, 1);
        builder.type(DATASEC, ".data", 0, 1, 8, variable, 0, 8);
        builder.enumeration("e", 0, new BtfBuilder.Enumerator("A", 1));
        return builder;
    }
}
