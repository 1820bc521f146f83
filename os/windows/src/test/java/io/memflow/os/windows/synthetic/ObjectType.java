package io.memflow.os.windows.synthetic;

import io.memflow.os.windows.structure.WindowsVersion;

/** Types of kernel objects, in the order in which a kernel makes them, with the tags of their blocks. */
enum ObjectType {
    TYPE(2, "Type", "ObjT", false),
    DIRECTORY(3, "Directory", "Dire", true),
    SYMBOLIC_LINK(4, "SymbolicLink", "Symb", true),
    TOKEN(5, "Token", "Toke", true),
    JOB(6, "Job", "Job ", true),
    PROCESS(7, "Process", "Proc", true),
    THREAD(8, "Thread", "Thre", true),
    EVENT(9, "Event", "Even", true),
    MUTANT(10, "Mutant", "Muta", true),
    SEMAPHORE(11, "Semaphore", "Sema", true),
    SECTION(12, "Section", "Sect", true),
    KEY(13, "Key", "Key ", true),
    DEVICE(14, "Device", "Devi", true),
    DRIVER(15, "Driver", "Driv", true),
    FILE(16, "File", "File", true);

    private final int index;
    private final String text;
    private final String tag;
    private final boolean isProtected;

    ObjectType(int index, String text, String tag, boolean isProtected) {
        this.index = index;
        this.text = text;
        this.tag = tag;
        this.isProtected = isProtected;
    }

    /** Its name as the kernel has it. */
    String text() {
        return text;
    }

    /** {@code OBJECT_TYPE.Index}: from 2 on, as 0 is none and 1 is what free headers have. */
    int index() {
        return index;
    }

    /** Tag of its blocks: until Windows 8 those of objects have the highest bit set ({@code PROTECTED_POOL}). */
    String tag(int build) {
        return isProtected && build < WindowsVersion.EIGHT ? tag.substring(0, 3) + (char) (tag.charAt(3) | 0x80) : tag;
    }
}
