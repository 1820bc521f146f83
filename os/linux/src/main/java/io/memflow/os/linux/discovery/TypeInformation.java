package io.memflow.os.linux.discovery;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.symbol.MemberLocation;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.symbol.TypeTable;
import io.memflow.formats.btf.Btf;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** Finds the kernel's BTF in its image: between the symbols around it, else by its header. Stateless. */
final class TypeInformation {
    /** Magic, version 1, no flags, header of 24 bytes (include/uapi/linux/btf.h, {@code struct btf_header}). */
    private static final long HEADER = 0x0000_0018_0001_eb9fL;

    private static final int ALIGNMENT = 4;
    /** Numbers that are looked at in one go. */
    private static final int PIECE = 1 << 12;
    /** Copies of the header alone, and the BTF of modules, have no {@code task_struct} of their own. */
    private static final String PROOF = "task_struct";

    private static final Map<String, List<String>> NEEDED = Map.of(
            "task_struct",
            List.of(
                    "tasks",
                    "pid",
                    "tgid",
                    "comm",
                    "real_parent",
                    "children",
                    "sibling",
                    "group_leader",
                    "mm",
                    "flags",
                    "exit_state",
                    "real_cred",
                    "signal",
                    "thread_node"),
            "signal_struct",
            List.of("thread_head", "nr_threads"),
            "cred",
            List.of("uid.val", "gid.val", "euid.val", "egid.val"),
            "mm_struct",
            List.of(
                    "pgd",
                    "exe_file",
                    "start_brk",
                    "brk",
                    "start_stack",
                    "arg_start",
                    "arg_end",
                    "env_start",
                    "env_end"),
            "vm_area_struct",
            List.of("vm_start", "vm_end", "vm_flags", "vm_ops", "vm_pgoff", "vm_file", "vm_private_data"),
            "vm_operations_struct",
            List.of("name"),
            "file",
            List.of("f_path.dentry", "f_path.mnt", "f_inode"),
            "dentry",
            List.of("d_name.name", "d_name.len", "d_parent", "d_hash.pprev", "d_op"),
            "mount",
            List.of("mnt", "mnt_parent", "mnt_mountpoint"),
            "module",
            List.of("list", "state", "name"));

    private TypeInformation() {}

    static Optional<Btf> find(MemorySegment bytes, KernelImage image, SymbolTable symbols) {
        Optional<MemorySegment> named = named(bytes, image, symbols);
        Optional<Btf> whole = named.flatMap(blob -> parse(blob, Btf::parse));
        if (whole.isPresent()) {
            return whole;
        }
        List<MemorySegment> headers = scan(bytes);
        return parseAny(headers, Btf::parse)
                .or(() -> named.flatMap(blob -> parse(blob, Btf::parseDamaged)))
                .or(() -> parseAny(headers, Btf::parseDamaged));
    }

    private static Optional<MemorySegment> named(MemorySegment bytes, KernelImage image, SymbolTable symbols) {
        OptionalLong start = symbols.address("__start_BTF");
        OptionalLong stop = symbols.address("__stop_BTF");
        if (start.isEmpty() || stop.isEmpty()) {
            return Optional.empty();
        }
        long offset = start.getAsLong() - image.virtualBase();
        long length = stop.getAsLong() - start.getAsLong();
        return offset >= 0 && length > 0 && offset <= bytes.byteSize() - length
                ? Optional.of(bytes.asSlice(offset, length))
                : Optional.empty();
    }

    /** Whether nothing is missing that all supported kernels have and rows are read from. */
    static boolean isWhole(TypeTable types) {
        return NEEDED.entrySet().stream()
                .allMatch(structure -> structure.getValue().stream()
                        .allMatch(member ->
                                types.member(structure.getKey(), member).isPresent()));
    }

    /**
     * Compares two tables of one kernel by the members that rows are read from.
     *
     * @param source where the second comes from
     * @throws MemflowException that names the first place on which they disagree
     */
    static void requireSame(TypeTable own, TypeTable imported, String source) {
        NEEDED.forEach((structure, members) -> members.forEach(member -> {
            Optional<MemberLocation> known = own.member(structure, member);
            Optional<MemberLocation> other = imported.member(structure, member);
            if (known.isPresent()
                    && other.isPresent()
                    && known.get().bitOffset() != other.get().bitOffset()) {
                throw new MemflowException(
                        ErrorOrigin.OS_LAYER,
                        ErrorKind.VERSION_MISMATCH,
                        "%s is not used: it has %s.%s at offset %d, and the kernel's own type information at %d. Give the file of this very build, or none."
                                .formatted(
                                        source,
                                        structure,
                                        member,
                                        other.get().offset(),
                                        known.get().offset()));
            }
        }));
    }

    private static Optional<Btf> parseAny(List<MemorySegment> blobs, Function<MemorySegment, Btf> parser) {
        return blobs.stream()
                .map(blob -> parse(blob, parser))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** What begins like a header, up to the end of the image; the first word decides nearly everywhere. */
    private static List<MemorySegment> scan(MemorySegment bytes) {
        List<MemorySegment> found = new ArrayList<>();
        int[] piece = new int[PIECE];
        long all = bytes.byteSize() / ALIGNMENT;
        for (long first = 0; first < all; first += PIECE) {
            int count = (int) Math.min(PIECE, all - first);
            MemorySegment.copy(bytes, ScalarLayout.INT_LITTLE, first * ALIGNMENT, piece, 0, count);
            addHeaders(bytes, piece, count, first * ALIGNMENT, found);
        }
        return found;
    }

    private static void addHeaders(MemorySegment bytes, int[] piece, int count, long start, List<MemorySegment> found) {
        for (int i = 0; i < count; i++) {
            long offset = start + (long) i * ALIGNMENT;
            if (piece[i] == (int) HEADER
                    && offset + Long.BYTES <= bytes.byteSize()
                    && bytes.get(ScalarLayout.LONG_LITTLE, offset) == HEADER) {
                found.add(bytes.asSlice(offset));
            }
        }
    }

    /** A blob that has the kernel's own types; the parser stops where its header says. */
    private static Optional<Btf> parse(MemorySegment blob, Function<MemorySegment, Btf> parser) {
        try {
            Btf types = parser.apply(blob);
            return types.size(PROOF).isPresent() ? Optional.of(types) : Optional.empty();
        } catch (MalformedDataException notTypes) {
            return Optional.empty();
        }
    }
}
