package io.memflow.core.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.address.PageType;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.PhysicalScan;
import io.memflow.core.memory.RequestStatus;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.X86Paging;
import io.memflow.core.synthetic.ShuffledFrames;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A mapped file is cut while code reads it that the JVM has compiled: each answer is then that of a memory that never had
 * the rest, and no error comes late. Windows does not let a mapped file shrink.
 */
@DisabledOnOs(OS.WINDOWS)
@SuppressWarnings("MustBeClosedChecker") // The memory owns its arena and closes it.
class VanishedPagesTest {
    private static final int PAGE = 4096;
    private static final long BYTES = 16 << 20;
    private static final long CUT = BYTES * 3 / 4;
    private static final int PAGES = 1500;
    /** Of these areas each has a last table of its own. */
    private static final int PAGES_IN_AREA = 20;

    private static final long AREA = 4 << 20;
    private static final long BASE = 0x7000_0000_0000L;
    /** By then the JVM's best compiler is done with what is called in a loop. */
    private static final int WARM_UP = 20_000;

    private static final int ROUNDS = 100;
    private static final byte UNTOUCHED = 0x55;

    private final Random random = new Random(1);
    private FileChannel file;
    private PhysicalMemory memory;
    private PhysicalMemory rest;
    private AddressSpace space;

    @BeforeEach
    void make(@TempDir Path directory) throws IOException {
        file = FileChannel.open(
                directory.resolve("image"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        Arena arena = Arena.ofShared();
        MemorySegment bytes = file.map(FileChannel.MapMode.READ_WRITE, 0, BYTES, arena);
        memory = memory(bytes, BYTES, arena);
        ShuffledFrames frames = new ShuffledFrames(memory.map(), 1);
        PageTableBuilder builder = new PageTableBuilder(memory, frames);
        AddressSpace.Tree tree = builder.newTree(X86Paging.LEVEL4);
        int type = builder.nearest(X86Paging.LEVEL4, PAGE, PageType.WRITABLE);
        for (int page = 0; page < PAGES; page++) {
            builder.map(tree, virtual(page), frames.allocate(PAGE), PAGE, type);
        }
        space = new AddressSpace(tree, Optional.empty());
        for (long at = 0; at < BYTES; at += Long.BYTES) {
            if (bytes.get(ScalarLayout.LONG_LITTLE, at) == 0) {
                bytes.set(ScalarLayout.LONG_LITTLE, at, at * 0x9E37_79B9_7F4A_7C15L | 1L << 52);
            }
        }
        Arena copyArena = Arena.ofShared();
        MemorySegment copy = copyArena.allocate(CUT);
        copy.copyFrom(bytes.asSlice(0, CUT));
        rest = memory(copy, CUT, copyArena);
    }

    private static PhysicalMemory memory(MemorySegment bytes, long length, Arena arena) {
        DirectMap map = DirectMap.builder().add(0, bytes, 0, length).build();
        return new MappedMemory(map, arena, ViewProperties.Access.READ_WRITE, "to be cut", List.of());
    }

    @AfterEach
    void close() throws IOException {
        memory.close();
        rest.close();
        file.close();
    }

    private static long virtual(int page) {
        return BASE + page / PAGES_IN_AREA * AREA + (long) (page % PAGES_IN_AREA) * PAGE;
    }

    enum View {
        PHYSICAL,
        VIRTUAL;

        MemoryView of(PhysicalMemory memory, AddressSpace space) {
            return this == PHYSICAL ? memory : new VirtualMemory(memory, space);
        }
    }

    private long address(View view, long offset) {
        return offset
                + switch (view) {
                    case PHYSICAL -> (long) random.nextInt((int) (BYTES / PAGE) - 4) * PAGE;
                    case VIRTUAL -> virtual(random.nextInt(PAGES));
                };
    }

    @ParameterizedTest
    @CsvSource({
        "PHYSICAL, 40, 8, 0",
        "PHYSICAL, 1, 8, 0",
        "PHYSICAL, 3, 24, 16",
        "PHYSICAL, 40, 4096, 0",
        "PHYSICAL, 40, 9000, 100",
        "VIRTUAL, 40, 8, 0",
        "VIRTUAL, 1, 8, 0",
        "VIRTUAL, 3, 8, 0",
        "VIRTUAL, 3, 24, 16",
        "VIRTUAL, 40, 4096, 0",
        "VIRTUAL, 40, 9000, 100"
    })
    void batchesEndAsOnWhatIsLeft(View view, int requests, int length, long offset) throws IOException {
        MemoryView cut = view.of(memory, space);
        MemoryView whole = view.of(rest, space);
        MemoryBatch batch = new MemoryBatch();
        MemorySegment buffer = MemorySegment.ofArray(new byte[requests * length]);
        for (int i = 0; i < WARM_UP * 4 / (3 + requests); i++) {
            fill(batch, buffer, view, requests, length, offset);
            cut.read(batch);
        }
        file.truncate(CUT);
        int faults = 0;
        for (int round = 0; round < ROUNDS; round++) {
            fill(batch, buffer, view, requests, length, offset);
            MemoryBatch same = new MemoryBatch();
            MemorySegment sameBuffer =
                    MemorySegment.ofArray(new byte[requests * length]).fill(UNTOUCHED);
            for (int request = 0; request < requests; request++) {
                same.add(batch.address(request), sameBuffer, (long) request * length, length);
            }
            whole.read(same);
            cut.read(batch);

            assertThat(ends(batch)).isEqualTo(ends(same));
            assertThat(buffer.mismatch(sameBuffer)).isEqualTo(-1);
            faults += batch.faultCount();
        }
        assertThat(faults).isGreaterThan(ROUNDS / 10);
    }

    private void fill(MemoryBatch batch, MemorySegment buffer, View view, int requests, int length, long offset) {
        batch.clear();
        buffer.fill(UNTOUCHED);
        for (int request = 0; request < requests; request++) {
            batch.add(address(view, offset), buffer, (long) request * length, length);
        }
    }

    /** Status and faulted runs; whether the source ends there or cannot be read is one cause. */
    private static List<String> ends(MemoryBatch batch) {
        List<String> ends = new ArrayList<>();
        for (int request = 0; request < batch.size(); request++) {
            ends.add(batch.status(request).name());
        }
        for (int i = 0; i < batch.faultCount(); i++) {
            Fault cause =
                    batch.faultCause(i) == Fault.OUTSIDE_PHYSICAL_MEMORY ? Fault.INPUT_OUTPUT : batch.faultCause(i);
            ends.add(batch.faultRequest(i) + " " + batch.faultOffset(i) + " " + batch.faultLength(i) + " " + cause);
        }
        return ends;
    }

    @ParameterizedTest
    @CsvSource({"PHYSICAL", "VIRTUAL"})
    void gettersEndAsOnWhatIsLeft(View view) throws IOException {
        MemoryView cut = view.of(memory, space);
        MemoryView whole = view.of(rest, space);
        long sum = 0;
        for (int i = 0; i < WARM_UP; i++) {
            sum += cut.readLong(address(view, 24));
        }
        assertThat(sum).isNotZero();
        file.truncate(CUT);
        int refused = 0;
        for (int i = 0; i < ROUNDS * 10; i++) {
            long address = address(view, 24);
            String got = got(cut, address);
            assertThat(got).isEqualTo(got(whole, address));
            refused += got.startsWith("no") ? 1 : 0;
        }
        assertThat(refused).isGreaterThan(ROUNDS);
    }

    private static String got(MemoryView view, long address) {
        try {
            return Long.toString(view.readLong(address));
        } catch (MemoryAccessException refused) {
            return "no value at " + refused.address();
        }
    }

    @Test
    void translationsEndAsOnWhatIsLeft() throws IOException {
        VirtualMemory cut = new VirtualMemory(memory, space);
        VirtualMemory whole = new VirtualMemory(rest, space);
        Translation translation = new Translation();
        Translation same = new Translation();
        int mapped = 0;
        for (int i = 0; i < WARM_UP; i++) {
            mapped += cut.translate(address(View.VIRTUAL, 5), translation) ? 1 : 0;
        }
        assertThat(mapped).isEqualTo(WARM_UP);
        file.truncate(CUT);
        int lost = 0;
        for (int i = 0; i < ROUNDS * 10; i++) {
            long address = address(View.VIRTUAL, 5);
            assertThat(cut.translate(address, translation)).isEqualTo(whole.translate(address, same));
            assertThat(translation.fault()).isEqualTo(same.fault());
            assertThat(translation.level()).isEqualTo(same.level());
            if (same.fault() == Fault.NONE) {
                assertThat(translation.physical()).isEqualTo(same.physical());
            } else {
                lost++;
            }
        }
        assertThat(lost).isGreaterThan(ROUNDS);
    }

    @ParameterizedTest
    @CsvSource({"1", "7", "300"})
    void listsOfTranslationsEndAsOnWhatIsLeft(int addresses) throws IOException {
        VirtualMemory cut = new VirtualMemory(memory, space);
        VirtualMemory whole = new VirtualMemory(rest, space);
        TranslationList list = new TranslationList();
        for (int i = 0; i < WARM_UP * 4 / (3 + addresses); i++) {
            fill(list, addresses);
            cut.translate(list);
        }
        file.truncate(CUT);
        int lost = 0;
        for (int round = 0; round < ROUNDS * 2; round++) {
            fill(list, addresses);
            TranslationList same = new TranslationList();
            for (int i = 0; i < addresses; i++) {
                same.add(list.virtual(i));
            }
            whole.translate(same);
            cut.translate(list);
            for (int i = 0; i < addresses; i++) {
                assertThat(list.fault(i)).isEqualTo(same.fault(i));
                assertThat(list.level(i)).isEqualTo(same.level(i));
                if (same.isMapped(i)) {
                    assertThat(list.physical(i)).isEqualTo(same.physical(i));
                } else {
                    lost++;
                }
            }
        }
        assertThat(lost).isGreaterThan(ROUNDS / 10);
    }

    private void fill(TranslationList list, int addresses) {
        list.clear();
        long first = address(View.VIRTUAL, 0);
        for (int i = 0; i < addresses; i++) {
            // Neighbours, which share tables, and others in turns.
            list.add(i % 3 == 0 ? address(View.VIRTUAL, i) : first + i);
        }
    }

    @Test
    void walksGiveWhatIsLeft() throws IOException {
        VirtualMemory cut = new VirtualMemory(memory, space);
        for (int i = 0; i < ROUNDS; i++) {
            assertThat(walk(cut)).hasSize(PAGES);
        }
        file.truncate(CUT);
        assertThat(walk(cut)).isEqualTo(walk(new VirtualMemory(rest, space))).hasSizeBetween(1, PAGES - 1);
    }

    private static List<String> walk(VirtualMemory view) {
        List<String> pages = new ArrayList<>();
        view.walk((virtual, physical, length, type, size) -> pages.add(virtual + " " + physical + " " + size));
        return pages;
    }

    @Test
    void scansGiveZerosForWhatIsGone() throws IOException {
        file.truncate(CUT);
        PhysicalScan.pages(memory, (physical, chunk) -> {
            for (long at = 0; at < chunk.byteSize(); at += Long.BYTES) {
                long expected = physical + at < CUT ? rest.readLong(physical + at) : 0;
                assertThat(chunk.get(ScalarLayout.LONG_LITTLE, at)).isEqualTo(expected);
            }
        });
        assertThat(memory.direct(0, CUT)).isPresent();
        assertThat(memory.direct(0, CUT + 1)).isEmpty();
    }

    @Test
    void writesNameWhatIsGone() throws IOException {
        MemoryBatch batch = new MemoryBatch();
        MemorySegment word = MemorySegment.ofArray(new byte[8]);
        for (int i = 0; i < WARM_UP; i++) {
            batch.clear();
            batch.add(CUT - 8, word);
            batch.add(CUT, word);
            memory.write(batch);
        }
        file.truncate(CUT);
        for (int i = 0; i < ROUNDS; i++) {
            memory.write(batch);
            assertThat(batch.status(0)).isEqualTo(RequestStatus.WHOLE);
            assertThat(batch.status(1)).isEqualTo(RequestStatus.FAILED);
        }
    }
}
