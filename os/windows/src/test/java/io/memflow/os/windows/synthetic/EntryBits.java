package io.memflow.os.windows.synthetic;

import io.memflow.os.windows.structure.WindowsArchitecture;

/** What the entries of a synthetic machine's page tables have beside addresses, by its processor. */
enum EntryBits {
    /** Entries of four bytes have no place for the bit against execution. */
    X86_SHORT {
        @Override
        long page(PageAccess access) {
            return access.x86();
        }
    },
    X86 {
        @Override
        long page(PageAccess access) {
            return access.isData() ? access.x86() | PageAccess.NO_EXECUTE : access.x86();
        }
    },
    /** Arm Architecture Reference Manual, D8.3: descriptors of VMSAv8-64 with 4 KiB granules. */
    ARM64 {
        @Override
        long page(PageAccess access) {
            long allowed = access.isUser() ? ARM_USER : 0;
            long written = access.isWritable() ? 0 : ARM_READ_ONLY;
            return ARM_PAGE | allowed | written | (access.isData() ? ARM_NO_EXECUTE : 0);
        }

        @Override
        long table(boolean isKernel) {
            return ARM_PAGE;
        }

        @Override
        long self(boolean isFixed) {
            return ARM_PAGE | ARM_NO_EXECUTE;
        }

        @Override
        long largePage() {
            return ARM_PAGE & ~ARM_NOT_A_BLOCK;
        }
    };

    /** Valid, not a block, inner shareable, accessed. */
    private static final long ARM_PAGE = 0x703;

    private static final long ARM_NOT_A_BLOCK = 0x2;
    private static final long ARM_USER = 1 << 6;
    private static final long ARM_READ_ONLY = 1 << 7;
    /** {@code PXN} and {@code UXN}. */
    private static final long ARM_NO_EXECUTE = 3L << 53;

    static EntryBits of(WindowsArchitecture architecture) {
        return switch (architecture) {
            case X86 -> X86_SHORT;
            case X86_PAE, X64 -> X86;
            case ARM64 -> ARM64;
        };
    }

    /** Of an entry that maps a page. */
    abstract long page(PageAccess access);

    /** Of one that names a table. */
    long table(boolean isKernel) {
        return isKernel ? PageAccess.KERNEL_TABLE : PageAccess.USER_TABLE;
    }

    /** Of the one that names its own table; where its place is random, nothing may be executed through it. */
    long self(boolean isFixed) {
        return PageAccess.KERNEL_TABLE | (isFixed ? 0 : PageAccess.NO_EXECUTE);
    }

    /** Of one that maps a large page for the kernel, which may do anything there. */
    long largePage() {
        // Present, writable, accessed, dirty, large and global.
        return 0x163 | PageAccess.LARGE;
    }
}
