package io.memflow.os.linux.discovery;

import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.PhysicalScan;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.os.linux.structure.KernelVersion;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What one pass over physical memory shows of kernels: version banners ({@code linux_banner}, init/version.c), pages of
 * VMCOREINFO, and pages that could be page tables. Confined.
 */
final class MemorySurvey {
    private static final int PAGE_BYTES = 4096;
    private static final int WORDS = PAGE_BYTES / Long.BYTES;
    private static final String BANNER = "Linux version ";
    private static final int BANNER_BYTES = 512;
    /** The first eight bytes of {@code vmcoreinfo_data}, kernel/vmcore_info.c. */
    private static final long VMCOREINFO = littleEndian("OSRELEAS");
    /** A kernel has three banners in memory; an image of many stale kernels a few dozen. */
    private static final int MOST_BANNERS = 64;

    /** {@code UTS_VERSION} begins with the number of the build. */
    private static final Pattern NUMBERED = Pattern.compile(" #\\d");

    private static final int MOST_VMCOREINFOS = 16;

    /** Of every word the four low bytes are looked at; they occur eight times in the banner, one for each alignment. */
    private static final int[] WINDOWS = windows();

    private final PhysicalMemory memory;
    private final long[] words = new long[WORDS];
    private final List<Banner> banners = new ArrayList<>();
    private final List<Long> vmcoreinfos = new ArrayList<>();
    private final TablePages[] tables;

    private MemorySurvey(PhysicalMemory memory) {
        this.memory = memory;
        tables = new TablePages[TableFamily.ALL.size()];
        Arrays.setAll(tables, family -> new TablePages());
    }

    /**
     * A banner of a kernel.
     *
     * @param physical where it lies
     */
    record Banner(long physical, String text) {}

    /** Physical addresses in ascending order. */
    static final class TablePages {
        private long[] pages = new long[64];
        private int count;

        private void add(long physical) {
            if (count == pages.length) {
                pages = Arrays.copyOf(pages, count * 2);
            }
            pages[count] = physical;
            count++;
        }

        int count() {
            return count;
        }

        long page(int index) {
            return pages[index];
        }
    }

    static MemorySurvey of(PhysicalMemory memory) {
        MemorySurvey survey = new MemorySurvey(memory);
        PhysicalScan.pages(memory, survey::collect);
        return survey;
    }

    List<Banner> banners() {
        return List.copyOf(banners);
    }

    /** Physical addresses of pages that begin as VMCOREINFO does. */
    List<Long> vmcoreinfos() {
        return List.copyOf(vmcoreinfos);
    }

    /** 4 KiB pieces of memory whose first entries could be a family's. */
    TablePages tables(TableFamily family) {
        return tables[TableFamily.ALL.indexOf(family)];
    }

    private void collect(long physical, MemorySegment chunk) {
        for (long at = 0; at < chunk.byteSize(); at += PAGE_BYTES) {
            MemorySegment.copy(chunk, ScalarLayout.LONG_LITTLE, at, words, 0, WORDS);
            look(physical + at);
        }
    }

    private void look(long physical) {
        if (PhysicalScan.isZero(words)) {
            return;
        }
        long first = 0;
        long second = 0;
        for (int i = 0; i < WORDS; i++) {
            long word = words[i];
            if (word == 0) {
                continue;
            }
            if (second == 0) {
                second = first == 0 ? 0 : word;
                first = first == 0 ? word : first;
            }
            int low = (int) word;
            if (WINDOWS[low & 0xFF] == low) {
                addBanner(physical + (long) i * Long.BYTES, low);
            }
        }
        if (first == 0) {
            return;
        }
        if (words[0] == VMCOREINFO && vmcoreinfos.size() < MOST_VMCOREINFOS) {
            vmcoreinfos.add(physical);
        }
        for (int family = 0; family < tables.length; family++) {
            EntryShape shape = TableFamily.ALL.get(family).shape();
            if (couldBeTable(shape, first) && (second == 0 || couldBeTable(shape, second))) {
                tables[family].add(physical);
            }
        }
    }

    private static boolean couldBeTable(EntryShape shape, long word) {
        if (shape.entryBytes() == Long.BYTES) {
            return shape.couldBePresent(word);
        }
        int low = (int) word;
        int high = (int) (word >>> Integer.SIZE);
        return (low == 0 || shape.couldBePresent(low)) && (high == 0 || shape.couldBePresent(high));
    }

    private void addBanner(long word, int window) {
        int inside = 0;
        while (window(inside) != window) {
            inside++;
        }
        long start = word - inside;
        if (banners.size() >= MOST_BANNERS) {
            return;
        }
        byte[] bytes = new byte[BANNER_BYTES];
        MemoryBatch batch = new MemoryBatch(1);
        batch.add(start, MemorySegment.ofArray(bytes));
        memory.read(batch);
        int end = 0;
        while (end < bytes.length && bytes[end] >= ' ') {
            end++;
        }
        // Banners that say "#" without a number stand in until the last step of linking (init/version.c).
        // The banner ends with a line feed; format strings, command lines and files on the way do not.
        boolean ends = end + 1 < bytes.length && bytes[end] == '\n' && bytes[end + 1] == 0;
        String text = new String(bytes, 0, end, StandardCharsets.US_ASCII);
        if (ends
                && NUMBERED.matcher(text).find()
                && KernelVersion.ofBanner(text).isPresent()) {
            banners.add(new Banner(start, text));
        }
    }

    private static int window(int inside) {
        return (int) littleEndian(BANNER.substring(inside, inside + Integer.BYTES));
    }

    private static int[] windows() {
        int[] windows = new int[256];
        // An entry that no word can equal: its low byte is another one.
        Arrays.setAll(windows, low -> low + 1);
        for (int inside = 0; inside < Long.BYTES; inside++) {
            windows[window(inside) & 0xFF] = window(inside);
        }
        return windows;
    }

    private static long littleEndian(String text) {
        long word = 0;
        for (int i = text.length() - 1; i >= 0; i--) {
            word = word << Byte.SIZE | text.charAt(i);
        }
        return word;
    }
}
