package io.memflow.os.windows.synthetic;

import io.memflow.os.windows.structure.WindowsArchitecture;
import io.memflow.os.windows.structure.WindowsVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Makes programs and libraries, each once, and says where they lie. Confined. */
final class ImageCatalog {
    private static final int PAGE = SyntheticRam.PAGE;
    /** Addresses at which an image can begin ({@code MM_ALLOCATION_GRANULARITY}). */
    private static final int GRANULARITY = 0x1_0000;
    /** Pages of an image that are in memory. */
    private static final int KEPT = 3;

    /** Where linkers put programs unless told otherwise. */
    private static final long WOW64_PROGRAM = 0x40_0000;

    private static final List<String> LIBRARIES = List.of(
            "ntdll.dll",
            "kernel32.dll",
            "KERNELBASE.dll",
            "msvcrt.dll",
            "rpcrt4.dll",
            "advapi32.dll",
            "user32.dll",
            "gdi32.dll",
            "ole32.dll",
            "shell32.dll",
            "ws2_32.dll",
            "crypt32.dll");
    private static final List<String> WOW64_HOST = List.of("wow64.dll", "wow64win.dll", "wow64cpu.dll");

    private final SyntheticRam ram;
    private final WindowsArchitecture architecture;
    private final int build;
    private final SplittableRandom random;
    private final SystemFolders folders;
    private final Map<String, SharedImage> images = new HashMap<>();
    private final List<SharedImage> libraries = new ArrayList<>();
    private final List<SharedImage> wow64Libraries = new ArrayList<>();
    private long nextLibrary;
    private long nextLow;
    private long nextProgram;

    ImageCatalog(SyntheticRam ram, WindowsArchitecture architecture, int build, long seed) {
        this.ram = ram;
        this.architecture = architecture;
        this.build = build;
        random = new SplittableRandom(seed ^ 0x1A6E);
        folders = SystemFolders.of(build);
        boolean isWide = architecture.pointerBytes() == Long.BYTES;
        nextLow = build < WindowsVersion.VISTA && !isWide ? 0x7CA0_0000L : 0x77F0_0000L;
        nextLibrary = !isWide || build < WindowsVersion.VISTA
                ? nextLow
                : build < WindowsVersion.EIGHT
                        ? 0x7FE_FF00_0000L
                        : build < WindowsVersion.EIGHT_ONE ? 0x7F9_FF00_0000L : 0x7FFB_FF00_0000L;
        nextProgram = !isWide
                ? build < WindowsVersion.VISTA ? 0x100_0000L : 0x4F_0000L
                : build < WindowsVersion.EIGHT
                        ? 0x1_3F00_0000L
                        : build < WindowsVersion.EIGHT_ONE ? 0x7F6_1200_0000L : 0x7FF6_1200_0000L;
    }

    /** The program of a native process. */
    SharedImage program(String name, String folder) {
        return images.computeIfAbsent(folder + "\\" + name, _ -> {
            int size = size();
            long base = nextProgram;
            nextProgram += roundUp(size);
            return make(name, folder, base, size, machine());
        });
    }

    /** A 32-bit program of a 64-bit system. */
    SharedImage wow64Program(String name, String folder) {
        return images.computeIfAbsent(folder + "\\" + name, _ -> {
            return make(name, folder, WOW64_PROGRAM, size(), PeWriter.MACHINE_X86);
        });
    }

    /** The first libraries of native programs. */
    List<SharedImage> libraries(int count) {
        while (libraries.size() < count) {
            int index = libraries.size();
            String name = index < LIBRARIES.size() ? LIBRARIES.get(index) : "library%03d.dll".formatted(index);
            int size = size();
            // Of 64-bit libraries before Windows 8, ntdll lies low.
            boolean isLow = index == 0 && build < WindowsVersion.EIGHT;
            long base = isLow ? takeLow(size) : takeLibrary(size);
            libraries.add(make(name, folders.system32(), base, size, machine()));
        }
        return libraries.subList(0, count);
    }

    /** The first libraries of 32-bit programs on a 64-bit system. */
    List<SharedImage> wow64Libraries(int count) {
        while (wow64Libraries.size() < count) {
            int index = wow64Libraries.size();
            String name = index < LIBRARIES.size() ? LIBRARIES.get(index) : "library%03d.dll".formatted(index);
            int size = size();
            wow64Libraries.add(make(name, folders.sysWow64(), takeLow(size), size, PeWriter.MACHINE_X86));
        }
        return wow64Libraries.subList(0, count);
    }

    /** What 32-bit programs have beside {@code ntdll.dll} on the 64-bit side. */
    List<SharedImage> wow64Host() {
        List<SharedImage> host = new ArrayList<>();
        for (String name : WOW64_HOST) {
            host.add(images.computeIfAbsent(name, _ -> {
                int size = size();
                return make(name, folders.system32(), takeLow(size), size, machine());
            }));
        }
        return host;
    }

    private long takeLibrary(int size) {
        nextLibrary -= roundUp(size);
        if (nextLibrary < 1L << Integer.SIZE) {
            nextLow = Math.min(nextLow, nextLibrary);
        }
        return nextLibrary;
    }

    private long takeLow(int size) {
        nextLow -= roundUp(size);
        if (nextLibrary < 1L << Integer.SIZE) {
            nextLibrary = nextLow;
        }
        return nextLow;
    }

    private static long roundUp(int size) {
        return (long) size + GRANULARITY - 1 & -GRANULARITY;
    }

    private int size() {
        return random.nextInt(0x10, 0x80) * PAGE;
    }

    private int machine() {
        return PeWriter.machine(architecture);
    }

    private SharedImage make(String name, String folder, long base, int size, int machine) {
        int entry = PAGE + 0x40;
        PeWriter image = new PeWriter(name, machine, base, size, KEPT * PAGE, entry)
                .section(".text", PAGE, PAGE, PeWriter.CODE)
                .section(".rdata", 2 * PAGE, PAGE, PeWriter.READ)
                .section(".data", 3 * PAGE, size - 3 * PAGE, PeWriter.WRITE)
                .export("Made", PAGE + 0x80)
                .export("MadeToo", PAGE + 0x90)
                .bytes(entry, new byte[] {0x33, (byte) 0xC0, (byte) 0xC3})
                .exportsAt(2 * PAGE);
        byte[] bytes = image.build();
        List<Long> frames = new ArrayList<>();
        for (int page = 0; page < KEPT; page++) {
            long frame = ram.frame();
            ram.put(frame, bytes, page * PAGE, PAGE);
            frames.add(frame);
        }
        return new SharedImage(name, folder, base, size, base + entry, PeWriter.timestamp(name, size), frames);
    }
}
