package io.memflow.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.os.OperatingSystem;
import java.lang.foreign.Arena;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

@SuppressWarnings("MustBeClosedChecker") // The memory owns its arena and closes it.
class InventoryTest {
    private final List<String> closed = new ArrayList<>();
    private final Inventory inventory = new Inventory(
            List.of(new FakeConnector("dump", "image"), new FakeConnector("qemu", "vm")),
            List.of(new FakeSystem("windows", "win"), new FakeLocalSystem(), new FakeSystem("linux", "tux")));

    @Test
    void recognisesByNameBeforeAskingAnyConnector() {
        assertThat(inventory.recognise("qemu:image").plugin()).isEqualTo("qemu");
        assertThat(inventory.recognise("image").plugin()).isEqualTo("dump");
        assertThat(inventory.recognise("image").arguments().target()).contains("image");
        assertThat(inventory.recognise("vm").toString()).isEqualTo("-c qemu:vm");
    }

    @Test
    void namesTheConnectorsWhenNoneRecognisesATarget() {
        assertThatThrownBy(() -> inventory.recognise("what:ever"))
                .isInstanceOfSatisfying(
                        MemflowException.class,
                        unknown -> assertThat(unknown.kind()).isEqualTo(ErrorKind.TARGET_NOT_FOUND))
                .hasMessageContaining("dump, qemu");
    }

    @Test
    void refusesUnknownPluginsAndArguments() {
        expectKind(ErrorKind.PLUGIN_NOT_FOUND, () -> inventory.connect(connector("kvm:1"), Optional.empty()));
        expectKind(ErrorKind.ARG_NOT_EXISTS, () -> inventory.connect(connector("dump:tux:x=1"), Optional.empty()));
        assertThat(closed).isEmpty();
    }

    @Test
    void aSystemThatIsFoundInMemoryHasNoTargetAndNoneIsIgnored() {
        List<ChainStep> chain = List.of(connector("dump:tux"), ChainParser.parse(ChainStep.Kind.OS, "linux:vmlinux"));
        expectKind(ErrorKind.INVALID_ARGUMENT, () -> inventory.build(chain));
        List<ChainStep> unknown = List.of(connector("dump:tux"), ChainParser.parse(ChainStep.Kind.OS, "linux:x=1"));
        expectKind(ErrorKind.ARG_NOT_EXISTS, () -> inventory.build(unknown));
        assertThat(closed).containsExactly("tux", "tux");
    }

    @Test
    void opensTheSystemThatIsThere() {
        OperatingSystem found = inventory.build(List.of(connector("dump:tux")));

        assertThat(found.physicalMemory().orElseThrow().description()).isEqualTo("tux");
        assertThat(closed).isEmpty();
    }

    @Test
    void closesMemoryWhenNoSystemIsFound() {
        expectKind(ErrorKind.TARGET_NOT_FOUND, () -> inventory.build(List.of(connector("dump:noise"))));
        assertThat(closed).containsExactly("noise");
    }

    @Test
    void closesMemoryWhenTheNamedSystemIsNotThere() {
        expectKind(ErrorKind.NOT_FOUND, () -> inventory.build(List.of(connector("dump:tux"), system("windows"))));
        expectKind(ErrorKind.PLUGIN_NOT_FOUND, () -> inventory.build(List.of(connector("dump:tux"), system("beos"))));
        assertThat(closed).containsExactly("tux", "tux");
    }

    @Test
    void buildsNestedChains() {
        OperatingSystem inner = inventory.build(
                List.of(connector("dump:tux"), system("linux"), connector("qemu:win"), system("windows")));

        assertThat(inner.physicalMemory().orElseThrow().description()).isEqualTo("win on tux");
    }

    @Test
    void beginsWithASystemThatNeedsNoMemory() {
        assertThat(inventory.build(List.of(system("native"))).physicalMemory()).isEmpty();
        assertThat(inventory.build(List.of(inventory.recognise("native"))).physicalMemory())
                .isEmpty();
        OperatingSystem guest = inventory.build(List.of(system("native"), connector("qemu:win"), system("windows")));
        assertThat(guest.physicalMemory().orElseThrow().description()).isEqualTo("win on this machine");
    }

    @Test
    void asksSystemsThatNeedNoMemoryBeforeConnectors() {
        ChainStep small = inventory.recognise("image of one process");
        assertThat(small.toString()).isEqualTo("-o native:image of one process");
        assertThat(inventory.recognise("native:else").toString()).isEqualTo("-o native:else");
    }

    @Test
    void doesNotTakeASystemThatNeedsNoMemoryForWhatIsInMemory() {
        expectKind(ErrorKind.TARGET_NOT_FOUND, () -> inventory.build(List.of(connector("dump:native"))));
        expectKind(ErrorKind.CONFIGURATION, () -> inventory.build(List.of(connector("dump:tux"), system("native"))));
        expectKind(
                ErrorKind.TARGET_NOT_FOUND,
                () -> inventory.build(List.of(system("native"), connector("qemu:missing"))));
        assertThat(closed).containsExactly("native", "tux", "native");
    }

    @Test
    void closesTheOuterSystemWhenANestedConnectorFails() {
        expectKind(
                ErrorKind.TARGET_NOT_FOUND,
                () -> inventory.build(List.of(connector("dump:tux"), system("linux"), connector("qemu:missing"))));
        assertThat(closed).containsExactly("tux");
    }

    @Test
    void refusesChainsOutOfTurn() {
        expectKind(ErrorKind.CONFIGURATION, () -> inventory.build(List.of()));
        expectKind(ErrorKind.CONFIGURATION, () -> inventory.build(List.of(system("linux"))));
        expectKind(
                ErrorKind.CONFIGURATION, () -> inventory.build(List.of(connector("dump:tux"), connector("dump:win"))));
        expectKind(
                ErrorKind.CONFIGURATION,
                () -> inventory.build(List.of(connector("dump:tux"), system("linux"), system("linux"))));
        assertThat(closed).as("refused before anything was opened").isEmpty();
    }

    @Test
    void refusesStepsOutOfTurnWithNumberAndWords() {
        assertThatThrownBy(() -> inventory.build(
                        List.of(connector("dump:tux"), system("linux"), system("windows"), connector("qemu:vm"))))
                .hasMessage(
                        "At step 3, \"-o windows\", behind \"-o linux\": a chain takes a connector (-c) and an OS (-o) in turn.");
    }

    @Test
    void namesTheStepOfALongChainThatFailed() {
        List<ChainStep> steps = List.of(connector("dump:tux"), system("linux"), connector("qemu:win"), system("linux"));
        assertThatThrownBy(() -> inventory.build(steps)).hasMessage("At step 4, \"-o linux\": No linux here.");
        assertThat(closed).as("by the fake, which owns nothing below").containsExactly("win on tux");
        assertThatThrownBy(() -> inventory.build(List.of(connector("dump:tux"), system("windows"))))
                .hasMessage("No windows here.");
    }

    @Test
    void showsWhatItOpensInTurn() {
        List<String> seen = new ArrayList<>();
        List<ChainStep> steps =
                List.of(connector("dump:tux"), system("linux"), connector("qemu:win"), system("windows"));
        new Chain(inventory, steps).openSystem(new ChainObserver() {
            @Override
            public void opening(ChainStep step, int number) {
                seen.add(number + " " + step);
            }

            @Override
            public void opened(PhysicalMemory memory) {
                seen.add(memory.description());
            }

            @Override
            public void opened(OperatingSystem system) {
                seen.add("system");
            }
        });
        assertThat(seen)
                .containsExactly(
                        "1 -c dump:tux", "tux", "2 -o linux", "system", "3 -c qemu:win", "win on tux", "4 -o windows");
    }

    @Test
    void givesTheLastMemoryWithoutLookingForASystemOnIt() {
        List<ChainStep> steps = List.of(connector("dump:tux"), system("linux"), connector("qemu:noise"));
        for (List<ChainStep> chain :
                List.of(steps, List.of(steps.get(0), steps.get(1), steps.get(2), system("linux")))) {
            PhysicalMemory memory = new Chain(inventory, chain).openMemory(ChainObserver.NONE);
            assertThat(memory.description()).isEqualTo("noise on tux");
        }
        assertThat(closed).isEmpty();
        expectKind(
                ErrorKind.NOT_SUPPORTED,
                () -> new Chain(inventory, List.of(system("native"))).openMemory(ChainObserver.NONE));
        assertThat(closed).containsExactly("native");
    }

    @Test
    void leavesNothingOpenWhenWhoeverIsShownItFails() {
        ChainObserver failing = new ChainObserver() {
            @Override
            public void opened(PhysicalMemory memory) {
                throw new IllegalStateException(memory.description());
            }
        };
        assertThatThrownBy(() -> new Chain(inventory, List.of(connector("dump:tux"))).openSystem(failing))
                .isInstanceOf(IllegalStateException.class);
        assertThat(closed).containsExactly("tux");
    }

    private static void expectKind(ErrorKind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        MemflowException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(kind));
    }

    private static ChainStep connector(String text) {
        return ChainParser.parse(ChainStep.Kind.CONNECTOR, text);
    }

    private static ChainStep system(String text) {
        return ChainParser.parse(ChainStep.Kind.OS, text);
    }

    /** Memory of no bytes whose closing is noted under its description. */
    private PhysicalMemory memory(String description) {
        MappedMemory empty = new MappedMemory(
                DirectMap.builder().build(), Arena.ofShared(), ViewProperties.Access.READ_ONLY, description, List.of());
        return (PhysicalMemory) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {PhysicalMemory.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        closed.add(description);
                    }
                    return method.invoke(empty, arguments);
                });
    }

    private final class FakeConnector implements ConnectorProvider {
        private final String name;
        private final String known;

        FakeConnector(String name, String known) {
            this.name = name;
            this.known = known;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String summary() {
            return "a connector of the tests";
        }

        @Override
        public List<ArgumentDescription> arguments() {
            return List.of();
        }

        @Override
        public boolean recognises(String target) {
            return target.equals(known);
        }

        @Override
        public PhysicalMemory connect(PluginArguments arguments, Optional<OperatingSystem> input) {
            String target = arguments.target().orElseThrow();
            if (target.equals("missing")) {
                throw new MemflowException(ErrorOrigin.CONNECTOR, ErrorKind.TARGET_NOT_FOUND, "It is missing.");
            }
            return memory(target
                    + input.map(on -> " on "
                                    + on.physicalMemory()
                                            .map(PhysicalMemory::description)
                                            .orElse("this machine"))
                            .orElse(""));
        }
    }

    private record FakeSystem(String name, String known) implements OsProvider {
        @Override
        public String summary() {
            return "a system of the tests";
        }

        @Override
        public List<ArgumentDescription> arguments() {
            return List.of();
        }

        @Override
        public OperatingSystem open(PhysicalMemory memory, PluginArguments arguments) {
            if (!memory.description().startsWith(known)) {
                throw new MemflowException(ErrorOrigin.OS_LAYER, ErrorKind.NOT_FOUND, "No " + name + " here.");
            }
            return (OperatingSystem) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {OperatingSystem.class}, (proxy, method, values) -> {
                        if (method.getName().equals("close")) {
                            memory.close();
                        }
                        return method.getName().equals("physicalMemory") ? Optional.of(memory) : null;
                    });
        }
    }

    private final class FakeLocalSystem implements LocalOsProvider {
        @Override
        public String name() {
            return "native";
        }

        @Override
        public String summary() {
            return "this machine of the tests";
        }

        @Override
        public List<ArgumentDescription> arguments() {
            return List.of();
        }

        @Override
        public List<AvailableTarget> targets() {
            return List.of();
        }

        @Override
        public boolean recognises(String target) {
            return target.endsWith("of one process");
        }

        @Override
        public OperatingSystem open(PluginArguments arguments) {
            return (OperatingSystem) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {OperatingSystem.class}, (proxy, method, values) -> {
                        if (method.getName().equals("close")) {
                            closed.add("native");
                        }
                        return method.getName().equals("physicalMemory") ? Optional.empty() : null;
                    });
        }
    }
}
