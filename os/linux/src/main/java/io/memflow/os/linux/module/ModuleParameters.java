package io.memflow.os.linux.module;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.StructureLayout;
import io.memflow.os.linux.structure.Kernel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The settings of a module as they are now ({@code module->kp}, include/linux/moduleparam.h). What a value looks like is told
 * by the functions that print it, which the kernel's symbols name; of others there is the name only. Thread-safe.
 */
final class ModuleParameters {
    private static final long MOST_PARAMETERS = 1 << 12;
    private static final int LONGEST_NAME = 256;
    /** {@code PAGE_SIZE}: what sysfs shows of a text at most. */
    private static final int LONGEST_TEXT = 4096;

    private static final String OPERATIONS = "param_ops_";

    private final MemoryView memory;
    private final KernelField list;
    private final KernelField count;
    private final long stride;
    private final KernelField name;
    private final KernelField operations;
    private final KernelField argument;
    private final Map<Long, Form> forms = new HashMap<>();

    /** How a value is kept and shown (kernel/params.c). */
    private enum Form {
        BYTE(1, false),
        SHORT(2, true),
        USHORT(2, false),
        INT(4, true),
        UINT(4, false),
        HEXINT(4, false),
        LONG(0, true),
        ULONG(0, false),
        ULLONG(8, false),
        CHARP(0, false),
        BOOL(1, false),
        INVBOOL(1, false),
        BINT(4, false),
        BOOL_ENABLE_ONLY(1, false);

        /** 0 for a word of the target. */
        private final int bytes;

        private final boolean signed;

        Form(int bytes, boolean signed) {
            this.bytes = bytes;
            this.signed = signed;
        }

        String symbol() {
            return OPERATIONS + name().toLowerCase(Locale.ROOT);
        }
    }

    ModuleParameters(Kernel kernel) {
        memory = kernel.memory();
        StructureLayout layout = kernel.layout();
        list = kernel.field("module", "kp");
        count = kernel.field("module", "num_kp");
        stride = layout.size("kernel_param");
        name = kernel.field("kernel_param", "name");
        operations = kernel.field("kernel_param", "ops");
        argument = kernel.field("kernel_param", "arg");
        for (Form form : Form.values()) {
            OptionalLong address = kernel.find(form.symbol());
            if (address.isPresent()) {
                forms.put(address.getAsLong(), form);
            }
        }
    }

    /** All settings, {@code name=value} or the name alone. */
    List<String> read(long module) {
        List<String> settings = new ArrayList<>();
        long first = list.pointer(module);
        long entries = Math.min(count.unsigned(module), MOST_PARAMETERS);
        for (long i = 0; i < entries; i++) {
            long entry = first + i * stride;
            String own = memory.readUtf8Lossy(name.pointer(entry), LONGEST_NAME);
            Form form = forms.get(operations.pointer(entry));
            settings.add(form == null ? own : own + "=" + value(form, argument.pointer(entry)));
        }
        return settings;
    }

    private String value(Form form, long at) {
        int bytes = form.bytes == 0 ? memory.properties().pointerBytes() : form.bytes;
        long raw = memory.readUnsigned(at, bytes);
        int unused = Long.SIZE - bytes * Byte.SIZE;
        return switch (form) {
            case CHARP -> raw == 0 ? "(null)" : memory.readUtf8Lossy(raw, LONGEST_TEXT);
            case BOOL, BINT, BOOL_ENABLE_ONLY -> raw != 0 ? "Y" : "N";
            case INVBOOL -> raw != 0 ? "N" : "Y";
            case HEXINT -> "0x%08x".formatted(raw);
            default -> form.signed ? Long.toString(raw << unused >> unused) : Long.toUnsignedString(raw);
        };
    }
}
