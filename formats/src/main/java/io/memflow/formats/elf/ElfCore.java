package io.memflow.formats.elf;

import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A little-endian ELF core file, 32-bit or 64-bit, of a whole machine, as QEMU's dump-guest-memory writes it: which physical memory lies
 * where in the file, and the notes with the processors' state. Holds views of the parsed segment, no copy of the memory.
 * Immutable.
 */
public final class ElfCore {
    /** e_machine of 32-bit x86. */
    public static final int EM_386 = 3;

    /** e_machine of x86-64. */
    public static final int EM_X86_64 = 62;

    private static final int PT_LOAD = 1;
    private static final int PT_NOTE = 4;
    private static final String VMCOREINFO = "VMCOREINFO";
    /** The kernel gives it one page, of at most 64 KiB. */
    private static final int MAX_VMCOREINFO_BYTES = 1 << 16;

    private final int machine;
    private final List<LoadSegment> segments;
    private final List<TruncatedSegment> truncated;
    private final List<ElfNote> notes;
    private final List<QemuCpuState> processors;

    private ElfCore(int machine, List<LoadSegment> segments, List<TruncatedSegment> truncated, List<ElfNote> notes) {
        this.machine = machine;
        this.segments = List.copyOf(segments);
        this.truncated = List.copyOf(truncated);
        this.notes = List.copyOf(notes);
        this.processors = processors(machine, notes);
    }

    /** Whether the bytes start like any ELF file. */
    public static boolean isElf(MemorySegment file) {
        return ElfHeader.hasMagic(file);
    }

    /**
     * Reads the headers and notes. A file that ends early is accepted: its segments are cut to what is there, see
     * {@link #truncated()}.
     *
     * @param file the whole file; it must stay valid as long as notes of this core are used
     * @throws io.memflow.core.error.MalformedDataException when the file is not a little-endian ELF core, or
     *     contradicts the format
     */
    public static ElfCore parse(MemorySegment file) {
        ElfHeader header = ElfHeader.parse(file);
        ElfWidth width = header.width();
        List<LoadSegment> segments = new ArrayList<>();
        List<TruncatedSegment> truncated = new ArrayList<>();
        List<ElfNote> notes = new ArrayList<>();
        for (int index = 0; index < header.programHeaderCount(); index++) {
            long entry = header.programHeaders() + (long) index * header.programHeaderBytes();
            int type = LittleEndian.s32(file, entry);
            if (type != PT_LOAD && type != PT_NOTE) {
                continue;
            }
            long offset = width.word(file, entry + width.pick(4, 8));
            long declared = width.word(file, entry + width.pick(16, 32));
            long available = available(file, offset, declared);
            if (available != declared) {
                truncated.add(new TruncatedSegment(index, offset, declared, available));
            }
            if (type == PT_LOAD) {
                segments.add(load(file, width, entry, offset, declared, available));
            } else if (available > 0) {
                int alignment = width.word(file, entry + width.pick(28, 48)) == Long.BYTES ? Long.BYTES : Integer.BYTES;
                ElfNotes.Extent extent = available == declared ? ElfNotes.Extent.WHOLE : ElfNotes.Extent.TRUNCATED;
                ElfNotes.append(notes, file, offset, available, alignment, extent);
            }
        }
        return new ElfCore(header.machine(), segments, truncated, notes);
    }

    private static LoadSegment load(
            MemorySegment file, ElfWidth width, long entry, long offset, long declared, long available) {
        long physical = width.word(file, entry + width.pick(12, 24));
        long memory = width.word(file, entry + width.pick(20, 40));
        if (Long.compareUnsigned(declared, memory) > 0) {
            throw ElfHeader.malformed(
                    entry + width.pick(16, 32),
                    "a segment of 0x%x bytes in memory has 0x%x bytes in the file".formatted(memory, declared));
        }
        if (memory != 0 && Long.compareUnsigned(physical, physical + memory - 1) > 0) {
            throw ElfHeader.malformed(
                    entry + width.pick(12, 24),
                    "a segment of 0x%x bytes at 0x%x wraps around the address space".formatted(memory, physical));
        }
        return new LoadSegment(offset, physical, width.word(file, entry + width.pick(8, 16)), available, memory);
    }

    private static long available(MemorySegment file, long offset, long declared) {
        if (Long.compareUnsigned(offset, file.byteSize()) >= 0) {
            return 0;
        }
        long rest = file.byteSize() - offset;
        return Long.compareUnsigned(declared, rest) > 0 ? rest : declared;
    }

    private static List<QemuCpuState> processors(int machine, List<ElfNote> notes) {
        if (machine != EM_X86_64 && machine != EM_386) {
            return List.of();
        }
        return notes.stream()
                .filter(note -> note.name().equals(QemuCpuState.NOTE_NAME))
                .flatMap(note -> QemuCpuState.decode(note.descriptor()).stream())
                .toList();
    }

    /** The instruction set, as e_machine numbers it. */
    public int machine() {
        return machine;
    }

    /** The runs of memory, in the file's order. */
    public List<LoadSegment> segments() {
        return segments;
    }

    /** Segments that the file cuts short; empty for a whole file. */
    public List<TruncatedSegment> truncated() {
        return truncated;
    }

    /** All notes, in the file's order; of a truncated note segment those that are complete. */
    public List<ElfNote> notes() {
        return notes;
    }

    /** State of each x86 processor whose QEMU note is complete and of the known version, in the file's order. */
    public List<QemuCpuState> processors() {
        return processors;
    }

    /**
     * The guest kernel's VMCOREINFO text, lines of {@code KEY=value}. QEMU writes it only when the guest had the
     * vmcoreinfo device.
     */
    public Optional<String> vmcoreInfo() {
        return notes.stream()
                .filter(note ->
                        note.name().equals(VMCOREINFO) && note.descriptor().byteSize() <= MAX_VMCOREINFO_BYTES)
                .findFirst()
                .map(note -> ElfNotes.text(note.descriptor()));
    }
}
