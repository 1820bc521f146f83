package io.memflow.formats.pe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.os.ExportInfo;
import io.memflow.core.os.ImportInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ModuleDetails;
import io.memflow.core.os.SectionInfo;
import io.memflow.formats.Corruption;
import io.memflow.formats.PagedMemory;
import io.memflow.formats.WindowsSamples;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that clang and lld made of {@code sample.c}, as files and laid out in memory at another address. */
class PeImageTest {
    private static final long BASE = 0xFFFF_F801_2340_0000L;

    private static byte[] bytes(String name) {
        return WindowsSamples.resource(PeImageTest.class, name);
    }

    private static PeImage file(String name) {
        return PeImage.ofFile(MemorySegment.ofArray(bytes(name)));
    }

    /** As a loader puts it into memory, but not relocated. */
    private static PagedMemory loaded(String name) {
        PeImage file = file(name);
        PagedMemory memory = new PagedMemory();
        for (long at = 0; at < file.size(); at += PagedMemory.PAGE) {
            MemorySegment page = MemorySegment.ofArray(new byte[PagedMemory.PAGE]);
            file.memory().read(file.base() + at, page);
            memory.put(BASE + at, page);
        }
        return memory;
    }

    @ParameterizedTest
    @CsvSource({"sample64.dll,x86-64,8", "sample32.dll,i386,4", "samplearm64.dll,arm64,8"})
    void headersAndVersionOfEachMachineAreRead(String name, String machine, int pointerBytes) {
        PeImage image = file(name);

        assertThat(image.header().machineName()).isEqualTo(machine);
        assertThat(image.width().bytes()).isEqualTo(pointerBytes);
        assertThat(image.header().timestamp()).isEqualTo(1_700_000_000L);
        assertThat(image.header().characteristics() & PeHeader.CHARACTERISTIC_DLL)
                .isNotZero();
        assertThat(image.ownName()).contains(name);
        assertThat(image.needs()).containsExactly("other.dll", "late.dll");
        assertThat(image.storeKey()).startsWith("6553F100");
        PeVersion version = image.version().orElseThrow();
        assertThat(version.fixed()).isEqualTo(new PeVersion.Fixed("1.2.3.4", "5.6.7.8", 1, 0x40004, 2, 0));
        assertThat(version.text("OriginalFilename")).contains("sample.dll");
        assertThat(version.text("Missing")).isEmpty();
        PdbReference pdb = image.pdb().orElseThrow();
        assertThat(pdb.fileName()).isEqualTo(name.replace(".dll", ".pdb"));
        assertThat(pdb.age()).isEqualTo(1);
        assertThat(pdb.storeKey()).isEqualTo(pdb.guid().replace("-", "") + "1");
    }

    @Test
    void exportsHaveNumbersNamesAndWhereTheyAreForwarded() {
        PeImage image = PeImage.open(loaded("sample64.dll"), BASE);

        Listing<ExportInfo> exports = image.exports();

        assertThat(exports.isComplete()).isTrue();
        assertThat(exports.rows()).extracting(ExportInfo::ordinal).containsExactly(50L, 51L, 52L, 53L, 54L, 55L, 56L);
        assertThat(exports.rows())
                .extracting(ExportInfo::name)
                .containsExactly(
                        "",
                        "sample_alias",
                        "sample_forward",
                        "sample_function",
                        "sample_late",
                        "sample_outer",
                        "sample_value");
        assertThat(exports.rows().get(2).forwarder()).isEqualTo("other.other_function");
        assertThat(exports.rows().get(2).address()).isNull();
        assertThat(exports.rows().get(3).address()).isEqualTo(BASE + 0x1000);
        assertThat(exports.rows().get(3).kind()).isEqualTo(ExportInfo.Kind.FUNCTION);
        assertThat(exports.rows().get(5).kind()).isEqualTo(ExportInfo.Kind.DATA);
        assertThat(image.export("sample_outer")).hasValue(BASE + 0x3018);
        assertThat(image.export("sample_forward")).isEmpty();
        assertThat(image.export("sample")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sample64.dll", "sample32.dll", "samplearm64.dll"})
    void importsHaveLibraryNameOrNumberAndSlot(String name) {
        PeImage image = file(name);

        Listing<ImportInfo> imports = image.imports();

        assertThat(imports.isComplete()).isTrue();
        assertThat(imports.rows())
                .extracting(ImportInfo::library)
                .containsExactly("other.dll", "other.dll", "other.dll", "late.dll");
        assertThat(imports.rows())
                .extracting(ImportInfo::name)
                .containsExactly(null, "other_data", "other_function", "late_function");
        assertThat(imports.rows().getFirst().ordinal()).isEqualTo(77);
        for (ImportInfo row : imports.rows()) {
            assertThat(image.sectionAt(Objects.requireNonNull(row.slot()))
                            .orElseThrow()
                            .name())
                    .isIn(".rdata", ".data");
        }
    }

    @Test
    void sectionsHaveTheBytesTheyUseAndTheirPermissions() {
        List<SectionInfo> sections =
                PeImage.open(loaded("sample64.dll"), BASE).sections().rows();

        assertThat(sections).extracting(SectionInfo::name).startsWith(".text", ".rdata", ".data", ".pdata", ".rsrc");
        assertThat(sections.getFirst().base()).isEqualTo(BASE + 0x1000);
        assertThat(sections).extracting(SectionInfo::permissions).startsWith("r-x", "r--", "rw-");
    }

    @Test
    void aQuestionTouchesNoMoreThanItNeeds() {
        PagedMemory memory = loaded("sample64.dll");
        PeImage image = PeImage.open(memory, BASE);

        assertThat(memory.touched()).containsExactly(BASE);
        image.export("sample_value");
        assertThat(memory.touched()).containsExactlyInAnyOrder(BASE, BASE + 0x2000);
    }

    @Test
    void pagesThatAreMissingAreNamedAndTheRestIsGiven() {
        PagedMemory memory = loaded("sample64.dll");
        PeImage image = PeImage.open(memory, BASE);

        memory.remove(BASE + 0x2000);

        assertThat(image.exports().rows()).isEmpty();
        assertThat(image.exports().missing().getFirst().why()).contains("0xfffff80123402");
        assertThat(image.imports().missing()).isNotEmpty();
        assertThatThrownBy(image::pdb).isInstanceOf(MemoryAccessException.class);
        assertThat(image.version()).isPresent();
        memory.remove(BASE);
        assertThatThrownBy(() -> PeImage.open(memory, BASE)).isInstanceOf(MemoryAccessException.class);
    }

    @Test
    void detailsHaveWhatTheImageTellsAndNameTheRest() {
        PagedMemory memory = loaded("sample64.dll");
        PeImage image = PeImage.open(memory, BASE);

        ModuleDetails whole = image.details("sample");
        memory.remove(BASE + 0x2000);
        ModuleDetails part = image.details("sample");

        assertThat(whole.provenance().isComplete()).isTrue();
        assertThat(whole.identity()).isEqualTo(image("sample64.dll").storeKey());
        assertThat(whole.machine()).isEqualTo("x86-64");
        assertThat(whole.version()).isEqualTo("1.2.3.4");
        assertThat(whole.needs()).containsExactly("other.dll", "late.dll");
        assertThat(whole.entry()).isEqualTo(BASE + 0x1090);
        assertThat(part.identity()).isNull();
        assertThat(part.version()).isEqualTo("1.2.3.4");
        assertThat(part.provenance().missing()).extracting(MissingPart::what).contains("identity", "own name");
    }

    private static PdbReference image(String name) {
        return file(name).pdb().orElseThrow();
    }

    @Test
    void whatIsNoImageIsRefused() {
        assertThatThrownBy(() -> PeImage.ofFile(MemorySegment.ofArray(new byte[4096])))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("MZ");
        assertThatThrownBy(() -> PeImage.ofFile(MemorySegment.ofArray(new byte[0])))
                .isInstanceOf(MemflowException.class);
    }

    @Test
    void aFileThatEndsEarlyNamesWhatItLacks() {
        byte[] bytes = bytes("sample64.dll");
        PeImage image = PeImage.ofFile(MemorySegment.ofArray(bytes).asSlice(0, 0x600));

        assertThat(image.exports().missing().getFirst().why()).contains("not in memory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sample64.dll", "sample32.dll"})
    void damagedFilesEndInRowsOrInOurOwnExceptions(String name) {
        Corruption.truncate(bytes(name), 600, 200, 5, PeImageTest::exercise);
        Corruption.mutate(bytes(name), 3_000, 17, PeImageTest::exercise);
    }

    private static void exercise(MemorySegment bytes) {
        PeImage image = PeImage.ofFile(bytes);
        image.exports();
        image.imports();
        image.sections();
        for (Runnable question :
                List.<Runnable>of(image::pdb, image::version, image::ownName, image::needs, () -> image.export("x"))) {
            try {
                question.run();
            } catch (MemflowException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
    }
}
