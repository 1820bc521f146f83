package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.TargetProcess;
import io.memflow.core.plugin.ChainParser;
import io.memflow.core.plugin.ChainStep;
import io.memflow.core.plugin.Inventory;
import io.memflow.guest.host.HostPackages;
import io.memflow.guest.host.HostProgram;
import io.memflow.os.windows.module.LoaderLists;
import io.memflow.os.windows.structure.UserLayout;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A program of Windows that runs under Wine has the blocks and lists of a Windows process in the memory of a Linux process: the
 * modules that are read from them are those that this machine's kernel says are mapped.
 */
@Tag("guest")
class WineModulesTest {
    private static final String PROMPT = "Press any key";
    /** A first mapping of a PE file: private, from the file's start. */
    private static final Pattern FIRST_MAPPING =
            Pattern.compile("([0-9a-f]+)-[0-9a-f]+ ..-p 0+ \\S+ \\d+ +(/.*\\.(?:dll|exe|drv|so|cpl))");

    private static final int PAGE = 4096;
    /** {@code IMAGE_DOS_SIGNATURE}. */
    private static final int IMAGE = 0x5A4D;

    @TempDir
    private Path directory;

    /** Programs that Wine runs, each by a loader of its own. */
    enum Program {
        BITS_64(HostProgram.WINE64, "/usr/lib/wine/wine64", UserLayout.BITS_64, 0x30, 8),
        BITS_32(HostProgram.WINE32, "/usr/lib/wine/wine", UserLayout.BITS_32, 0x18, 4);

        private final HostProgram host;
        private final String loader;
        private final UserLayout layout;
        /** Where a {@code TEB} has its own address ({@code NT_TIB.Self}). */
        private final int self;

        private final int pointer;

        Program(HostProgram host, String loader, UserLayout layout, int self, int pointer) {
            this.host = host;
            this.loader = loader;
            this.layout = layout;
            this.self = self;
            this.pointer = pointer;
        }
    }

    @ParameterizedTest
    @EnumSource
    void modulesOfAProgramAreThoseThatAreMapped(Program program) throws IOException {
        try {
            HostPackages.of(program.host).ensure(System.out::println);
        } catch (MemflowException absent) {
            assumeTrue(false, program.host.debianPackage() + " is unreachable: " + absent.getMessage());
        }
        ProcessBuilder command = new ProcessBuilder(program.loader, "cmd.exe", "/c", "pause").redirectErrorStream(true);
        command.environment().put("WINEPREFIX", directory.resolve("wine").toString());
        command.environment().put("WINEDEBUG", "-all");
        command.environment().remove("DISPLAY");
        Process wine = command.start();
        try (OperatingSystem system = Inventory.load().build(List.of(ChainParser.parse(ChainStep.Kind.OS, "native")))) {
            awaitPrompt(wine);
            int pid = pid(system);
            TargetProcess process = system.process(pid).orElseThrow();
            List<ModuleInfo> modules = modules(process, program);
            Map<Long, String> mapped = mapped(pid);
            Map<Long, String> listed = new HashMap<>();
            modules.forEach(module -> listed.put(Objects.requireNonNull(module.base()), lower(module.name())));
            assertThat(listed).isEqualTo(mapped).hasSizeGreaterThan(3).containsValue("cmd.exe");
            for (ModuleInfo module : modules) {
                long base = Objects.requireNonNull(module.base());
                assertThat(module.size()).as(module.name()).isEqualTo(imageBytes(process.memory(), base));
            }
            System.out.printf("%s: %d modules of a program under Wine as mapped%n", program, modules.size());
        } finally {
            end(wine);
        }
    }

    /** Reads what Wine says until the program waits for a key; its first start also makes its folder. */
    private static void awaitPrompt(Process wine) throws IOException {
        BufferedReader output = wine.inputReader(StandardCharsets.UTF_8);
        StringBuilder text = new StringBuilder();
        while (text.indexOf(PROMPT) < 0) {
            int letter = output.read();
            assertThat(letter).as("Wine ended, having said: %s", text).isNotNegative();
            text.append((char) letter);
        }
    }

    /** The process of the program, told from others by the folder that Wine was given. */
    private int pid(OperatingSystem system) {
        List<Integer> found = new ArrayList<>();
        for (ProcessInfo row : system.processes().rows()) {
            String last = row.arguments().isEmpty() ? "" : lower(row.arguments().getFirst());
            if (last.endsWith("\\cmd.exe") && isOurs(system, row)) {
                found.add(row.pid());
            }
        }
        assertThat(found).as("processes that run cmd.exe").hasSize(1);
        return found.getFirst();
    }

    private boolean isOurs(OperatingSystem system, ProcessInfo row) {
        String folder = directory.resolve("wine").toString();
        return system.process(row).environment().stream()
                .anyMatch(variable ->
                        variable.name().equals("WINEPREFIX") && variable.value().equals(folder));
    }

    private static List<ModuleInfo> modules(TargetProcess process, Program program) {
        long peb = peb(process, program).orElseThrow(() -> new AssertionError("no TEB is found"));
        Listing<ModuleInfo> modules = new LoaderLists(process.memory(), program.layout).modules(peb);
        assertThat(modules.missing()).isEmpty();
        assertThat(modules.isComplete()).isTrue();
        return modules.rows();
    }

    /** Looks through what is writable for a {@code TEB}. */
    private static OptionalLong peb(TargetProcess process, Program program) {
        for (MemoryRegion region : process.regions().rows()) {
            for (long teb = region.start(); isWritable(region) && teb < region.end(); teb += PAGE) {
                OptionalLong peb = peb(process.memory(), teb, program);
                if (peb.isPresent()) {
                    return peb;
                }
            }
        }
        return OptionalLong.empty();
    }

    /** A {@code TEB} has its own address in it, and that of the {@code PEB}, which has that of the program. */
    private static OptionalLong peb(MemoryView memory, long teb, Program program) {
        try {
            if (memory.readUnsigned(teb + program.self, program.pointer) == teb) {
                long peb = memory.readUnsigned(teb + program.layout.teb().peb(), program.pointer);
                long image = memory.readUnsigned(peb + program.layout.peb().imageBase(), program.pointer);
                return memory.readUnsigned(image, Short.BYTES) == IMAGE ? OptionalLong.of(peb) : OptionalLong.empty();
            }
            return OptionalLong.empty();
        } catch (MemflowException notThere) {
            // A page that only looks like a TEB leads nowhere.
            return OptionalLong.empty();
        }
    }

    private static boolean isWritable(MemoryRegion region) {
        return region.permissions().startsWith("rw");
    }

    /** {@code SizeOfImage} of the header that is mapped there. */
    private static long imageBytes(MemoryView memory, long base) {
        long header = base + memory.readUnsigned(base + 0x3C, Integer.BYTES);
        return memory.readUnsigned(header + 0x50, Integer.BYTES);
    }

    /** First addresses of PE files by what this machine's kernel says. */
    private static Map<Long, String> mapped(int pid) throws IOException {
        Map<Long, String> mapped = new HashMap<>();
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/maps"))) {
            Matcher first = FIRST_MAPPING.matcher(line);
            if (first.matches() && isImage(Path.of(first.group(2)))) {
                mapped.put(
                        Long.parseUnsignedLong(first.group(1), 16),
                        lower(Path.of(first.group(2)).getFileName().toString()));
            }
        }
        return mapped;
    }

    private static boolean isImage(Path file) throws IOException {
        try (var stream = Files.newInputStream(file)) {
            return stream.read() == 'M' && stream.read() == 'Z';
        }
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** Ends the program, and those that Wine started beside it: all have the same folder. */
    private void end(Process wine) throws IOException {
        wine.destroyForcibly();
        String folder = "WINEPREFIX=" + directory.resolve("wine");
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            for (ProcessHandle process : all.toList()) {
                Path environment = Path.of("/proc/" + process.pid() + "/environ");
                if (Files.isReadable(environment) && text(environment).contains(folder)) {
                    process.destroyForcibly();
                    process.onExit().join();
                }
            }
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException ended) {
            return "";
        }
    }
}
