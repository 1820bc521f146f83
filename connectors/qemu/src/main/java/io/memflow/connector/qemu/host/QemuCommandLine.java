package io.memflow.connector.qemu.host;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a QEMU's command line says about the machine. Immutable. Source: QEMU's invocation documentation
 * (qemu-options.hx).
 */
public final class QemuCommandLine {
    /** RAM of a PC machine started without {@code -m}. */
    private static final long DEFAULT_RAM = 128L << 20;
    /** QEMU rounds the RAM size up to this (softmmu/vl.c, set_memory_options). */
    private static final long RAM_GRANULE = 8192;

    private final Map<String, List<String>> options;
    private final OptionGroup machine;

    private QemuCommandLine(Map<String, List<String>> options) {
        this.options = options;
        Map<String, String> merged = new LinkedHashMap<>();
        for (OptionGroup group : groups("machine", "type")) {
            merged.putAll(group.values());
        }
        for (OptionGroup group : groups("M", "type")) {
            merged.putAll(group.values());
        }
        this.machine = new OptionGroup(merged);
    }

    /** Reads the arguments of a process, the executable's name first. */
    public static QemuCommandLine parse(List<String> arguments) {
        Map<String, List<String>> options = new LinkedHashMap<>();
        for (int i = 1; i < arguments.size(); i++) {
            String option = arguments.get(i);
            if (option.startsWith("-")) {
                String name = option.startsWith("--") ? option.substring(2) : option.substring(1);
                // Options without a value get the next option as one; none of those are asked for here.
                String value = i + 1 < arguments.size() ? arguments.get(i + 1) : "";
                options.computeIfAbsent(name, first -> new ArrayList<>()).add(value);
            }
        }
        return new QemuCommandLine(options);
    }

    /** The guest's name given with {@code -name}. */
    public Optional<String> name() {
        return groups("name", "guest").stream()
                .flatMap(group -> group.value("guest").stream())
                .reduce((first, last) -> last);
    }

    /** The machine type as written; empty when none was given, which on x86 means {@code pc}. */
    public Optional<String> machineType() {
        return machine.value("type");
    }

    /** The machine option {@code max-ram-below-4g} in bytes. */
    public OptionalLong maxRamBelow4G() {
        return machine.value("max-ram-below-4g")
                .map(size -> QemuSize.parse(size, 'b'))
                .orElse(OptionalLong.empty());
    }

    /** RAM in bytes, without memory modules plugged in as devices; empty when the size is not understood. */
    public OptionalLong ramBytes() {
        Optional<String> size = groups("m", "size").stream()
                .flatMap(group -> group.value("size").stream())
                .reduce((first, last) -> last);
        if (size.isEmpty()) {
            return machine.value("memory-backend").map(this::backendBytes).orElse(OptionalLong.of(DEFAULT_RAM));
        }
        OptionalLong bytes = QemuSize.parse(size.get(), 'm');
        return bytes.isEmpty()
                ? bytes
                : OptionalLong.of((bytes.getAsLong() + RAM_GRANULE - 1) / RAM_GRANULE * RAM_GRANULE);
    }

    /**
     * The blocks that the RAM is made of, in bytes and in the order in which they follow each other in guest-physical
     * memory. Empty when a size is not understood. Source: QEMU's hw/core/numa.c, numa_init_memdev_container.
     */
    public List<Long> ramBlocks() {
        SortedMap<Long, OptionalLong> nodes = new TreeMap<>();
        for (OptionGroup group : groups("numa", "type")) {
            Optional<String> backend = group.value("memdev");
            if (backend.isPresent()) {
                long free = nodes.isEmpty() ? 0 : nodes.lastKey() + 1;
                OptionalLong node =
                        group.value("nodeid").map(id -> QemuSize.parse(id, 'b')).orElse(OptionalLong.of(free));
                nodes.put(node.orElse(free), backendBytes(backend.get()));
            }
        }
        List<OptionalLong> sizes = nodes.isEmpty() ? List.of(ramBytes()) : List.copyOf(nodes.values());
        return sizes.stream().allMatch(OptionalLong::isPresent)
                ? sizes.stream().map(OptionalLong::getAsLong).toList()
                : List.of();
    }

    /** Size of a memory backend; empty when there is none of that id, or its size is not understood. */
    private OptionalLong backendBytes(String id) {
        return groups("object", "qom-type").stream()
                .filter(object -> object.value("id").filter(id::equals).isPresent())
                .flatMap(object -> object.value("size").stream())
                .map(size -> QemuSize.parse(size, 'b'))
                .findFirst()
                .orElse(OptionalLong.empty());
    }

    /** Whether there are memory modules plugged in as devices, which lie beyond the RAM that {@code -m} gives. */
    public boolean hasMemoryModules() {
        return groups("device", "driver").stream()
                .flatMap(group -> group.value("driver").stream())
                .anyMatch(driver ->
                        driver.equals("pc-dimm") || driver.equals("nvdimm") || driver.startsWith("virtio-mem"));
    }

    /** Whether options come from a file that was not read here. */
    public boolean readsConfigurationFile() {
        return options.containsKey("readconfig");
    }

    /** Paths, as written, of Unix sockets on which a QMP monitor listens. */
    public List<String> monitorSockets() {
        List<String> paths = new ArrayList<>();
        for (String option : List.of("qmp", "qmp-pretty")) {
            for (String value : options.getOrDefault(option, List.of())) {
                if (value.startsWith("unix:")) {
                    listening(OptionGroup.parse(value.substring("unix:".length()), "path"))
                            .ifPresent(paths::add);
                } else if (value.startsWith("chardev:")) {
                    characterDevice(value.substring("chardev:".length())).ifPresent(paths::add);
                }
            }
        }
        for (OptionGroup monitor : groups("mon", "chardev")) {
            if (monitor.value("mode").filter("control"::equals).isPresent()) {
                monitor.value("chardev").flatMap(this::characterDevice).ifPresent(paths::add);
            }
        }
        return List.copyOf(paths);
    }

    private Optional<String> characterDevice(String id) {
        return groups("chardev", "backend").stream()
                .filter(device -> device.value("id").filter(id::equals).isPresent())
                .filter(device ->
                        device.value("backend").filter("socket"::equals).isPresent())
                .findFirst()
                .flatMap(QemuCommandLine::listening);
    }

    /** The path of a socket that QEMU listens on; abstract sockets have none, and Java cannot connect to them. */
    private static Optional<String> listening(OptionGroup socket) {
        return socket.isOn("server") && !socket.isOn("abstract") ? socket.value("path") : Optional.empty();
    }

    private List<OptionGroup> groups(String option, String impliedKey) {
        return options.getOrDefault(option, List.of()).stream()
                .map(value -> OptionGroup.parse(value, impliedKey))
                .toList();
    }
}
