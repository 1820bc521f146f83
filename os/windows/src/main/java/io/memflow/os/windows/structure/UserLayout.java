package io.memflow.os.windows.structure;

import io.memflow.core.memory.PointerWidth;

/**
 * Where members of user-mode structures lie: the same in all builds, of 32-bit programs on a 64-bit kernel too (public
 * symbols of ntdll: {@code PEB}, {@code PEB_LDR_DATA}, {@code LDR_DATA_TABLE_ENTRY}, {@code RTL_USER_PROCESS_PARAMETERS},
 * {@code TEB}). Offsets in bytes.
 */
@SuppressWarnings("ImmutableEnumChecker") // Records of numbers only.
public enum UserLayout {
    BITS_32(
            PointerWidth.BITS_32,
            new Peb(0x8, 0xC, 0x10),
            new Loader(0xC, 0x14, 0x1C),
            new Entry(0, 0x8, 0x10, 0x18, 0x1C, 0x20, 0x24, 0x2C),
            new Parameters(0x24, 0x38, 0x40, 0x48),
            new Teb(0x4, 0x8, 0x30)),
    BITS_64(
            PointerWidth.BITS_64,
            new Peb(0x10, 0x18, 0x20),
            new Loader(0x10, 0x20, 0x30),
            new Entry(0, 0x10, 0x20, 0x30, 0x38, 0x40, 0x48, 0x58),
            new Parameters(0x38, 0x60, 0x70, 0x80),
            new Teb(0x8, 0x10, 0x60));

    private final PointerWidth width;
    private final Peb peb;
    private final Loader loader;
    private final Entry entry;
    private final Parameters parameters;
    private final Teb teb;

    UserLayout(PointerWidth width, Peb peb, Loader loader, Entry entry, Parameters parameters, Teb teb) {
        this.width = width;
        this.peb = peb;
        this.loader = loader;
        this.entry = entry;
        this.parameters = parameters;
        this.teb = teb;
    }

    /** Members of {@code PEB}. */
    public record Peb(int imageBase, int loader, int parameters) {}

    /** Heads of the three lists in {@code PEB_LDR_DATA}. */
    public record Loader(int loadOrder, int memoryOrder, int initializationOrder) {}

    /** Members of {@code LDR_DATA_TABLE_ENTRY}: its places on the three lists first. */
    public record Entry(
            int loadOrder,
            int memoryOrder,
            int initializationOrder,
            int base,
            int entryPoint,
            int size,
            int fullName,
            int baseName) {}

    /** Members of {@code RTL_USER_PROCESS_PARAMETERS}; the environment is a pointer, the others are {@code UNICODE_STRING}. */
    public record Parameters(int currentDirectory, int imagePath, int commandLine, int environment) {}

    /** Members of {@code TEB}. */
    public record Teb(int stackBase, int stackLimit, int peb) {}

    /** The layout of programs with pointers of a width. */
    public static UserLayout of(PointerWidth width) {
        return width == PointerWidth.BITS_32 ? BITS_32 : BITS_64;
    }

    public PointerWidth width() {
        return width;
    }

    public Peb peb() {
        return peb;
    }

    public Loader loader() {
        return loader;
    }

    public Entry entry() {
        return entry;
    }

    public Parameters parameters() {
        return parameters;
    }

    public Teb teb() {
        return teb;
    }
}
