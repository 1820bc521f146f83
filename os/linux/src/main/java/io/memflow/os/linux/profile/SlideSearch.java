package io.memflow.os.linux.profile;

import io.memflow.core.address.Address;
import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.translate.Translation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Finds how far a kernel was moved from where a file's symbols say it was linked to (KASLR). Confined. */
final class SlideSearch {
    /** Fewer names in common prove nothing. */
    private static final int FEWEST_COMMON = 64;
    /** KASLR moves kernels by whole pages at least (x86-64 by CONFIG_PHYSICAL_ALIGN, arm64 by 64 KiB). */
    private static final int PAGE = 4096;

    private final SymbolTable linked;
    private final LoadedKernel kernel;
    private final Space space;

    SlideSearch(SymbolTable linked, LoadedKernel kernel) {
        this.linked = linked;
        this.kernel = kernel;
        space = Space.of(kernel);
    }

    /** Which addresses move with the kernel: those in its half. What is below, such as x86-64's per-CPU data, does not. */
    enum Space {
        BITS_32,
        BITS_64;

        /** The lowest {@code PAGE_OFFSET} a 32-bit kernel can be built with is 0x40000000 (VMSPLIT_1G). */
        private static final long LOWEST_32 = 0x4000_0000L;

        static Space of(LoadedKernel kernel) {
            return kernel.memory().properties().pointerBytes() == Long.BYTES ? BITS_64 : BITS_32;
        }

        boolean moves(long address) {
            return this == BITS_64 ? address < 0 : address >= LOWEST_32;
        }

        long moved(long address, long slide) {
            if (!moves(address)) {
                return address;
            }
            return this == BITS_64 ? address + slide : address + slide & 0xFFFF_FFFFL;
        }
    }

    /**
     * A distance.
     *
     * @param slide bytes to add to linked addresses
     * @param agreed names that lie where it says
     * @param disagreed names that do not
     * @param example one of those and where it lies on both sides
     * @param finding what it was found by
     */
    record Found(long slide, int agreed, int disagreed, String example, String finding) {
        /** A name that differs may be one of several; one in a thousand cannot be the rule of another build. */
        boolean isRefuted() {
            return disagreed > agreed / 1000;
        }
    }

    /** By the names that the kernel's own table has too. */
    Optional<Found> bySymbols() {
        Map<String, Set<Long>> own = new HashMap<>();
        kernel.symbols()
                .forEach(symbol -> own.computeIfAbsent(symbol.name(), name -> new HashSet<>(2))
                        .add(symbol.address()));
        Map<Long, Integer> votes = new HashMap<>();
        linked.forEach(symbol -> {
            Set<Long> places = own.getOrDefault(symbol.name(), Set.of());
            if (places.size() == 1 && space.moves(symbol.address())) {
                votes.merge(places.iterator().next() - symbol.address(), 1, Integer::sum);
            }
        });
        Optional<Map.Entry<Long, Integer>> most = votes.entrySet().stream().max(Map.Entry.comparingByValue());
        if (most.isEmpty()
                || votes.values().stream().mapToInt(Integer::intValue).sum() < FEWEST_COMMON) {
            return Optional.empty();
        }
        Comparison comparison = new Comparison(own, most.get().getKey());
        linked.forEach(comparison::add);
        return Optional.of(comparison.found());
    }

    /** Compares by name: a name may stand for several symbols, of which either side may have but one. Confined. */
    private final class Comparison {
        private final Map<String, Set<Long>> own;
        private final long slide;
        private final Set<String> agreed = new HashSet<>();
        private final Map<String, Long> elsewhere = new HashMap<>();

        Comparison(Map<String, Set<Long>> own, long slide) {
            this.own = own;
            this.slide = slide;
        }

        void add(Symbol symbol) {
            Set<Long> places = own.getOrDefault(symbol.name(), Set.of());
            long address = space.moved(symbol.address(), slide);
            if (places.contains(address)) {
                agreed.add(symbol.name());
            } else if (!places.isEmpty()) {
                elsewhere.put(symbol.name(), address);
            }
        }

        Found found() {
            elsewhere.keySet().removeAll(agreed);
            String example = elsewhere.isEmpty() ? "" : example();
            String others = example.isEmpty()
                    ? "none elsewhere"
                    : "%d elsewhere, such as %s".formatted(elsewhere.size(), example);
            return new Found(
                    slide,
                    agreed.size(),
                    elsewhere.size(),
                    example,
                    "%d names are where the kernel's own table has them, %s".formatted(agreed.size(), others));
        }

        private String example() {
            String name = Collections.min(elsewhere.keySet());
            return "%s, which is at %s and should be at %s"
                    .formatted(
                            name,
                            Address.format(
                                    own.getOrDefault(name, Set.of()).iterator().next()),
                            Address.format(elsewhere.getOrDefault(name, 0L)));
        }
    }

    /** By where the banner lies in the image; the root page table must then lie where the file says. */
    Optional<Found> byBanner() {
        OptionalLong banner = linked.address("linux_banner");
        OptionalLong root = linked.address(kernel.rootSymbol());
        if (banner.isEmpty() || root.isEmpty()) {
            return Optional.empty();
        }
        byte[] text = kernel.banner().strip().getBytes(StandardCharsets.ISO_8859_1);
        MemorySegment image = kernel.image();
        for (long at = 0; at + text.length <= image.byteSize(); at++) {
            long slide = kernel.imageAddress() + at - banner.getAsLong();
            if (slide % PAGE == 0 && holds(image, at, text) && isRoot(space.moved(root.getAsLong(), slide))) {
                String finding = "its linux_banner and %s lead to the kernel's".formatted(kernel.rootSymbol());
                return Optional.of(new Found(slide, 2, 0, "", finding));
            }
        }
        return Optional.empty();
    }

    private static boolean holds(MemorySegment image, long at, byte[] text) {
        for (int i = 0; i < text.length; i++) {
            if (image.get(ValueLayout.JAVA_BYTE, at + i) != text[i]) {
                return false;
            }
        }
        return true;
    }

    private boolean isRoot(long address) {
        Translation translation = new Translation();
        return kernel.memory().translate(address, translation)
                && translation.physical() == kernel.memory().root();
    }
}
