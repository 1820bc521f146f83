package io.memflow.os.nativelinux.kernel;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ModuleDetails;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.ModulePart;
import io.memflow.core.os.Provenance;
import io.memflow.core.os.SectionInfo;
import io.memflow.os.nativelinux.proc.KernelFile;
import io.memflow.os.nativelinux.proc.Roots;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Modules of the kernel: {@code /proc/modules} (proc_modules(5)) and {@code /sys/module}
 * (Documentation/ABI/stable/sysfs-module). Thread-safe.
 *
 * @param roots where they are read from
 */
public record ModuleRows(Roots roots) {
    private static final List<String> SOURCES = List.of("proc-modules");
    private static final int HEX = 16;
    /** {@code name size references users state address [(taint)]}. */
    private static final int FIELDS = 6;

    private static final String NOTHING = "-";
    /** An ELF note: three words, the name {@code GNU}, then the build id. */
    private static final int NOTE_HEADER = 16;

    /** One line of the list. */
    private record Line(
            String name, long size, long references, List<String> users, String state, long address, String taint) {}

    private record Lines(List<Line> lines, List<MissingPart> missing) {}

    private Lines lines() {
        List<Line> lines = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>();
        String text;
        try {
            text = KernelFile.text(roots.proc().resolve("modules"));
        } catch (MemflowException failed) {
            if (!KernelFile.isGone(failed)) {
                missing.add(new MissingPart("modules", String.valueOf(failed.getMessage())));
            }
            // A kernel that is built without modules has no such file.
            return new Lines(lines, missing);
        }
        text.lines().forEach(line -> {
            try {
                lines.add(parse(line.strip().split(" +", -1)));
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException malformed) {
                missing.add(
                        new MissingPart("module", "the line \"" + line + "\" is not of the form this program knows"));
            }
        });
        return new Lines(lines, missing);
    }

    private static Line parse(String[] fields) {
        List<String> users = new ArrayList<>();
        for (String user : fields[3].split(",", -1)) {
            if (!user.isEmpty() && !user.equals(NOTHING) && !user.equals("[permanent]")) {
                users.add(user);
            }
        }
        return new Line(
                fields[0],
                Long.parseLong(fields[1]),
                fields[2].equals(NOTHING) ? 0 : Long.parseLong(fields[2]),
                users,
                fields[4],
                Long.parseUnsignedLong(fields[5].replaceFirst("^0x", ""), HEX),
                fields.length > FIELDS ? fields[FIELDS].replaceAll("[()]", "") : "");
    }

    /** All modules, the youngest first as the kernel lists them. */
    public Listing<ModuleInfo> modules() {
        Lines all = lines();
        return new Listing<>(all.lines.stream().map(ModuleRows::info).toList(), all.missing);
    }

    private static ModuleInfo info(Line line) {
        List<MissingPart> hidden = line.address != 0
                ? List.of()
                : List.of(
                        new MissingPart(
                                "base",
                                "the kernel hides it; run as root or with CAP_SYSLOG, or set /proc/sys/kernel/kptr_restrict to 0"));
        Long base = line.address == 0 ? null : Long.valueOf(line.address);
        return new ModuleInfo(base, line.name, base, line.size, new Provenance(SOURCES, hidden));
    }

    /** What is known of all modules. */
    public Listing<ModuleDetails> details() {
        Lines all = lines();
        return new Listing<>(all.lines.stream().map(this::details).toList(), all.missing);
    }

    /** What is known of one; empty when it is not loaded. */
    Optional<ModuleDetails> details(String name) {
        return lines().lines.stream()
                .filter(line -> line.name.equals(name))
                .map(this::details)
                .findFirst();
    }

    private ModuleDetails details(Line line) {
        FieldReader fields = new FieldReader();
        Path directory = roots.sys().resolve("module").resolve(line.name);
        ModuleInfo info = info(line);
        info.provenance().missing().forEach(part -> fields.note(part.what(), part.why()));
        Long base = info.base();
        return new ModuleDetails(
                line.name,
                base,
                fields.read("build id", () -> buildId(directory.resolve("notes/.note.gnu.build-id"))),
                null,
                null,
                null,
                null,
                List.of(),
                line.users,
                state(line.state),
                line.references,
                line.taint,
                fields.read(
                        "version",
                        () -> KernelFile.optionalLine(directory.resolve("version"))
                                .orElse(null)),
                fields.read(
                        "srcversion",
                        () -> KernelFile.optionalLine(directory.resolve("srcversion"))
                                .orElse(null)),
                parameters(directory.resolve("parameters")),
                base == null ? List.of() : List.of(new ModulePart("all", base, line.size)),
                fields.provenance(List.of("proc-modules", "sysfs")));
    }

    private static ModuleDetails.@Nullable State state(String text) {
        return switch (text) {
            case "Live" -> ModuleDetails.State.LIVE;
            case "Loading" -> ModuleDetails.State.COMING;
            case "Unloading" -> ModuleDetails.State.GOING;
            default -> null;
        };
    }

    /** Those whose value this user may not see come by name alone. */
    private static List<String> parameters(Path directory) {
        List<String> parameters = new ArrayList<>();
        for (String name : KernelFile.optionalNames(directory)) {
            try {
                parameters.add(name + "=" + KernelFile.line(directory.resolve(name)));
            } catch (MemflowException writeOnly) {
                parameters.add(name);
            }
        }
        return parameters;
    }

    private static @Nullable String buildId(Path note) {
        byte[] bytes;
        try {
            bytes = KernelFile.bytes(note);
        } catch (MemflowException failed) {
            if (KernelFile.isGone(failed)) {
                return null;
            }
            throw failed;
        }
        return bytes.length <= NOTE_HEADER ? null : HexFormat.of().formatHex(bytes, NOTE_HEADER, bytes.length);
    }

    /** The sections of a module, ascending by name; their sizes the kernel does not show. */
    Listing<SectionInfo> sections(String module) {
        Path directory = roots.sys().resolve("module").resolve(module).resolve("sections");
        List<SectionInfo> rows = new ArrayList<>();
        for (String name : KernelFile.optionalNames(directory)) {
            FieldReader fields = new FieldReader();
            Long base = fields.read(
                    "base",
                    () -> KernelFile.parsed(
                            directory.resolve(name),
                            text -> Long.parseUnsignedLong(text.replaceFirst("^0x", ""), HEX)));
            if (base != null && base == 0) {
                fields.note("base", "the kernel hides it; run as root");
            }
            rows.add(new SectionInfo(
                    name,
                    SectionInfo.Kind.SECTION,
                    base == null || base == 0 ? null : base,
                    null,
                    null,
                    fields.provenance("sysfs")));
        }
        return new Listing<>(rows, List.of());
    }
}
