package io.memflow.os.windows.synthetic;

import io.memflow.core.memory.MemoryView;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * Lays the drivers of windows and input over two drivers of a built machine, with the few instructions that lead to the state of
 * keys. They are made after what published signatures say of them, not after the drivers. Stateless.
 */
public final class KeyboardDrivers {
    /** How the drivers lead to the state of keys. */
    public enum Layout {
        /** win32kbase.sys exports it. */
        EXPORT,
        /** Code of win32kbase.sys reads it. */
        CODE,
        /** It is part of the state of each session, which win32k.sys finds by the session's number. */
        SESSION_STATE
    }

    /** Of sessions' states in 11 22H2 (memflow-win32). */
    private static final int MEMBER = 0x36A8;

    private static final int PAGE = SyntheticRam.PAGE;
    private static final int CODE = PAGE + 0x100;
    private static final int EXPORTS = 3 * PAGE;
    private static final int DATA = 4 * PAGE;
    private static final int SLOTS = DATA + 0x800;

    /** Where slots, and the states of two sessions, are in the data of win32k.sys: two pages and more for each. */
    private static final int STATES = DATA + PAGE;

    private static final int STATE_BYTES = 4 * PAGE;

    private KeyboardDrivers() {}

    /**
     * Writes them.
     *
     * @param base the driver that becomes win32kbase.sys
     * @param windows the driver that becomes win32k.sys
     * @param sessions how many have a state
     * @return the virtual address of the state of each session, from 1 on
     */
    public static long[] write(
            MemoryView memory, SyntheticDriver base, SyntheticDriver windows, Layout layout, int sessions) {
        PeWriter image = image("win32kbase.sys", base);
        long named = base.base() + DATA + 0x40;
        switch (layout) {
            case EXPORT -> image.export("gafAsyncKeyState", DATA + 0x40);
            case CODE ->
                image.bytes(CODE, relative("48 8B 05", CODE, DATA + 0x40, "48 89 81 10 02 00 00 48 8B 8F 18 00 00 00"));
            case SESSION_STATE -> image.bytes(CODE, number("48 8D 90", MEMBER, "E8 00 00 00 00 0F 57 C0"));
        }
        memory.writeBytes(base.base(), image.exportsAt(EXPORTS).build());
        memory.writeBytes(
                windows.base(),
                image("win32k.sys", windows)
                        .bytes(CODE, relative("48 8B 05", CODE, SLOTS, "FF C9 48 8B 04 C8"))
                        .exportsAt(EXPORTS)
                        .build());
        long[] places = new long[sessions];
        long slots = windows.base() + SLOTS;
        memory.writeLong(slots, slots + 0x10);
        for (int i = 0; i < sessions; i++) {
            long state = windows.base() + STATES + (long) i * STATE_BYTES;
            long slot = slots + 0x100 + 0x10L * i;
            memory.writeLong(slots + 0x10 + (long) i * Long.BYTES, slot);
            memory.writeLong(slot, state);
            places[i] = layout == Layout.SESSION_STATE ? state + MEMBER : named;
        }
        return places;
    }

    private static PeWriter image(String name, SyntheticDriver driver) {
        int size = (int) driver.size();
        return new PeWriter(name, PeWriter.MACHINE_X64, driver.base(), size, size, 0)
                .section(".text", PAGE, 2 * PAGE, PeWriter.CODE)
                .section(".rdata", EXPORTS, PAGE, PeWriter.READ)
                .section(".data", DATA, size - DATA, PeWriter.WRITE);
    }

    private static byte[] relative(String operation, int at, int target, String rest) {
        int end = at + operation.split(" ").length + Integer.BYTES;
        return number(operation, target - end, rest);
    }

    private static byte[] number(String operation, int operand, String rest) {
        HexFormat hex = HexFormat.ofDelimiter(" ");
        byte[] first = hex.parseHex(operation);
        byte[] last = hex.parseHex(rest);
        return ByteBuffer.allocate(first.length + Integer.BYTES + last.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(first)
                .putInt(operand)
                .put(last)
                .array();
    }
}
