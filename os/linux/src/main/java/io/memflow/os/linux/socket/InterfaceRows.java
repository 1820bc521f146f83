package io.memflow.os.linux.socket;

import io.memflow.core.address.Address;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.InterfaceInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.KernelList;
import io.memflow.formats.socket.IpText;
import io.memflow.os.linux.structure.Kernel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;

/** Builds the rows of network interfaces and their addresses: {@code net->dev_base_head}. Thread-safe. */
public final class InterfaceRows {
    private static final String SOURCE = "device-list";
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;
    /** {@code MAX_ADDR_LEN}, include/linux/netdevice.h. */
    private static final long LONGEST_HARDWARE_ADDRESS = 32;
    /** More addresses than an interface can sensibly have; a longer chain is damage. */
    private static final int MOST_ADDRESSES = 1 << 16;

    private final MemoryView memory;
    private final NetNamespaces namespaces;
    private final KernelField devices;
    private final KernelField link;
    private final KernelField name;
    private final KernelField index;
    private final KernelField flags;
    private final KernelField mtu;
    private final KernelField hardware;
    private final KernelField hardwareLength;
    private final KernelField version4;
    private final KernelField first4;
    private final KernelField next4;
    private final KernelField local4;
    private final KernelField prefix4;
    private final Optional<KernelField> version6;
    private final Optional<KernelField> list6;
    private final Optional<KernelField> link6;
    private final Optional<KernelField> address6;
    private final Optional<KernelField> prefix6;

    public InterfaceRows(Kernel kernel) {
        memory = kernel.memory();
        namespaces = new NetNamespaces(kernel);
        devices = kernel.field("net", "dev_base_head");
        link = kernel.field("net_device", "dev_list");
        name = kernel.field("net_device", "name");
        index = kernel.field("net_device", "ifindex");
        flags = kernel.field("net_device", "flags");
        mtu = kernel.field("net_device", "mtu");
        hardware = kernel.field("net_device", "dev_addr");
        hardwareLength = kernel.field("net_device", "addr_len");
        version4 = kernel.field("net_device", "ip_ptr");
        first4 = kernel.field("in_device", "ifa_list");
        next4 = kernel.field("in_ifaddr", "ifa_next");
        local4 = kernel.field("in_ifaddr", "ifa_local");
        prefix4 = kernel.field("in_ifaddr", "ifa_prefixlen");
        // Only in kernels built with IPv6.
        version6 = kernel.optionalField("net_device", "ip6_ptr");
        list6 = kernel.optionalField("inet6_dev", "addr_list");
        link6 = kernel.optionalField("inet6_ifaddr", "if_list");
        address6 = kernel.optionalField("inet6_ifaddr", "addr");
        prefix6 = kernel.optionalField("inet6_ifaddr", "prefix_len");
    }

    /** The interfaces of all network namespaces. */
    public Listing<InterfaceInfo> interfaces() {
        List<InterfaceInfo> rows = new ArrayList<>();
        KernelList.Entries nets = namespaces.walk();
        List<MissingPart> missing = new ArrayList<>(nets.missing());
        KernelList lists = new KernelList(memory);
        for (long net : nets.addresses()) {
            KernelList.Entries found =
                    lists.walk(devices.at(net), link.place().offset(), "dev_base_head", this::isDevice);
            missing.addAll(found.missing());
            found.addresses().forEach(device -> rows.add(row(net, device)));
        }
        return new Listing<>(rows, missing);
    }

    private boolean isDevice(long device) {
        try {
            return index.signed(device) > 0;
        } catch (MemoryAccessException unreadable) {
            return false;
        }
    }

    private InterfaceInfo row(long net, long device) {
        FieldReader fields = new FieldReader();
        List<String> addresses = new ArrayList<>();
        fields.read("ip_ptr", () -> addVersion4(device, addresses, fields));
        fields.read("ip6_ptr", () -> addVersion6(device, addresses, fields));
        return new InterfaceInfo(
                device,
                fields.read("ns.inum", () -> namespaces.number(net)),
                fields.read("ifindex", () -> (int) index.unsigned(device)),
                fields.read("name", () -> name.text(device)),
                fields.read("flags", () -> flags.unsigned(device)),
                fields.read("mtu", () -> mtu.unsigned(device)),
                fields.read("dev_addr", () -> hardware(device)),
                addresses,
                fields.provenance(SOURCE));
    }

    private String hardware(long device) {
        int length = (int) Math.min(hardwareLength.unsigned(device), LONGEST_HARDWARE_ADDRESS);
        StringJoiner text = new StringJoiner(":");
        // A pointer in all supported kernels; the bytes themselves lie in the device or behind it.
        for (byte part : memory.readBytes(hardware.pointer(device), length)) {
            text.add("%02x".formatted(part & 0xFF));
        }
        return text.toString();
    }

    private int addVersion4(long device, List<String> addresses, FieldReader fields) {
        long settings = version4.pointer(device);
        long entry = settings == 0 ? 0 : first4.pointer(settings);
        Set<Long> visited = new HashSet<>();
        while (entry != 0) {
            if (!visited.add(entry) || visited.size() > MOST_ADDRESSES) {
                fields.note("ifa_list", "a link leads back to " + Address.format(entry));
                break;
            }
            String address = IpText.version4(memory.readBytes(local4.at(entry), IPV4_BYTES));
            addresses.add(address + "/" + prefix4.unsigned(entry));
            entry = next4.pointer(entry);
        }
        return visited.size();
    }

    private int addVersion6(long device, List<String> addresses, FieldReader fields) {
        if (version6.isEmpty() || list6.isEmpty() || link6.isEmpty() || address6.isEmpty() || prefix6.isEmpty()) {
            return 0;
        }
        long settings = version6.get().pointer(device);
        if (settings == 0) {
            return 0;
        }
        KernelField prefix = prefix6.get();
        KernelList.Entries found = new KernelList(memory)
                .walk(
                        list6.get().at(settings),
                        link6.get().place().offset(),
                        "inet6_dev.addr_list",
                        entry -> isPrefix(prefix, entry));
        found.missing().forEach(part -> fields.note(part.what(), part.why()));
        for (long entry : found.addresses()) {
            String address = IpText.version6(memory.readBytes(address6.get().at(entry), IPV6_BYTES));
            addresses.add(address + "/" + prefix.unsigned(entry));
        }
        return found.addresses().size();
    }

    private static boolean isPrefix(KernelField prefix, long entry) {
        try {
            return prefix.unsigned(entry) <= IPV6_BYTES * Byte.SIZE;
        } catch (MemoryAccessException unreadable) {
            return false;
        }
    }
}
