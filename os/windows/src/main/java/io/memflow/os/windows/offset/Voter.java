package io.memflow.os.windows.offset;

/** Who says where a member lies, the most trusted first. */
public enum Voter {
    /** The symbol file that the kernel names. */
    SYMBOLS("symbols"),
    /** The code of one of this kernel's own exports. */
    ACCESSOR("code"),
    /** What this kernel tells its debugger. */
    DEBUGGER("debugger block"),
    /** What structures hold: links that lead back, known values, pointers to what they should. */
    STRUCTURE("structure"),
    /** Offsets published for kernels of this very symbol file. */
    IDENTIFIED("published for its PDB"),
    /** Offsets published for a build. */
    PUBLISHED("published"),
    /** Offsets published for another build, moved as its neighbours in the structure are. */
    NEIGHBOURS("neighbours");

    private final String label;

    Voter(String label) {
        this.label = label;
    }

    /** As findings name it. */
    public String label() {
        return label;
    }
}
