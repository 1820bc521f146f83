package io.memflow.guest.architecture;

import io.memflow.guest.host.HostPackages;
import io.memflow.guest.host.HostProgram;
import java.util.List;

/**
 * A processor architecture that QEMU emulates and Debian has kernels for. The figures of the machines are those of QEMU's
 * hw/i386/pc.c, hw/arm/virt.c and hw/riscv/virt.c.
 */
public enum GuestArchitecture {
    /** 64-bit x86; its default processor has 4-level paging. */
    X86_64("amd64", HostProgram.QEMU, HostProgram.C_COMPILER, HostProgram.C_LIBRARY, "max,la57=off", "ttyS0", 0),
    /** 32-bit x86. */
    I386("i386", HostProgram.QEMU_I386, HostProgram.C_COMPILER_I386, HostProgram.C_LIBRARY_I386, "max", "ttyS0", 0),
    /** AArch64; its default processor is the fastest to emulate, with 48-bit addresses. */
    ARM64(
            "arm64",
            HostProgram.QEMU_ARM64,
            HostProgram.C_COMPILER_ARM64,
            HostProgram.C_LIBRARY_ARM64,
            "cortex-a57",
            "ttyAMA0",
            0x4000_0000L),
    /** 64-bit RISC-V. QEMU before 8.0 cannot start its kernels in Debian's compressed form: see {@code EfiZboot}. */
    RISCV64(
            "riscv64",
            HostProgram.QEMU_RISCV64,
            HostProgram.C_COMPILER_RISCV64,
            HostProgram.C_LIBRARY_RISCV64,
            "rv64",
            "ttyS0",
            0x8000_0000L);

    private final String debianName;
    private final HostProgram emulator;
    private final HostProgram compiler;
    private final HostProgram staticLibrary;
    private final String defaultCpu;
    private final String console;
    private final long ramBase;

    GuestArchitecture(
            String debianName,
            HostProgram emulator,
            HostProgram compiler,
            HostProgram staticLibrary,
            String defaultCpu,
            String console,
            long ramBase) {
        this.debianName = debianName;
        this.emulator = emulator;
        this.compiler = compiler;
        this.staticLibrary = staticLibrary;
        this.defaultCpu = defaultCpu;
        this.console = console;
        this.ramBase = ramBase;
    }

    /** Debian's name of the architecture, for example {@code "amd64"}. */
    public String debianName() {
        return debianName;
    }

    /** The emulator of its guests. */
    public HostProgram emulator() {
        return emulator;
    }

    /** The C compiler for its programs. */
    public HostProgram compiler() {
        return compiler;
    }

    /** The C library for programs that need no library in the guest. */
    public HostProgram staticLibrary() {
        return staticLibrary;
    }

    /** What this machine needs to get one of its kernels and to start it. */
    public HostPackages packages() {
        HostPackages packages = HostPackages.of(emulator);
        return this == RISCV64 ? packages.and(List.of(HostProgram.ZSTD)) : packages;
    }

    /** QEMU's {@code -cpu} that guests get when nothing else is asked for. */
    public String defaultCpu() {
        return defaultCpu;
    }

    /** The kernel's name of the first serial port. */
    public String console() {
        return console;
    }

    /** Physical address of the first byte of RAM. */
    public long ramBase() {
        return ramBase;
    }

    /** Whether it has I/O ports, and with them QEMU's debug port. */
    public boolean hasPorts() {
        return this == X86_64 || this == I386;
    }
}
