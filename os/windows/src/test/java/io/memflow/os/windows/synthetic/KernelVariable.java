package io.memflow.os.windows.synthetic;

/** Variables in the data of a synthetic kernel, under their own names. */
enum KernelVariable {
    PS_INITIAL_SYSTEM_PROCESS("PsInitialSystemProcess", 8),
    PS_LOADED_MODULE_LIST("PsLoadedModuleList", 16),
    PS_ACTIVE_PROCESS_HEAD("PsActiveProcessHead", 16),
    PSP_CID_TABLE("PspCidTable", 8),
    NT_BUILD_NUMBER("NtBuildNumber", 8),
    PS_PROCESS_TYPE("PsProcessType", 8),
    PS_THREAD_TYPE("PsThreadType", 8),
    IO_FILE_OBJECT_TYPE("IoFileObjectType", 8),
    OB_HEADER_COOKIE("ObHeaderCookie", 8),
    OB_TYPE_INDEX_TABLE("ObTypeIndexTable", 0x400),
    HANDLE_TABLE_LIST_HEAD("HandleTableListHead", 16),
    MM_PAGED_POOL_START("MmPagedPoolStart", 8),
    KI_WAIT_NEVER("KiWaitNever", 8),
    KI_WAIT_ALWAYS("KiWaitAlways", 8),
    KDP_DATA_BLOCK_ENCODED("KdpDataBlockEncoded", 8),
    KD_VERSION_BLOCK("KdVersionBlock", 0x40),
    KD_DEBUGGER_DATA_LIST("KdpDebuggerDataListHead", 16),
    KD_DEBUGGER_DATA_BLOCK("KdDebuggerDataBlock", 0x400),
    OBP_ROOT_DIRECTORY_OBJECT("ObpRootDirectoryObject", 8);

    private static final int ALIGNMENT = 16;

    private final String symbol;
    private final int bytes;

    KernelVariable(String symbol, int bytes) {
        this.symbol = symbol;
        this.bytes = bytes;
    }

    String symbol() {
        return symbol;
    }

    int bytes() {
        return bytes;
    }

    /** Where it lies behind the first of them. */
    int offset() {
        int offset = 0;
        for (KernelVariable before : values()) {
            if (before == this) {
                return offset;
            }
            offset += before.bytes + ALIGNMENT - 1 & -ALIGNMENT;
        }
        throw new AssertionError(this);
    }
}
