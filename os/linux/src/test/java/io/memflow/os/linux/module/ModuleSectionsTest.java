package io.memflow.os.linux.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.memflow.core.os.Listing;
import io.memflow.core.os.SectionInfo;
import io.memflow.os.linux.structure.TestMachine;
import org.junit.jupiter.api.Test;

class ModuleSectionsTest {
    private static final long MODULE = TestMachine.BASE + 0x10000;
    private static final long ATTRIBUTES = TestMachine.BASE + 0x11000;
    private static final long NAMES = TestMachine.BASE + 0x12000;
    private static final long FILES = TestMachine.BASE + 0x13000;
    private static final long TEXT = 0xFFFF_FFFF_C000_0000L;
    /** Behind the end of the machine's memory. */
    private static final long NOWHERE = TestMachine.BASE + (8L << 20);

    private final TestMachine machine = new TestMachine()
            .member("module.sect_attrs", 0, 8)
            .word(MODULE, ATTRIBUTES)
            .text(NAMES, ".text")
            .text(NAMES + 64, ".data");

    private Listing<SectionInfo> read() {
        return new ModuleSections(machine.kernel(6, 1)).sections(MODULE);
    }

    private TestMachine counted(int count) {
        return machine.member("module_sect_attrs.nsections", 0, 4)
                .member("module_sect_attrs.attrs", 16, 0)
                .size("module_sect_attr", 32)
                .member("module_sect_attr.battr.attr.name", 0, 8)
                .member("module_sect_attr.address", 8, 8)
                .half(ATTRIBUTES, count);
    }

    private void entry(int index, long name, long address) {
        machine.word(ATTRIBUTES + 16 + index * 32L, name).word(ATTRIBUTES + 24 + index * 32L, address);
    }

    @Test
    void anArrayIsReadByItsCount() {
        counted(2);
        entry(0, NAMES, TEXT);
        entry(1, NAMES + 64, TEXT + 0x1000);
        assertThat(read().rows())
                .extracting(SectionInfo::name, SectionInfo::base)
                .containsExactly(tuple(".text", TEXT), tuple(".data", TEXT + 0x1000));
        assertThat(read().missing()).isEmpty();
    }

    @Test
    void filesAreReadUpToTheNullPointer() {
        machine.member("module_sect_attrs.grp.bin_attrs", 8, 8)
                .member("bin_attribute.attr.name", 0, 8)
                .member("bin_attribute.private", 8, 8)
                .word(ATTRIBUTES + 8, FILES)
                .word(FILES, FILES + 0x100)
                .word(FILES + 0x100, NAMES)
                .word(FILES + 0x108, TEXT);
        assertThat(read().rows()).extracting(SectionInfo::name).containsExactly(".text");
        assertThat(new ModuleSections(machine.kernel(6, 14)).address(MODULE, ".text"))
                .contains(TEXT);
        assertThat(new ModuleSections(machine.kernel(6, 14)).address(MODULE, ".bss"))
                .isEmpty();
    }

    @Test
    void aSectionThatCannotBeReadCostsNoOther() {
        counted(3);
        entry(0, NOWHERE, TEXT);
        entry(1, NAMES, TEXT);
        entry(2, NOWHERE, TEXT);
        assertThat(read().rows()).extracting(SectionInfo::name).containsExactly(".text");
        assertThat(read().missing())
                .singleElement()
                .satisfies(part -> assertThat(part.what()).isEqualTo("2 of 3 sections"));
    }

    @Test
    void aModuleWithoutAttributesHasNone() {
        counted(1);
        machine.word(MODULE, 0);
        assertThat(read().rows()).isEmpty();
        assertThat(read().missing()).isEmpty();
    }

    @Test
    void attributesThatAreNotThereAreNamed() {
        counted(1);
        machine.word(MODULE, NOWHERE);
        assertThat(read().rows()).isEmpty();
        assertThat(read().missing())
                .singleElement()
                .satisfies(part -> assertThat(part.what()).isEqualTo("sect_attrs"));
    }

    @Test
    void aHostileCountEnds() {
        counted(-1);
        assertThat(read().rows()).isNotNull();
        assertThat(read().missing()).hasSize(1);
    }
}
