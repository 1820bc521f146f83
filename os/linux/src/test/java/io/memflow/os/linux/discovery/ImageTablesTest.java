package io.memflow.os.linux.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.paging.PagingFormat;
import io.memflow.core.paging.X86Paging;
import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.translate.PageTableWalker;
import io.memflow.core.translate.Translation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ImageTablesTest {
    private static final int BYTES = 32 << 20;
    private static final int PAGE = 4096;
    private static final long VIRTUAL = 0xFFFF_FFFF_8200_0000L;
    private static final long PHYSICAL = 8 << 20;
    private static final long DISTANCE = VIRTUAL - PHYSICAL;
    private static final long IMAGE_BYTES = 12 << 20;
    private static final long LEVEL4 = PHYSICAL + 0x10_0000;
    private static final long LEVEL3 = LEVEL4 + PAGE;
    private static final long FIXMAP = LEVEL3 + PAGE;
    private static final long LISTS = PHYSICAL + 0x20_0000;
    private static final long ROOT = 0x10_0000;
    private static final long LOWER_ROOT = ROOT + PAGE;
    private static final long LINEAR = ROOT + 2 * PAGE;
    private static final long MODULE_PAGES = ROOT + 3 * PAGE;
    private static final long MODULE = 0xFFFF_FFFF_C000_0000L;
    private static final long LINEAR_BASE = 0xFFFF_8880_0000_0000L;
    private static final int TABLE = 0x63;

    private final MemorySegment ram = MemorySegment.ofArray(new byte[BYTES]);
    private final Map<String, Long> symbols = Map.of(
            "level4_kernel_pgt", LEVEL4 + DISTANCE,
            "level3_kernel_pgt", LEVEL3 + DISTANCE,
            "level2_fixmap_pgt", FIXMAP + DISTANCE,
            "_text", VIRTUAL,
            "_end", VIRTUAL + IMAGE_BYTES);

    ImageTablesTest() {
        for (int i = 0; i < 1000; i++) {
            long at = LISTS + i * 16L;
            word(at, at + DISTANCE).word(at + 8, at + DISTANCE);
        }
        word(FIXMAP, MODULE_PAGES | TABLE).word(MODULE_PAGES, 0x5000 | TABLE);
        word(LINEAR, 0xE3);
        byte[] noise = new byte[2 * PAGE];
        new Random(3).nextBytes(noise);
        MemorySegment.copy(MemorySegment.ofArray(noise), 0, ram, LEVEL4, noise.length);
    }

    @Test
    void theImageIsFoundByItsEmptyLists() {
        KernelImage image = UnmappedImage.find(memory()).orElseThrow();
        assertThat(image.virtualBase() - image.physicalBase()).isEqualTo(DISTANCE);
        assertThat(image.containsPhysical(PHYSICAL)).isTrue();
        assertThat(image.containsPhysical(PHYSICAL + IMAGE_BYTES - 1)).isTrue();
    }

    @Test
    void memoryWithoutListsHasNone() {
        ram.fill((byte) 0);
        assertThat(UnmappedImage.find(memory())).isEmpty();
        byte[] noise = new byte[BYTES];
        new Random(5).nextBytes(noise);
        ram.copyFrom(MemorySegment.ofArray(noise));
        assertThat(UnmappedImage.find(memory())).isEmpty();
    }

    @Test
    void fourLevelsAreMadeAnew() {
        word(ROOT + 511 * 8, LEVEL3 | TABLE).word(ROOT + 273 * 8, LINEAR | TABLE);
        allIsMapped(made().orElseThrow(), X86Paging.LEVEL4);
    }

    @Test
    void fiveLevelsAreMadeAnew() {
        word(ROOT + 511 * 8, LEVEL4 | TABLE).word(ROOT + 273 * 8, LOWER_ROOT | TABLE);
        word(ROOT + 510 * 8, LOWER_ROOT | TABLE);
        word(LOWER_ROOT, LINEAR | TABLE);
        PhysicalMemory repaired = made().orElseThrow();
        long root = repaired.map().ranges().getLast().start();
        mapped(repaired, X86Paging.LEVEL5, root, VIRTUAL + 0x1234, PHYSICAL + 0x1234);
        mapped(repaired, X86Paging.LEVEL5, root, MODULE + 8, 0x5008);
    }

    @Test
    void theRootWithMostEntriesIsTaken() {
        word(ROOT + 511 * 8, LEVEL3 | TABLE).word(ROOT + 273 * 8, LINEAR | TABLE);
        // A page of a process' own tables that was freed, and leads to the image only.
        word(LOWER_ROOT + 511 * 8, LEVEL3 | TABLE);
        allIsMapped(made().orElseThrow(), X86Paging.LEVEL4);
    }

    @Test
    void withoutARootNothingIsMade() {
        assertThat(made()).isEmpty();
    }

    private void allIsMapped(PhysicalMemory repaired, PagingFormat format) {
        long root = repaired.map().ranges().getLast().start();
        mapped(repaired, format, root, VIRTUAL, PHYSICAL);
        mapped(repaired, format, root, VIRTUAL + IMAGE_BYTES - 1, PHYSICAL + IMAGE_BYTES - 1);
        mapped(repaired, format, root, LINEAR_BASE + 0x5678, 0x5678);
        mapped(repaired, format, root, MODULE + 8, 0x5008);
        PageTableRootFinder finder = new PageTableRootFinder(repaired);
        assertThat(finder.find().getFirst().image()).isEqualTo(new KernelImage(VIRTUAL, PHYSICAL, IMAGE_BYTES));
    }

    private static void mapped(PhysicalMemory memory, PagingFormat format, long root, long virtual, long physical) {
        Translation translation = new Translation();
        assertThat(new PageTableWalker(memory, format).translate(root, virtual, translation))
                .isTrue();
        assertThat(translation.physical()).isEqualTo(physical);
    }

    private Optional<PhysicalMemory> made() {
        MappedMemory memory = memory();
        DirectMap direct = memory.capability(DirectMap.class).orElseThrow();
        KernelImage image = UnmappedImage.find(memory).orElseThrow();
        return ImageTables.make(memory, direct, image, new Symbols(symbols)).map(ImageTables.Made::memory);
    }

    private MappedMemory memory() {
        return new MappedMemory(
                DirectMap.builder().add(0, ram, 0, BYTES).build(),
                Arena.ofAuto(),
                ViewProperties.Access.READ_ONLY,
                "damaged machine",
                List.of());
    }

    private ImageTablesTest word(long at, long value) {
        ram.set(ScalarLayout.LONG_LITTLE, at, value);
        return this;
    }

    private record Symbols(Map<String, Long> addresses) implements SymbolTable {
        @Override
        public int size() {
            return addresses.size();
        }

        @Override
        public OptionalLong address(String name) {
            Long address = addresses.get(name);
            return address == null ? OptionalLong.empty() : OptionalLong.of(address);
        }

        @Override
        public Optional<Symbol> nearest(long address) {
            return Optional.empty();
        }

        @Override
        public void forEach(Consumer<? super Symbol> consumer) {
            addresses.forEach((name, address) -> consumer.accept(new Symbol(name, address, 't', "")));
        }
    }
}
