package io.memflow.os.windows.synthetic;

import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolList;
import io.memflow.os.windows.structure.WindowsArchitecture;
import io.memflow.os.windows.structure.WindowsVersion;
import java.util.ArrayList;
import java.util.List;

/**
 * The image {@code ntoskrnl.exe} of a synthetic machine: sections as the kernel of that age names them, exports, accessors,
 * and its variables. Immutable.
 */
final class KernelImage {
    private static final int PAGE = SyntheticRam.PAGE;
    private static final int NATIVE = 1;
    /** Bytes from one function to the next. */
    private static final int FUNCTION_STEP = 0x20;

    /** From the start of the code to the debug directory, and from that of the data to the variables. */
    private static final int DEBUG = 0x80;

    private static final int VARIABLES = 0x240;

    /**
     * A section.
     *
     * @param pages of it
     */
    private record Section(String name, int pages, int characteristics) {}

    private final long base;
    private final byte[] bytes;
    private final List<Symbol> symbols = new ArrayList<>();
    private final int data;

    KernelImage(SyntheticTypes types, WindowsArchitecture architecture, long base, SyntheticWindows.SymbolFile pdb) {
        this.base = base;
        int pointerBytes = architecture.pointerBytes();
        List<Section> sections = sections(types.build(), pointerBytes);
        int pages = 1 + sections.stream().mapToInt(Section::pages).sum();
        PeWriter image = new PeWriter(
                        "ntoskrnl.exe", PeWriter.machine(architecture), base, pages * PAGE, pages * PAGE, PAGE)
                .subsystem(NATIVE);
        data = start(sections, ".data");
        int at = PAGE;
        for (Section section : sections) {
            image.section(section.name, at, section.pages * PAGE, section.characteristics);
            if (section.name.equals(".text")) {
                image.debugAt(at + DEBUG, pdb);
                code(image, types, architecture, at);
            }
            at += section.pages * PAGE;
        }
        for (KernelVariable variable : KernelVariable.values()) {
            if (KernelExports.isExported(variable, types.build())) {
                export(image, variable.symbol(), data + VARIABLES + variable.offset(), 'D');
            }
        }
        bytes = image.exportsAt(start(sections, ".edata")).build();
    }

    private void code(PeWriter image, SyntheticTypes types, WindowsArchitecture architecture, int start) {
        int at = start + PAGE;
        for (KernelExports.Function function : KernelExports.functions(types, architecture)) {
            image.bytes(at, function.code());
            export(image, function.name(), at, 'T');
            at += FUNCTION_STEP;
        }
        if (architecture == WindowsArchitecture.X64 && types.build() >= WindowsVersion.EIGHT) {
            int size = DebuggerData.size(types.build());
            image.bytes(at, CopyDataBlockCode.of(at, size, variable -> data + VARIABLES + variable.offset()));
        }
    }

    private static int start(List<Section> sections, String name) {
        int at = PAGE;
        for (Section section : sections) {
            if (section.name.equals(name)) {
                return at;
            }
            at += section.pages * PAGE;
        }
        throw new IllegalArgumentException("no section " + name);
    }

    private void export(PeWriter image, String name, int address, char kind) {
        image.export(name, address);
        symbols.add(new Symbol(name, base + address, kind, ""));
    }

    private static List<Section> sections(int build, int pointerBytes) {
        List<Section> all = new ArrayList<>();
        boolean isWide = pointerBytes == Long.BYTES;
        boolean isOld = build < WindowsVersion.VISTA;
        all.add(new Section(".text", isWide ? 0x180 : isOld ? 0x70 : 0x120, PeWriter.CODE));
        if (!isOld) {
            all.add(new Section("INITKDBG", 0x10, PeWriter.CODE));
        }
        all.add(new Section("POOLMI", 2, PeWriter.CODE));
        all.add(new Section("POOLCODE", 4, PeWriter.CODE));
        if (isWide) {
            all.add(new Section(".rdata", 0x80, PeWriter.READ));
        }
        all.add(new Section(".data", isWide ? 0xA0 : 0x40, PeWriter.WRITE));
        if (isWide) {
            all.add(new Section(".pdata", 0x40, PeWriter.READ));
        }
        all.add(new Section("PAGE", isWide ? 0x170 : 0xE0, PeWriter.CODE));
        all.add(new Section("PAGELK", 0x10, PeWriter.CODE));
        all.add(new Section(".edata", 0x10, PeWriter.READ));
        all.add(new Section("INIT", 0x20, PeWriter.CODE | 0x0200_0000));
        all.add(new Section(".rsrc", 8, PeWriter.READ));
        all.add(new Section(".reloc", 8, PeWriter.READ | 0x0200_0000));
        return all;
    }

    byte[] bytes() {
        return bytes;
    }

    long base() {
        return base;
    }

    long size() {
        return bytes.length;
    }

    long entry() {
        return base + PAGE;
    }

    /** Virtual address of a variable. */
    long address(KernelVariable variable) {
        return base + data + VARIABLES + variable.offset();
    }

    /** What it exports. */
    SymbolList symbols() {
        return SymbolList.of(symbols);
    }
}
