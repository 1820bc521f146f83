package io.memflow.formats.btf;

import static io.memflow.formats.btf.BtfBuilder.bitField;
import static io.memflow.formats.btf.BtfBuilder.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.symbol.MemberLocation;
import io.memflow.formats.btf.BtfBuilder.Enumerator;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BtfTest {
    private final BtfBuilder builder = new BtfBuilder();
    private final int u64 = builder.integer("long unsigned int", 8);
    private final int u32 = builder.integer("unsigned int", 4);

    @Test
    void findsNestedMembersByPath() {
        int entity = builder.structure("sched_entity", 16, member("load", u64, 0), member("exec_start", u64, 64));
        builder.structure("task_struct", 32, member("state", u32, 0), member("se", entity, 64));
        Btf btf = builder.parse();

        assertThat(btf.member("task_struct", "se.exec_start")).hasValue(new MemberLocation(128, 0, 8));
        assertThat(btf.member("task_struct", "se")).hasValue(new MemberLocation(64, 0, 16));
        assertThat(btf.member("task_struct", "se.none")).isEmpty();
        assertThat(btf.member("task_struct", "state.none")).isEmpty();
        assertThat(btf.member("task_struct", "se.")).isEmpty();
        assertThat(btf.member("no_struct", "se")).isEmpty();
        assertThat(btf.size("task_struct")).hasValue(32);
        assertThat(btf.size("no_struct")).isEmpty();
        assertThat(btf.size("")).isEmpty();
    }

    @Test
    void looksThroughAnonymousMembers() {
        int inner = builder.structure("", 16, member("a", u64, 0), member("b", u64, 64));
        int outer = builder.union("", 16, member("", inner, 0), member("c", u32, 0));
        builder.structure("holder", 24, member("first", u64, 0), member("", outer, 64));
        Btf btf = builder.parse();

        assertThat(btf.member("holder", "b")).hasValue(new MemberLocation(128, 0, 8));
        assertThat(btf.member("holder", "c")).hasValue(new MemberLocation(64, 0, 4));
    }

    @Test
    void looksThroughTypedefsAndQualifiers() {
        int anonymous = builder.structure("", 4, member("counter", u32, 0));
        int atomic = builder.reference(BtfKind.TYPEDEF, "atomic_t", anonymous);
        int tagged = builder.reference(BtfKind.TYPE_TAG, "user", atomic);
        int constant = builder.reference(BtfKind.CONST, "", tagged);
        int wild = builder.reference(BtfKind.VOLATILE, "", constant);
        int restricted = builder.reference(BtfKind.RESTRICT, "", wild);
        builder.structure("holder", 8, member("users", restricted, 32));
        Btf btf = builder.parse();

        assertThat(btf.member("holder", "users.counter")).hasValue(new MemberLocation(32, 0, 4));
        assertThat(btf.size("atomic_t")).hasValue(4);
        assertThat(btf.member("atomic_t", "counter")).hasValue(new MemberLocation(0, 0, 4));
    }

    @Test
    void readsBitFieldsWithKindFlag() {
        builder.flaggedStructure(
                "flags", 8, bitField("a", u32, 0, 3), bitField("b", u32, 3, 5), bitField("whole", u32, 32, 0));
        Btf btf = builder.parse();

        assertThat(btf.member("flags", "b")).hasValue(new MemberLocation(3, 5, 4));
        assertThat(btf.member("flags", "whole")).hasValue(new MemberLocation(32, 0, 4));
    }

    @Test
    void readsBitFieldsEncodedInTheirInteger() {
        int threeBits = builder.integer("unsigned int", 4, 3, 0);
        int shifted = builder.integer("unsigned int", 4, 5, 3);
        int alias = builder.reference(BtfKind.TYPEDEF, "narrow_t", threeBits);
        builder.structure("flags", 4, member("a", alias, 0), member("b", shifted, 0), member("c", threeBits, 8));
        Btf btf = builder.parse();

        assertThat(btf.member("flags", "a")).hasValue(new MemberLocation(0, 3, 4));
        assertThat(btf.member("flags", "b")).hasValue(new MemberLocation(3, 5, 4));
        assertThat(btf.member("flags", "c")).hasValue(new MemberLocation(8, 3, 4));
    }

    @Test
    void keepsOffsetsAbove24BitsWithoutKindFlag() {
        builder.structure("huge", 0x1000_0000, member("last", u64, 0x7000_0000));

        assertThat(builder.parse().member("huge", "last")).hasValue(new MemberLocation(0x7000_0000L, 0, 8));
    }

    @Test
    void computesSizesOfArraysAndPointers() {
        int pointer = builder.reference(BtfKind.PTR, "", u32);
        int matrix = builder.array(builder.array(pointer, 3), 5);
        int real = builder.type(BtfKind.FLOAT, "double", 0, 0, 8);
        builder.structure("holder", 200, member("matrix", matrix, 0), member("real", real, 960));
        Btf btf = builder.parse();

        assertThat(btf.member("holder", "matrix")).hasValue(new MemberLocation(0, 0, 120));
        assertThat(btf.member("holder", "real")).hasValue(new MemberLocation(960, 0, 8));
    }

    @Test
    void takesThePointerWidthFromLong() {
        BtfBuilder narrow = new BtfBuilder();
        int number = narrow.integer("long unsigned int", 4);
        int pointer = narrow.reference(BtfKind.PTR, "", number);
        narrow.structure("holder", 4, member("next", pointer, 0));

        assertThat(narrow.parse().member("holder", "next")).hasValue(new MemberLocation(0, 0, 4));
    }

    @Test
    void prefersTheDefinitionOverTheForwardDeclaration() {
        builder.type(BtfKind.FWD, "file", 0, 0, 0);
        builder.reference(BtfKind.TYPEDEF, "file", u32);
        builder.union("file", 4, member("u", u32, 0));
        builder.structure("file", 8, member("s", u64, 0));
        builder.structure("file", 16, member("later", u64, 0));
        Btf btf = builder.parse();

        assertThat(btf.size("file")).hasValue(8);
        assertThat(btf.member("file", "s")).isPresent();
    }

    @Test
    void readsEnumeratorsOfBothWidths() {
        builder.enumeration("pid_type", 0, new Enumerator("PID", 0), new Enumerator("TGID", 1));
        builder.enumeration64("wide", new Enumerator("HIGH", 0x8000_0000_0000_0001L));
        builder.enumeration("", 0, new Enumerator("PAGES", 7));
        Btf btf = builder.parse();

        assertThat(btf.enumerator("pid_type", "TGID")).hasValue(1);
        assertThat(btf.enumerator("wide", "HIGH")).hasValue(0x8000_0000_0000_0001L);
        assertThat(btf.enumerator("", "PAGES")).hasValue(7);
        assertThat(btf.enumerator("", "TGID")).isEmpty();
        assertThat(btf.enumerator("pid_type", "none")).isEmpty();
        assertThat(btf.enumerator("none", "TGID")).isEmpty();
    }

    @Test
    void takesTheSignOfEnumeratorsFromTheFlagWhereTheWriterKnowsIt() {
        builder.enumeration("signed", 1, new Enumerator("MINUS", -1));
        builder.enumeration("unsigned", 0, new Enumerator("MAX", -1));
        BtfBuilder old = new BtfBuilder();
        old.enumeration("signed", 0, new Enumerator("MINUS", -1));

        assertThat(builder.parse().enumerator("signed", "MINUS")).hasValue(-1);
        assertThat(builder.parse().enumerator("unsigned", "MAX")).hasValue(0xFFFF_FFFFL);
        assertThat(old.parse().enumerator("signed", "MINUS")).hasValue(-1);
    }

    @Test
    void acceptsEveryKindAndALongerHeader() {
        int prototype = builder.type(BtfKind.FUNC_PROTO, "", 0, 2, u32, builder.string("x"), u64, 0, 0);
        builder.reference(BtfKind.FUNC, "start_kernel", prototype);
        int variable = builder.type(BtfKind.VAR, "jiffies", 0, 0, u64, 1);
        builder.type(BtfKind.DATASEC, ".data", 0, 1, 8, variable, 0, 8);
        builder.type(BtfKind.DECL_TAG, "tag", 0, 0, variable, -1);
        builder.structure("last", 8, member("x", u64, 0));
        byte[] blob = builder.build(32);
        Btf btf = Btf.parse(MemorySegment.ofArray(blob));

        assertThat(btf.typeCount()).isEqualTo(8);
        assertThat(btf.member("last", "x")).isPresent();
    }

    @Test
    void refusesToFollowCycles() {
        int loop = builder.type(BtfKind.TYPEDEF, "loop", 0, 0, 4);
        builder.reference(BtfKind.CONST, "", loop);
        builder.structure("holder", 8, member("x", loop, 0), member("", 6, 0));
        builder.structure("", 8, member("", 6, 0));
        Btf btf = builder.parse();

        assertThatThrownBy(() -> btf.member("holder", "x")).isInstanceOf(MalformedDataException.class);
        assertThatThrownBy(() -> btf.member("holder", "y")).isInstanceOf(MalformedDataException.class);
        assertThatThrownBy(() -> btf.size("loop")).isInstanceOf(MalformedDataException.class);
    }

    @Test
    void boundsTheWorkOnExplosiveNesting() {
        BtfBuilder.Member[] members = new BtfBuilder.Member[1000];
        for (int level = 0; level < 20; level++) {
            Arrays.fill(members, member("", 4 + level, 0));
            builder.structure(level == 0 ? "top" : "", 8, members);
        }
        builder.structure("", 8);
        Btf btf = builder.parse();

        assertThatThrownBy(() -> btf.member("top", "x"))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("nests more than");
    }

    @Test
    void aModulesTypesContinueTheKernels() {
        int list = builder.structure("list_head", 16, member("next", u64, 0), member("prev", u64, 64));
        builder.structure("page", 8, member("flags", u64, 0));
        Btf kernel = builder.parse();
        BtfBuilder own = new BtfBuilder(builder);
        own.structure("zspage", 24, member("next", u32, 0), member("list", list, 64));
        own.enumeration("zram_pageflags", 0, new Enumerator("ZRAM_SAME", 13));

        Btf module = Btf.parseSplit(own.segment(), kernel);

        assertThat(module.member("zspage", "list.prev")).hasValue(new MemberLocation(128, 0, 8));
        assertThat(module.member("zspage", "next")).hasValue(new MemberLocation(0, 0, 4));
        assertThat(module.enumerator("zram_pageflags", "ZRAM_SAME")).hasValue(13);
        assertThat(module.size("page")).hasValue(8);
        assertThat(module.typeCount()).isEqualTo(kernel.typeCount() + 2);
        assertThat(module.members(module.structure("zspage").orElseThrow()))
                .extracting(BtfMember::name)
                .containsExactly("next", "list");
        assertThat(kernel.size("zspage")).isEmpty();
    }

    @Test
    void aModulesTypesThatReferToNoneAreRefused() {
        Btf kernel = builder.parse();
        BtfBuilder own = new BtfBuilder(builder);
        own.structure("zspage", 24, member("next", kernel.typeCount() + 2, 0));

        assertThatThrownBy(() -> Btf.parseSplit(own.segment(), kernel)).isInstanceOf(MalformedDataException.class);
        assertThatThrownBy(() -> Btf.parseSplit(MemorySegment.ofArray(new byte[40]), kernel))
                .isInstanceOf(MalformedDataException.class);
    }
}
