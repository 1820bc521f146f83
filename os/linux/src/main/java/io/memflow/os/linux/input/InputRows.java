package io.memflow.os.linux.input;

import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.InputDeviceInfo;
import io.memflow.core.os.InputDeviceInfo.PressedKey;
import io.memflow.core.os.Listing;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.KernelList;
import io.memflow.os.linux.structure.Kernel;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code input_dev_list} (drivers/input/input.c): each {@code struct input_dev} keeps the keys it has in
 * {@code keybit} and those that are down in {@code key}. Thread-safe.
 */
public final class InputRows {
    private static final int LONGEST_NAME = 256;
    /** {@code KEY_CNT} is 768; a bitmap of another size is none. */
    private static final int LARGEST_BITMAP = 256;

    private final MemoryView memory;
    private final KernelList lists;
    private final long head;
    private final KernelField node;
    private final KernelField name;
    private final KernelField place;
    private final KernelField bus;
    private final KernelField vendor;
    private final KernelField product;
    private final KernelField version;
    private final KernelField keys;
    private final KernelField pressed;

    public InputRows(Kernel kernel) {
        memory = kernel.memory();
        lists = new KernelList(memory);
        head = kernel.address("input_dev_list");
        node = kernel.field("input_dev", "node");
        name = kernel.field("input_dev", "name");
        place = kernel.field("input_dev", "phys");
        bus = kernel.field("input_dev", "id.bustype");
        vendor = kernel.field("input_dev", "id.vendor");
        product = kernel.field("input_dev", "id.product");
        version = kernel.field("input_dev", "id.version");
        keys = kernel.field("input_dev", "keybit");
        pressed = kernel.field("input_dev", "key");
    }

    /** Devices in the kernel's order. */
    public Listing<InputDeviceInfo> devices() {
        KernelList.Entries found = lists.walk(head, node.at(0), "input_dev_list", this::isReadable);
        return new Listing<>(found.addresses().stream().map(this::device).toList(), found.missing());
    }

    private boolean isReadable(long device) {
        try {
            memory.readByte(device);
            memory.readByte(pressed.at(device));
            return true;
        } catch (MemoryAccessException unreadable) {
            return false;
        }
    }

    private InputDeviceInfo device(long device) {
        FieldReader fields = new FieldReader();
        return new InputDeviceInfo(
                device,
                fields.read("name", () -> text(name.pointer(device))),
                fields.read("phys", () -> text(place.pointer(device))),
                fields.read("id.bustype", () -> (int) bus.unsigned(device)),
                fields.read("id.vendor", () -> (int) vendor.unsigned(device)),
                fields.read("id.product", () -> (int) product.unsigned(device)),
                fields.read("id.version", () -> (int) version.unsigned(device)),
                fields.read("keybit", () -> bits(keys, device).cardinality()),
                fields.readOr("key", List.of(), () -> named(bits(pressed, device))),
                fields.provenance("input-dev-list"));
    }

    private @Nullable String text(long address) {
        return address == 0 ? null : memory.readUtf8Lossy(address, LONGEST_NAME);
    }

    /** An array of {@code unsigned long}, on a little-endian machine the same as one of bytes. */
    private BitSet bits(KernelField bitmap, long device) {
        int bytes = (int) Math.min(bitmap.bytes(), LARGEST_BITMAP);
        return BitSet.valueOf(memory.readBytes(bitmap.at(device), bytes));
    }

    private static List<PressedKey> named(BitSet codes) {
        List<PressedKey> named = new ArrayList<>();
        codes.stream().forEach(code -> named.add(new PressedKey(code, KeyNames.of(code))));
        return named;
    }
}
