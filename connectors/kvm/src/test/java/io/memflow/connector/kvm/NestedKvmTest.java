package io.memflow.connector.kvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.os.EnclosingSystem;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.host.made.MadeRam;
import io.memflow.host.made.StandInSystem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A machine of 16 MiB in a process of a system that is made up. */
class NestedKvmTest {
    private static final int RAM = 16 << 20;
    private static final long HOST = 0x7f00_0020_0000L;
    private static final String MACHINE = "anon_inode:kvm-vm";

    private final MemorySegment ram = MemorySegment.ofArray(new byte[RAM]);
    private final KvmConnector connector = new KvmConnector();

    @SuppressWarnings("MustBeClosedChecker") // Memory of an array needs no arena of its own.
    private StandInSystem system() {
        MemoryView memory = new MappedMemory(
                DirectMap.builder().add(HOST, ram, 0, RAM).build(),
                Arena.ofShared(),
                ViewProperties.Access.READ_ONLY,
                "process",
                List.of());
        return new StandInSystem(memory, List.of(StandInSystem.region(HOST, HOST + RAM, "rw-p", 0)))
                .process(1, "/sbin/init")
                .holding(1, "/dev/null")
                .process(70, "/usr/bin/firecracker (deleted)")
                .holding(70, "/dev/kvm", MACHINE, "anon_inode:kvm-vcpu:0");
    }

    private StandInSystem booted() {
        new MadeRam(ram, new Random(3), address -> address).use(0x10_0000, RAM).build();
        return system();
    }

    private void expectRefusal(StandInSystem system, PluginArguments arguments, ErrorKind kind, String... words) {
        system.expectRefusal(connector, arguments, kind, words);
    }

    @Test
    void readsTheMachineThroughItsProcess() {
        StandInSystem system = booted();
        for (PluginArguments arguments : List.of(
                PluginArguments.NONE, PluginArguments.ofTarget("70"), PluginArguments.ofTarget("firecracker"))) {
            PhysicalMemory memory = connector.connect(arguments, Optional.of(system));
            byte[] bytes = memory.readBytes(0x20_0000, 1 << 20);
            assertThat(MemorySegment.ofArray(bytes).mismatch(ram.asSlice(0x20_0000, 1 << 20)))
                    .isEqualTo(-1);
            assertThat(memory.description()).contains("firecracker (pid 70) in linux", "confirmed by page tables");
            assertThat(memory.capability(EnclosingSystem.class)).contains(new EnclosingSystem(system));
            assertThat(memory.defects()).isEmpty();
        }
        assertThat(system.timesClosed()).isZero();
    }

    /** As with kvmtool: the stack of a thread lies right before the RAM, other memory right behind it. */
    @Test
    @SuppressWarnings("MustBeClosedChecker") // As above.
    void tellsRamFromWhatLiesRightBesideIt() {
        new MadeRam(ram, new Random(3), address -> address).use(0x10_0000, RAM).build();
        MemorySegment other = MemorySegment.ofArray(new byte[RAM]);
        MemoryView memory = new MappedMemory(
                DirectMap.builder()
                        .add(HOST - RAM, other, 0, RAM)
                        .add(HOST, ram, 0, RAM)
                        .add(HOST + RAM, other, 0, RAM)
                        .build(),
                Arena.ofShared(),
                ViewProperties.Access.READ_ONLY,
                "process",
                List.of());
        StandInSystem system = new StandInSystem(
                        memory,
                        List.of(
                                StandInSystem.region(HOST - RAM, HOST, "rw-p", 0),
                                StandInSystem.region(HOST, HOST + RAM, "rw-p", 0),
                                StandInSystem.region(HOST + RAM, HOST + 2L * RAM, "rw-p", 0)))
                .process(70, "/usr/bin/lkvm")
                .holding(70, "/dev/kvm", MACHINE, "anon_inode:kvm-vcpu:0");
        PhysicalMemory found = connector.connect(PluginArguments.NONE, Optional.of(system));
        assertThat(found.map().end()).isEqualTo(RAM);
        byte[] bytes = found.readBytes(0x20_0000, 1 << 20);
        assertThat(MemorySegment.ofArray(bytes).mismatch(ram.asSlice(0x20_0000, 1 << 20)))
                .isEqualTo(-1);
    }

    @Test
    void closesWhatIsBelowAndTellsOfMemoryThatNobodyCanRead() {
        StandInSystem system = booted().holding(70, MACHINE, "anon_inode:[kvm-gmem]");
        PhysicalMemory memory = connector.connect(PluginArguments.NONE, Optional.of(system));
        assertThat(memory.defects()).singleElement().asString().contains("guest_memfd");
        memory.close();
        assertThat(system.timesClosed()).isEqualTo(1);
    }

    @Test
    void refusesWhatIsNotThere() {
        StandInSystem none = system().holding(70, "/dev/kvm");
        expectRefusal(
                none,
                PluginArguments.NONE,
                ErrorKind.TARGET_NOT_FOUND,
                "No process of the system below, Linux version 6.1, holds a virtual machine of KVM",
                "memflow files");
        StandInSystem two = booted().process(71, "/usr/bin/lkvm").holding(71, MACHINE);
        expectRefusal(two, PluginArguments.NONE, ErrorKind.TARGET_NOT_FOUND, "firecracker (pid 70), lkvm (pid 71)");
        expectRefusal(two, PluginArguments.ofTarget("init"), ErrorKind.TARGET_NOT_FOUND, "\"init\"", "lkvm (pid 71)");
    }

    @Test
    void refusesALayoutThatNothingConfirms() {
        expectRefusal(system(), PluginArguments.NONE, ErrorKind.NOT_SUPPORTED, "firecracker (pid 70)", "no layout");
        StandInSystem several = system().holding(70, MACHINE, MACHINE);
        expectRefusal(several, PluginArguments.NONE, ErrorKind.NOT_SUPPORTED, "the process holds 2 machines");
    }

    @Test
    void refusesKeysThatMeanThisMachine() {
        PluginArguments arguments = new PluginArguments(Optional.empty(), Map.of("memory", "process"));
        expectRefusal(booted(), arguments, ErrorKind.ARG_VALIDATION, "Argument memory");
    }
}
