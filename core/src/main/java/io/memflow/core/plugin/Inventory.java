package io.memflow.core.plugin;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.DiscoveryException;
import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.OperatingSystem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The plugins at hand, and what is built from them. Immutable. */
public final class Inventory {
    private final List<ConnectorProvider> connectors;
    private final List<OsLayer> systems;

    public Inventory(List<? extends ConnectorProvider> connectors, List<? extends OsLayer> systems) {
        this.connectors = List.copyOf(connectors);
        this.systems = List.copyOf(systems);
    }

    /** Every provider on the module path or class path. */
    public static Inventory load() {
        List<OsLayer> systems = new ArrayList<>();
        ServiceLoader.load(OsProvider.class).forEach(systems::add);
        ServiceLoader.load(LocalOsProvider.class).forEach(systems::add);
        return new Inventory(
                ServiceLoader.load(ConnectorProvider.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .toList(),
                systems);
    }

    public List<ConnectorProvider> connectors() {
        return connectors;
    }

    public List<OsLayer> systems() {
        return systems;
    }

    /**
     * The first step meant by a target written without a chain: {@code name:target} with the name of a connector or of an OS
     * layer that needs no memory, the name of such a layer alone, or whatever such a layer or one connector recognises.
     *
     * @throws MemflowException when nothing recognises it
     */
    public ChainStep recognise(String target) {
        int colon = target.indexOf(':');
        if (colon > 0) {
            String name = target.substring(0, colon);
            if (connectors.stream().anyMatch(connector -> connector.name().equals(name))) {
                return ChainParser.parse(ChainStep.Kind.CONNECTOR, target);
            }
            if (local().anyMatch(system -> system.name().equals(name))) {
                return ChainParser.parse(ChainStep.Kind.OS, target);
            }
        }
        if (local().anyMatch(system -> system.name().equals(target))) {
            return new ChainStep(ChainStep.Kind.OS, target, PluginArguments.NONE);
        }
        Optional<LocalOsProvider> layer =
                local().filter(system -> system.recognises(target)).findFirst();
        if (layer.isPresent()) {
            return new ChainStep(ChainStep.Kind.OS, layer.get().name(), PluginArguments.ofTarget(target));
        }
        for (ConnectorProvider connector : connectors) {
            if (connector.recognises(target)) {
                return new ChainStep(ChainStep.Kind.CONNECTOR, connector.name(), PluginArguments.ofTarget(target));
            }
        }
        throw new MemflowException(
                ErrorOrigin.INVENTORY,
                ErrorKind.TARGET_NOT_FOUND,
                "\"%s\" is no file and no running machine that a connector knows (%s); give a file, qemu:NAME_OR_PID, or a chain."
                        .formatted(
                                target,
                                names(connectors.stream()
                                        .map(ConnectorProvider::name)
                                        .toList())));
    }

    /** Arguments that every connector takes beside its own: caches, a delay, metrics. */
    public static List<ArgumentDescription> commonArguments() {
        return Middleware.ARGUMENTS;
    }

    /**
     * Opens the memory that a chain ends in, or starts from, with the caches, delay and metrics that the step asks for.
     *
     * @param input the system below, which the memory owns from then on; on failure the caller still does
     * @throws MemflowException when the plugin does not exist or cannot connect, or an argument is not allowed
     */
    public PhysicalMemory connect(ChainStep step, Optional<OperatingSystem> input) {
        ConnectorProvider provider = connectors.stream()
                .filter(connector -> connector.name().equals(step.plugin()))
                .findFirst()
                .orElseThrow(() -> notFound(
                        "connector",
                        step.plugin(),
                        connectors.stream().map(ConnectorProvider::name).toList()));
        PluginArguments arguments = switch (provider.targetUse()) {
            case NAMED -> step.arguments();
            case NONE -> ChainParser.withoutTarget(provider.name(), step.arguments());
        };
        arguments.requireKnown(
                provider.name(),
                Stream.concat(provider.arguments().stream(), Middleware.ARGUMENTS.stream())
                        .toList());
        Middleware middleware = Middleware.of(arguments);
        return middleware.around(provider.connect(Middleware.withoutOurs(arguments), input));
    }

    /**
     * Opens the OS of that step on the memory, which is closed when that fails.
     *
     * @throws MemflowException when the plugin does not exist, needs no memory, or does not find its OS
     */
    public OperatingSystem open(ChainStep step, PhysicalMemory memory) {
        try {
            return switch (layer(step)) {
                case OsProvider found -> found.open(memory, arguments(found, step));
                case LocalOsProvider local ->
                    throw outOfTurn(
                            step,
                            "%s needs no memory and is not found in it; leave out the connector before it"
                                    .formatted(local.name()));
            };
        } catch (RuntimeException failed) {
            memory.close();
            throw failed;
        }
    }

    /**
     * Opens the OS of a step that a chain begins with.
     *
     * @throws MemflowException when the plugin does not exist, or needs memory, or cannot be opened
     */
    public OperatingSystem open(ChainStep step) {
        return switch (layer(step)) {
            case LocalOsProvider local -> local.open(arguments(local, step));
            case OsProvider found ->
                throw outOfTurn(
                        step,
                        "%s looks for its system in memory; put a connector before it, such as -c dump:FILE"
                                .formatted(found.name()));
        };
    }

    private OsLayer layer(ChainStep step) {
        return systems.stream()
                .filter(system -> system.name().equals(step.plugin()))
                .findFirst()
                .orElseThrow(() -> notFound(
                        "OS layer",
                        step.plugin(),
                        systems.stream().map(OsLayer::name).toList()));
    }

    /** Those that look for a system in memory have that for a target, and are given none. */
    private static PluginArguments arguments(OsLayer layer, ChainStep step) {
        PluginArguments arguments = layer instanceof OsProvider
                ? ChainParser.withoutTarget(layer.name(), step.arguments())
                : step.arguments();
        arguments.requireKnown(layer.name(), layer.arguments());
        return arguments;
    }

    private Stream<LocalOsProvider> local() {
        return systems.stream().filter(LocalOsProvider.class::isInstance).map(LocalOsProvider.class::cast);
    }

    /**
     * Opens whatever OS is found on the memory, which is closed when none is.
     *
     * @throws MemflowException that joins what each OS layer looked for
     */
    public OperatingSystem detect(PhysicalMemory memory) {
        List<String> reasons = new ArrayList<>();
        List<DiscoveryStep> steps = new ArrayList<>();
        @Nullable MemflowException last = null;
        try {
            for (OsLayer system : systems) {
                if (!(system instanceof OsProvider finder)) {
                    continue;
                }
                try {
                    return finder.open(memory, PluginArguments.NONE);
                } catch (MemflowException notThisOne) {
                    reasons.add(notThisOne.getMessage());
                    steps.addAll(DiscoveryException.stepsOf(notThisOne));
                    last = notThisOne;
                }
            }
        } catch (RuntimeException failed) {
            memory.close();
            throw failed;
        }
        memory.close();
        throw new DiscoveryException(
                ErrorOrigin.OS_LAYER, ErrorKind.TARGET_NOT_FOUND, String.join(" ", reasons), steps, last);
    }

    /**
     * Builds a whole chain, see {@link Chain#openSystem}.
     *
     * @throws MemflowException when two steps of one kind follow each other, or a step fails
     */
    public OperatingSystem build(List<ChainStep> steps) {
        return new Chain(this, steps).openSystem(ChainObserver.NONE);
    }

    private static MemflowException outOfTurn(ChainStep step, String reason) {
        return new MemflowException(
                ErrorOrigin.INVENTORY, ErrorKind.CONFIGURATION, "At \"%s\": %s.".formatted(step, reason));
    }

    private static MemflowException notFound(String what, String name, List<String> available) {
        return new MemflowException(
                ErrorOrigin.INVENTORY,
                ErrorKind.PLUGIN_NOT_FOUND,
                "There is no %s \"%s\"; available: %s.".formatted(what, name, names(available)));
    }

    private static String names(List<String> names) {
        return names.isEmpty() ? "none" : names.stream().sorted().collect(Collectors.joining(", "));
    }
}
