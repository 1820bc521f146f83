package io.memflow.os.windows.synthetic;

import io.memflow.os.windows.structure.WindowsVersion;

/** Types of kernel objects, in the order in which a kernel makes them, with the tags of their blocks. */
enum ObjectType {
    TYPE("Type", "ObjT", false),
    DIRECTORY("Directory", "Dire", true),
    SYMBOLIC_LINK("SymbolicLink", "Symb", true),
    TOKEN("Token", "Toke", true),
    JOB("Job", "Job ", true),
    PROCESS("Process", "Proc", true),
    THREAD("Thread", "Thre", true),
    EVENT("Event", "Even", true),
    MUTANT("Mutant", "Muta", true),
    SEMAPHORE("Semaphore", "Sema", true),
    SECTION("Section", "Sect", true),
    KEY("Key", "Key ", true),
    DEVICE("Device", "Devi", true),
    DRIVER("Driver", "Driv", true),
    FILE("File", "File", true);

    /** The first index that a type has: 0 is none and 1 is what free headers have. */
    private static final int FIRST_INDEX = 2;

    private final String text;
    private final String tag;
    private final boolean isProtected;

    ObjectType(String text, String tag, boolean isProtected) {
        this.text = text;
        this.tag = tag;
        this.isProtected = isProtected;
    }

    /** Its name as the kernel has it. */
    String text() {
        return text;
    }

    /** {@code OBJECT_TYPE.Index}. */
    int index() {
        return ordinal() + FIRST_INDEX;
    }

    /** Tag of its blocks: until Windows 8 those of objects have the highest bit set ({@code PROTECTED_POOL}). */
    String tag(int build) {
        return isProtected && build < WindowsVersion.EIGHT ? tag.substring(0, 3) + (char) (tag.charAt(3) | 0x80) : tag;
    }
}
