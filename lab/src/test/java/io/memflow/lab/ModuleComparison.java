package io.memflow.lab;

import io.memflow.core.os.ExportInfo;
import io.memflow.core.os.ImportInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.ModuleDetails;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.SectionInfo;
import io.memflow.core.os.SymbolVersion;
import io.memflow.core.os.TargetModule;
import io.memflow.core.os.TargetProcess;
import io.memflow.guest.architecture.GuestArchitecture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Modules of processes against their {@code /proc/PID/maps} and against what nm(1) and readelf(1) say of the very files;
 * the kernel's modules against {@code /sys/module}. Confined.
 */
final class ModuleComparison {
    private static final String VDSO = "[vdso]";
    private static final Set<String> BOTH = Set.of("regions", "link-map");

    private final OperatingSystem system;
    private final GroundTruth truth;
    private final Findings findings = new Findings();

    private ModuleComparison(OperatingSystem system, GroundTruth truth) {
        this.system = system;
        this.truth = truth;
    }

    /** Compares all that can be; a kernel without types has no details of its modules. */
    static LinuxComparison.Result compare(OperatingSystem system, GroundTruth truth, GuestArchitecture architecture)
            throws IOException {
        ModuleComparison comparison = new ModuleComparison(system, truth);
        Map<String, Path> files = LinkedProgram.build(architecture).files();
        for (ProcessTruth process : truth.processes()) {
            if (truth.isComparable(process) && !process.maps().isEmpty()) {
                comparison.programs(process);
            }
        }
        for (ProcessTruth process : truth.named(LinkedProgram.PROGRAM)) {
            comparison.linked(process, files);
        }
        comparison.findings.same(
                "linked programs", 2, truth.named(LinkedProgram.PROGRAM).size());
        if (architecture != GuestArchitecture.I386) {
            comparison.kernel();
        }
        return new LinuxComparison.Result(comparison.findings.differences(), comparison.findings.compared());
    }

    /** Each program and vdso is a module, at the address its first page is mapped at. */
    private void programs(ProcessTruth process) {
        Map<Long, String> wanted = new TreeMap<>();
        for (MapTruth map : process.maps()) {
            boolean begins =
                    map.offset() == 0 && map.path().equals(process.exe().orElse("none"));
            if ((begins && !wanted.containsValue(map.path())) || map.path().equals(VDSO)) {
                wanted.put(map.start(), map.path());
            }
        }
        Listing<ModuleInfo> modules =
                system.process(process.pid()).orElseThrow().modules();
        Map<Long, String> got = new TreeMap<>();
        for (ModuleInfo module : modules.rows()) {
            String path = module.path() == null ? module.name() : module.path();
            if (wanted.containsValue(path)) {
                got.put(Objects.requireNonNullElse(module.base(), -1L), path);
            }
        }
        findings.count("programs", wanted.size());
        findings.same("modules of process " + process.pid(), wanted, got);
    }

    private void linked(ProcessTruth process, Map<String, Path> files) {
        boolean touched = process.arguments().contains("touched");
        String who = "process " + process.pid() + (touched ? " (touched): " : " (sparse): ");
        TargetProcess target = system.process(process.pid()).orElseThrow();
        Listing<ModuleInfo> modules = target.modules();
        if (touched) {
            findings.same(who + "damage of its modules", List.of(), modules.missing());
        }
        Set<String> paths = new TreeSet<>();
        for (ModuleInfo module : modules.rows()) {
            paths.add(module.path() == null ? module.name() : module.path());
            findings.same(
                    who + "sources of " + module.name(),
                    BOTH,
                    Set.copyOf(module.provenance().sources()));
        }
        Set<String> wanted = new TreeSet<>(files.keySet());
        wanted.add(VDSO);
        findings.same(who + "modules", wanted, paths);
        files.forEach((path, file) -> {
            Optional<TargetModule> module = target.module(path);
            if (module.isEmpty()) {
                findings.differ(who + path + " is not found");
                return;
            }
            if (touched) {
                image(who + path + ": ", process, module.get(), ImageTruth.of(file));
            } else {
                sparse(who + path + ": ", process, module.get(), ImageTruth.of(file));
            }
        });
    }

    private void image(String who, ProcessTruth process, TargetModule module, ImageTruth file) {
        long base = first(process, module);
        findings.same(who + "base", base, module.info().base());
        findings.same(who + "damage of its exports", true, module.exports().isComplete());
        findings.same(who + "damage of its imports", true, module.imports().isComplete());
        findings.count("exports", file.exports().size());
        findings.same(who + "exports", file.exports(), exports(module, base));
        findings.count("imports", file.imports().size());
        findings.same(who + "imports", file.imports(), imports(module));
        ModuleDetails details = module.details().rows().getFirst();
        findings.same(
                who + "damage of its details", List.of(), details.provenance().missing());
        findings.same(who + "needed", file.needed(), details.needs());
        findings.same(who + "build id", file.buildId(), Objects.requireNonNullElse(details.identity(), ""));
        findings.count("images", 1);
        sections(who, module, file, base);
    }

    /** Sections come from pages of the file; where those are not known, segments stand for them and the listing says so. */
    private void sections(String who, TargetModule module, ImageTruth file, long base) {
        Listing<SectionInfo> sections = module.sections();
        if (sections.isComplete()) {
            findings.count("sections", file.sections().size());
            findings.same(who + "sections", file.sections(), sections(sections, base));
        } else {
            boolean segments = !sections.rows().isEmpty()
                    && sections.rows().stream().allMatch(row -> row.kind() == SectionInfo.Kind.SEGMENT);
            findings.count("segments instead of sections", 1);
            findings.same(who + "segments instead of sections", true, segments);
        }
    }

    /** Pages that are not mapped cost what is in them, and are named. */
    private void sparse(String who, ProcessTruth process, TargetModule module, ImageTruth file) {
        long base = first(process, module);
        List<String> exports = exports(module, base);
        findings.count("exports of sparse images", exports.size());
        List<String> strange = new ArrayList<>();
        Set<String> known = new HashSet<>(file.exports());
        Set<String> names =
                file.exports().stream().map(ModuleComparison::withoutVersion).collect(Collectors.toSet());
        for (ExportInfo row : module.exports().rows()) {
            String text = export(row, base);
            // Versions have pages of their own: a row that could not read its version says so.
            boolean fits = row.provenance().isComplete() ? known.contains(text) : names.contains(withoutVersion(text));
            if (!fits) {
                strange.add(text + " " + row.provenance().missing());
            }
        }
        findings.same(who + "exports that are not in the file", List.of(), strange);
        boolean whole = exports.size() == file.exports().size();
        // What tells how many there are may be lost without costing one.
        findings.same(
                who + "what is missing is named",
                true,
                whole || !module.exports().isComplete());
    }

    private static long first(ProcessTruth process, TargetModule module) {
        return process.maps().stream()
                .filter(map -> map.path().equals(module.info().path()) && map.offset() == 0)
                .mapToLong(MapTruth::start)
                .findFirst()
                .orElse(-1);
    }

    private static List<String> exports(TargetModule module, long base) {
        return module.exports().rows().stream()
                .map(row -> export(row, base))
                .sorted()
                .toList();
    }

    private static String withoutVersion(String export) {
        int at = export.indexOf('@');
        return at < 0 ? export : export.substring(0, at);
    }

    private static String export(ExportInfo row, long base) {
        Long address = row.address();
        boolean absolute = row.kind() == ExportInfo.Kind.ABSOLUTE;
        String place = address == null ? "-" : Long.toHexString(absolute ? address : address - base);
        // A version's own symbol is shown without it.
        SymbolVersion version = row.version();
        boolean plain = version == null || version.name().equals(row.name());
        return place + " " + row.name() + (plain ? "" : version);
    }

    private static List<String> imports(TargetModule module) {
        return module.imports().rows().stream()
                .map(ModuleComparison::line)
                .sorted()
                .toList();
    }

    private static String line(ImportInfo row) {
        return row.name() + (row.version() == null ? "" : row.version());
    }

    private static List<String> sections(Listing<SectionInfo> sections, long base) {
        return sections.rows().stream()
                .map(row -> row.name() + " " + offset(row.base(), base) + " "
                        + Long.toHexString(Objects.requireNonNullElse(row.size(), -1L)))
                .toList();
    }

    private static String offset(@Nullable Long address, long base) {
        return address == null ? "0" : Long.toHexString(address - base);
    }

    private void kernel() {
        SysfsModules facts = SysfsModules.parse(truth.snapshot().require("run/modules"));
        Listing<ModuleDetails> details = system.moduleDetails();
        findings.same("damage of module details", true, details.isComplete());
        Map<String, ModuleDetails> rows = new TreeMap<>();
        details.rows().forEach(row -> rows.put(row.name(), row));
        findings.same("modules with details", facts.names(), rows.keySet());
        for (ModuleDetails row : rows.values()) {
            String who = "module " + row.name() + ": ";
            findings.count("module details", 1);
            findings.same(who + "references", facts.value(row.name(), "refcnt"), String.valueOf(row.references()));
            findings.same(who + "state", facts.value(row.name(), "initstate"), lower(row.state()));
            findings.same(who + "taint", facts.value(row.name(), "taint"), row.taint());
            findings.same(who + "version", facts.value(row.name(), "version"), text(row.version()));
            findings.same(who + "srcversion", facts.value(row.name(), "srcversion"), text(row.sourceVersion()));
            findings.same(who + "users", facts.holders(row.name()), new TreeSet<>(row.users()));
            findings.same(who + "build id", facts.buildId(row.name()), text(row.identity()));
            parameters(who, facts.below(row.name(), "parameters"), row.parameters());
            TargetModule module = system.module(row.name()).orElseThrow();
            Map<String, String> sections = new TreeMap<>();
            module.sections().rows().forEach(section -> sections.put(section.name(), hexadecimal(section.base())));
            findings.count("module sections", sections.size());
            findings.same(who + "sections", facts.below(row.name(), "sections"), sections);
            exports(who, row.name(), module.exports());
        }
    }

    private static String lower(ModuleDetails.@Nullable State state) {
        return state == null ? "" : state.name().toLowerCase(Locale.ROOT);
    }

    private static String text(@Nullable String value) {
        return Objects.requireNonNullElse(value, "");
    }

    private static String hexadecimal(@Nullable Long address) {
        return "0x%016x".formatted(address);
    }

    /** Of a parameter whose form is not known there is the name only; sysfs does not show those without permissions. */
    private void parameters(String who, Map<String, String> wanted, List<String> got) {
        Map<String, String> values = new TreeMap<>();
        for (String parameter : got) {
            int equals = parameter.indexOf('=');
            values.put(equals < 0 ? parameter : parameter.substring(0, equals), parameter);
        }
        wanted.forEach((name, value) -> {
            String mine = values.get(name);
            boolean known = mine != null && mine.indexOf('=') >= 0;
            findings.count(known ? "parameters" : "parameters without value", 1);
            findings.same(who + name, known ? name + "=" + value : name, mine);
        });
    }

    /**
     * {@code /proc/kallsyms} shows what a module exports in capitals, up to 6.x only what all may use; each export is one of
     * the module's symbols.
     */
    private void exports(String who, String name, Listing<ExportInfo> exports) {
        findings.same(who + "damage of its exports", true, exports.isComplete());
        Set<String> capital = new TreeSet<>();
        Set<String> all = new TreeSet<>();
        truth.symbols().stream().filter(symbol -> symbol.module().equals(name)).forEach(symbol -> {
            String line = "%x %s".formatted(symbol.address(), symbol.name());
            all.add(line);
            if (Character.isUpperCase(symbol.type())) {
                capital.add(line);
            }
        });
        // Kernels without CONFIG_KALLSYMS_ALL show functions only.
        boolean dataIsNamed =
                truth.symbols().stream().anyMatch(symbol -> symbol.name().equals("init_task"));
        Set<String> got = new TreeSet<>();
        for (ExportInfo row : exports.rows()) {
            if (!dataIsNamed && row.kind() != ExportInfo.Kind.FUNCTION) {
                continue;
            }
            String line = "%x %s".formatted(row.address(), row.name());
            findings.same(who + line + " is a symbol", true, all.contains(line));
            if (row.restriction() == null || capital.contains(line)) {
                got.add(line);
            }
        }
        findings.count("module exports", exports.rows().size());
        findings.same(who + "exports", capital, got);
    }
}
