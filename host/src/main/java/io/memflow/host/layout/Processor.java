package io.memflow.host.layout;

/** The processors of machines. */
public enum Processor {
    X86,
    ARM64,
    RISCV64,
    /** One whose page tables confirm nothing here. */
    OTHER;

    /**
     * The processor of that name.
     *
     * @param name as {@code uname -m}, Java or an OS layer calls it
     */
    public static Processor ofName(String name) {
        return switch (name) {
            case "amd64", "x86-64", "x86_64" -> X86;
            case "aarch64", "arm64" -> ARM64;
            case "riscv64" -> RISCV64;
            default -> OTHER;
        };
    }

    /** That of this machine. */
    public static Processor ofThisMachine() {
        return ofName(System.getProperty("os.arch"));
    }
}
