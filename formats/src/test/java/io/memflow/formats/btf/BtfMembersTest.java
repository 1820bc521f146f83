package io.memflow.formats.btf;

import static io.memflow.formats.btf.BtfBuilder.bitField;
import static io.memflow.formats.btf.BtfBuilder.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.symbol.TypeReference;
import io.memflow.core.symbol.TypeShape;
import org.junit.jupiter.api.Test;

class BtfMembersTest {
    private final BtfBuilder builder = new BtfBuilder();
    private final int u64 = builder.integer("long unsigned int", 8);
    private final int character = builder.integer("char", 1);

    @Test
    void listsMembersWithTheirTypesAsCSpellsThem() {
        int list = builder.structure("list_head", 16, member("next", u64, 0), member("prev", u64, 64));
        int pointerToList = builder.reference(BtfKind.PTR, "", list);
        int prototype = builder.type(BtfKind.FUNC_PROTO, "", 0, 0, 0);
        int function = builder.reference(BtfKind.PTR, "", prototype);
        int constant = builder.reference(BtfKind.CONST, "", character);
        int text = builder.reference(BtfKind.PTR, "", constant);
        int forward = builder.type(BtfKind.FWD, "inode", 0, 0, 0);
        int anonymous = builder.union("", 8, member("inner", u64, 0));
        int rows = builder.reference(BtfKind.PTR, "", builder.array(character, 4));
        builder.flaggedStructure(
                "holder",
                80,
                member("list", list, 0),
                member("head", pointerToList, 128),
                member("comm", builder.array(character, 16), 192),
                member("call", function, 320),
                member("text", text, 384),
                member("inode", builder.reference(BtfKind.PTR, "", forward), 448),
                member("", anonymous, 512),
                bitField("bits", u64, 576, 3),
                member("table", builder.array(builder.array(pointerToList, 3), 2), 640),
                member("rows", rows, 704));
        Btf btf = builder.parse();

        assertThat(btf.members(btf.structure("holder").getAsInt()))
                .extracting(BtfMember::type)
                .containsExactly(
                        "struct list_head",
                        "struct list_head *",
                        "char [16]",
                        "void (*)(...)",
                        "const char *",
                        "struct inode *",
                        "union {...}",
                        "long unsigned int",
                        "struct list_head *[2][3]",
                        "char (*)[4]");
    }

    @Test
    void givesOffsetsSizesAndIdsToDescendInto() {
        int anonymous = builder.union("", 8, member("inner", u64, 0));
        builder.flaggedStructure("holder", 24, member("", anonymous, 64), bitField("bits", u64, 130, 3));
        Btf btf = builder.parse();
        int holder = btf.structure("holder").getAsInt();

        assertThat(btf.members(holder))
                .containsExactly(
                        new BtfMember("", "union {...}", anonymous, 64, 0, 8),
                        new BtfMember("bits", "long unsigned int", u64, 130, 3, 8));
        assertThat(btf.members(anonymous)).containsExactly(new BtfMember("inner", "long unsigned int", u64, 0, 0, 8));
        assertThat(btf.members(u64)).isEmpty();
        assertThat(btf.members(0)).isEmpty();
        assertThatThrownBy(() -> btf.members(99)).isInstanceOf(IllegalArgumentException.class);
        assertThat(btf.structure("none")).isEmpty();
    }

    @Test
    void describesWholeTypesForNavigation() {
        int signed = builder.type(BtfKind.INT, "int", 0, 0, 4, 1 << 24 | 32);
        int state = builder.enumeration("state", 1, new BtfBuilder.Enumerator("END", -2));
        builder.flaggedStructure(
                "task",
                24,
                member("pid", signed, 0),
                bitField("bits", u64, 34, 3),
                member("states", builder.array(state, 2), 64),
                member("up", builder.reference(BtfKind.PTR, "", 0), 128));
        Btf btf = builder.parse();

        TypeReference task = btf.reference("struct task").orElseThrow();
        assertThat(task.name()).isEqualTo("struct task");
        TypeShape.Structure shape = (TypeShape.Structure) task.shape();
        assertThat(shape.bytes()).isEqualTo(24);
        assertThat(shape.members()).extracting(TypeShape.Member::name).containsExactly("pid", "bits", "states", "up");
        assertThat(shape.members()).extracting(TypeShape.Member::bitOffset).containsExactly(0L, 34L, 64L, 128L);
        assertThat(shape.members()).extracting(TypeShape.Member::bitSize).containsExactly(0, 3, 0, 0);
        assertThat(shape.members().getFirst().type().shape())
                .isEqualTo(new TypeShape.Integral(4, TypeShape.Integral.Encoding.SIGNED));
        TypeShape.Array states = (TypeShape.Array) shape.members().get(2).type().shape();
        assertThat(states.length()).isEqualTo(2);
        assertThat(((TypeShape.Enumeration) states.element().shape()).name(-2)).contains("END");
        TypeShape.Pointer up =
                (TypeShape.Pointer) shape.members().getLast().type().shape();
        assertThat(up.target().shape()).isEqualTo(new TypeShape.Opaque());
        assertThat(btf.reference("enum state")).isPresent();
        assertThat(btf.reference("union task")).isEmpty();
        assertThat(btf.reference("")).isEmpty();
    }
}
