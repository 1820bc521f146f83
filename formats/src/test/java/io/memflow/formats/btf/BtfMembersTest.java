package io.memflow.formats.btf;

import static io.memflow.formats.btf.BtfBuilder.bitField;
import static io.memflow.formats.btf.BtfBuilder.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
}
