package io.memflow.formats.elf.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.os.ExportInfo;
import io.memflow.core.os.ImportInfo;
import io.memflow.core.os.SectionInfo;
import io.memflow.formats.PagedMemory;
import io.memflow.formats.elf.ElfWidth;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ElfImageTest {
    private static final long BASE = 0x7f00_0000L;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static ImageBuilder library(ElfWidth width, ImageBuilder.Hash hash) {
        return new ImageBuilder(width, hash)
                .exported("first", 0x500, 16, 2)
                .exported("second", 0x510, 32, 2 | 0x8000)
                .imported("elsewhere", 3);
    }

    private static PagedMemory memory(MemorySegment image) {
        return new PagedMemory().put(BASE, image);
    }

    private static ElfImage open(MemorySegment image) {
        return ElfImage.open(memory(image), BASE);
    }

    @ParameterizedTest
    @EnumSource
    void readsBothClasses(ElfWidth width) {
        ElfImage image = open(library(width, ImageBuilder.Hash.GNU).build());

        assertThat(image.size()).isEqualTo(ImageBuilder.SIZE);
        assertThat(image.entry()).hasValue(BASE + 0x500);
        assertThat(image.ownName()).contains("libmade.so.1");
        assertThat(image.needed()).containsExactly("libother.so");
        assertThat(image.buildId()).contains("000102030405060708090a0b0c0d0e0f10111213");
        assertThat(image.exports().isComplete()).isTrue();
        assertThat(image.exports().rows())
                .extracting(row -> row.name() + row.version(), ExportInfo::address, ExportInfo::size)
                .containsExactly(tuple("first@@MADE_1", BASE + 0x500, 16L), tuple("second@MADE_1", BASE + 0x510, 32L));
        ImportInfo imported = image.imports().rows().getFirst();
        assertThat(imported.name() + imported.version()).isEqualTo("elsewhere@OTHER_2");
        assertThat(imported.library()).isEqualTo("libother.so");
        assertThat(imported.slot()).isEqualTo(BASE + ImageBuilder.RELOCATIONS + 0x800);
        assertThat(image.sections(null).rows())
                .extracting(SectionInfo::name, SectionInfo::base, SectionInfo::permissions)
                .containsExactly(tuple(".text", BASE + 0x500, "r-x"), tuple(".shstrtab", null, "---"));
    }

    @ParameterizedTest
    @EnumSource
    void countsSymbolsByWhateverTableThereIs(ImageBuilder.Hash hash) {
        ElfImage image = open(library(ElfWidth.BITS_64, hash).build());

        assertThat(image.imports().rows()).extracting(ImportInfo::name).containsExactly("elsewhere");
        // Without a hash table relocations alone tell how far the table goes: to the last import.
        assertThat(image.exports().rows()).hasSize(hash == ImageBuilder.Hash.NONE ? 0 : 2);
    }

    @Test
    void countsImportsOfAnImageThatExportsNothing() {
        ElfImage image = open(new ImageBuilder(ElfWidth.BITS_64, ImageBuilder.Hash.GNU)
                .imported("one", 3)
                .imported("two", 3)
                .build());

        assertThat(image.imports().rows()).extracting(ImportInfo::name).containsExactly("two", "one");
        assertThat(image.exports().rows()).isEmpty();
    }

    @Test
    void tellsKindsOfExportsApart() {
        ElfImage image = open(new ImageBuilder(ElfWidth.BITS_64, ImageBuilder.Hash.SYSTEM_V)
                .symbol("data", 0x11, 5, 0x100)
                .symbol("local", 0x01, 5, 0x100)
                .symbol("thread", 0x16, 5, 8)
                .symbol("resolver", 0x1a, 5, 0x200)
                .symbol("number", 0x11, 0xFFF1, 42)
                .symbol("weak", 0x22, 5, 0x300)
                .build());

        assertThat(image.exports().rows())
                .extracting(row -> row.name() + " " + row.kind() + " " + row.binding())
                .containsExactly(
                        "data DATA GLOBAL",
                        "thread THREAD_LOCAL GLOBAL",
                        "resolver RESOLVER GLOBAL",
                        "number ABSOLUTE GLOBAL",
                        "weak FUNCTION WEAK");
        assertThat(image.exports().rows().get(1).address()).isNull();
        assertThat(image.exports().rows().get(3).address()).isEqualTo(42);
    }

    @Test
    void readsOnlyThePagesItNeeds() {
        PagedMemory memory =
                memory(library(ElfWidth.BITS_64, ImageBuilder.Hash.GNU).build());
        ElfImage image = ElfImage.open(memory, BASE);
        assertThat(memory.touched()).containsExactly(BASE);

        image.exports();
        assertThat(memory.touched()).doesNotContain(BASE + ImageBuilder.RELOCATIONS, BASE + ImageBuilder.SECTIONS);
    }

    @Test
    void namesWhatIsInPagesThatAreNotThere() {
        PagedMemory memory =
                memory(library(ElfWidth.BITS_64, ImageBuilder.Hash.GNU).build());
        ElfImage image = ElfImage.open(memory, BASE);

        memory.remove(BASE + ImageBuilder.STRINGS);
        assertThat(image.exports().rows()).isEmpty();
        assertThat(image.exports().missing()).extracting(part -> part.what()).contains("names of symbols (2 times)");
        assertThat(image.imports().rows().getFirst().provenance().isComplete()).isFalse();
    }

    @Test
    void countsByRelocationsWhenTheHashTableIsNotThere() {
        PagedMemory memory =
                memory(library(ElfWidth.BITS_64, ImageBuilder.Hash.GNU).build()).remove(BASE + ImageBuilder.HASH);
        ElfImage image = ElfImage.open(memory, BASE);

        assertThat(image.imports().rows()).hasSize(1);
        assertThat(image.imports().missing()).extracting(part -> part.what()).containsExactly("DT_GNU_HASH");
    }

    @Test
    void givesTablesWithoutHeadersWhereTheLoaderNamesThem() {
        PagedMemory memory =
                memory(library(ElfWidth.BITS_64, ImageBuilder.Hash.GNU).build()).remove(BASE);
        assertThatThrownBy(() -> ElfImage.open(memory, BASE)).isInstanceOf(MemoryAccessException.class);

        ElfImage image = ElfImage.ofDynamic(
                memory, ElfWidth.BITS_64, BASE, ImageBuilder.SIZE, BASE, BASE + ImageBuilder.DYNAMIC);
        assertThat(image.exports().rows()).hasSize(2);
        assertThat(image.sections(null).isComplete()).isFalse();
    }

    @Test
    void givesSegmentsWhereSectionHeadersAreNotThere() {
        MemorySegment bytes = library(ElfWidth.BITS_64, ImageBuilder.Hash.GNU).build();
        PagedMemory memory = memory(bytes).remove(BASE + ImageBuilder.SECTIONS);
        ElfImage image = ElfImage.open(memory, BASE);

        assertThat(image.sections(null).rows())
                .extracting(SectionInfo::name, SectionInfo::kind)
                .contains(tuple("LOAD", SectionInfo.Kind.SEGMENT));
        assertThat(image.sections(null).missing()).isNotEmpty();
        // Pages of the file, by offset, serve as well.
        assertThat(image.sections(new PagedMemory().put(0, bytes)).rows())
                .extracting(SectionInfo::name)
                .containsExactly(".text", ".shstrtab");
    }

    @Test
    void refusesAHashTableThatClaimsMoreThanAnyImageHas() {
        MemorySegment bytes =
                library(ElfWidth.BITS_64, ImageBuilder.Hash.SYSTEM_V).build();
        bytes.set(INT, ImageBuilder.HASH + 4, -1);
        ElfImage image = open(bytes);

        assertThat(image.exports().missing()).extracting(part -> part.what()).contains("DT_HASH");
    }

    @Test
    void cutsATableThatReachesBeyondItsImage() {
        MemorySegment bytes =
                library(ElfWidth.BITS_64, ImageBuilder.Hash.SYSTEM_V).build();
        bytes.set(INT, ImageBuilder.HASH + 4, 100_000);
        ElfImage image = open(bytes);

        assertThat(image.exports().missing())
                .extracting(part -> part.why())
                .contains("100000 of them do not fit into the image, 1024 do");
    }

    @Test
    void refusesOtherBytes() {
        assertThatThrownBy(() -> open(MemorySegment.ofArray(new byte[4096])))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("magic");
        MemorySegment object = library(ElfWidth.BITS_64, ImageBuilder.Hash.GNU).build();
        object.set(ValueLayout.JAVA_BYTE, 16, (byte) 1);
        assertThatThrownBy(() -> open(object)).isInstanceOf(MalformedDataException.class);
    }
}
