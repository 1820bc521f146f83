package io.memflow.os.minidump;

import io.memflow.formats.synthetic.TriageDumpBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A synthetic x64 machine of build 19041 that stopped, by the published offsets: what a triage dump has of it. */
final class TriageMachine {
    static final long KERNEL = 0xFFFFF804_7BA00000L;
    static final long PROCESS = 0xFFFFC08B_DCE94180L;
    static final long THREAD = 0xFFFFC08B_DE9E1640L;
    /** Within the 60 seconds that the header of {@code CrashDumpBuilder} says it ran. */
    static final long STARTED = 132_563_817_400_000_000L;

    final byte[] processorBytes = new byte[0x1000];
    final byte[] processBytes = new byte[0xA40];
    final byte[] threadBytes = new byte[0x898];
    final ByteBuffer processor = buffer(processorBytes);
    final ByteBuffer process = buffer(processBytes);
    final ByteBuffer thread = buffer(threadBytes);
    final ByteBuffer debugger = ByteBuffer.wrap(
                    TriageDumpBuilder.debuggerData(KERNEL, 0xFFFFF804_7C62A390L, 0xFFFFF804_7C61E200L))
            .order(ByteOrder.LITTLE_ENDIAN);

    TriageMachine() {
        processor.putLong(8, THREAD);
        process.put(0, (byte) 3).putLong(8, PROCESS + 8).putLong(0x28, 0x1AD000);
        process.putLong(0x440, 4711 & -4).putLong(0x540, 4).putLong(0x550, 0x55_0000_1000L);
        process.put(0x5A8, "crashing.exe".getBytes(StandardCharsets.US_ASCII)).putLong(0x468, STARTED);
        process.putInt(0x5F0, 7);
        thread.put(0, (byte) 6).putLong(0xB8, PROCESS).putLong(0xF0, 0x55_0000_2000L);
        thread.put(0x184, (byte) 2).putLong(0x478, 4711 & -4).putLong(0x480, 5000);
        thread.putLong(0x430, STARTED + 5).putLong(0x450, KERNEL + 0x1000).putLong(0x4D0, 0x7FF6_0000_1000L);
        thread.putLong(0x38, 0xFFFF8504_29893000L).putLong(0x30, 0xFFFF8504_2988D000L);
        offsets(0xA40, 0x550, 0x540, 0x898);
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** What the kernel tells its debugger. */
    void offsets(int processSize, int peb, int parent, int threadSize) {
        debugger.putShort(0x29A, (short) 0xF0).putShort(0x2A0, (short) 0xB8).putShort(0x2A2, (short) 0x184);
        debugger.putShort(0x2A8, (short) processSize)
                .putShort(0x2AA, (short) peb)
                .putShort(0x2AC, (short) parent)
                .putShort(0x2AE, (short) 0x28);
        debugger.putShort(0x2B0, (short) 0xAF00).putShort(0x2B4, (short) 8).putShort(0x2C0, (short) threadSize);
    }

    TriageDumpBuilder builder() {
        return TriageDumpBuilder.wide()
                .driver("\\SystemRoot\\system32\\ntoskrnl.exe", KERNEL, 0x1046000)
                .driver("\\SystemRoot\\System32\\drivers\\amdppm.sys", 0xFFFFF804_8B580000L, 0x3B000)
                .unloaded("dam.sys", 0xFFFFF804_87DE0000L, 0xFFFFF804_87DFC000L)
                .stack(0xFFFF8504_29890EE8L, new byte[0x80])
                .debuggerData(debugger.array())
                .objects(processorBytes, processBytes, threadBytes);
    }
}
