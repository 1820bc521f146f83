package io.memflow.os.linux.learn;

import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.os.linux.structure.KernelVersion;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Learns where the members of kernel structures lie from the contents of those structures, for kernels that carry no type
 * information. Nothing is known beforehand but what the kernel's source declares for every configuration: the order of
 * neighbours, values such as the idle task's name, lists that close, pointers that lead to what they should. A member is
 * taken when its place fits all objects and no other place does.
 */
public final class Learner {
    private Learner() {}

    /**
     * What was learned.
     *
     * @param types the members' places
     * @param landmarks virtual addresses of data found on the way, by the names the kernel's source uses
     */
    public record Learned(LearnedTypes types, Map<String, Long> landmarks) {}

    /**
     * Learns from a kernel.
     *
     * @param memory the kernel's address space
     * @param symbols its symbols, of code at least
     * @param image bytes of the kernel image; bytes that are missing are 0
     * @param imageBase virtual address of the first of them
     * @return empty when no idle task leads to a ring of processes, or nothing proves where tasks begin
     */
    public static Optional<Learned> learn(
            VirtualMemory memory, SymbolTable symbols, KernelVersion version, MemorySegment image, long imageBase) {
        KernelBytes source = new KernelBytes(memory, image, imageBase);
        Optional<TaskRing> ring = new TaskRingFinder(source).find();
        if (ring.isEmpty()) {
            return Optional.empty();
        }
        OptionalLong named = symbols.address("init_task");
        Optional<Long> idle =
                named.isPresent() ? Optional.of(named.getAsLong()) : TaskLearner.idleTask(source, ring.get());
        if (idle.isEmpty()) {
            return Optional.empty();
        }
        Lesson lesson = new Lesson();
        TaskLearner tasks = new TaskLearner(source, lesson, version, idle.get(), ring.get());
        tasks.learn();
        if (named.isEmpty() && lesson.offset("task_struct", "real_parent").isEmpty()) {
            // Only the parents prove where a task begins: with another start, every offset would be wrong.
            return Optional.empty();
        }
        new SignalLearner(source, lesson, tasks).learn();
        new CredentialLearner(source, lesson, tasks.tasks()).learn();
        SpaceLearner spaces = new SpaceLearner(source, lesson, version, symbols, tasks.tasks());
        SpaceLearner.Regions regions = spaces.learn();
        Set<Long> files = new RegionLearner(source, lesson, symbols, spaces.spaces(), regions).learn();
        new FileLearner(source, lesson, files).learn();
        others(source, lesson, version, symbols, tasks.tasks(), files);
        new WorkerLearner(source, lesson, version, symbols, tasks).learn();
        new ModuleLearner(source, lesson, version).learn(symbols.address("modules"));
        new ClockLearner(source, lesson).learn();
        return Optional.of(new Learned(lesson.types(), lesson.landmarks()));
    }

    /** What the lists of open files, places, namespaces, mounts and the log are read from. */
    private static void others(
            KernelBytes source,
            Lesson lesson,
            KernelVersion version,
            SymbolTable symbols,
            Samples tasks,
            Set<Long> mapped) {
        Set<Long> open = new DescriptorLearner(source, lesson, tasks).learn();
        new OpenFileLearner(source, lesson, version, open, mapped).learn();
        new PlacesLearner(source, lesson, tasks).learn();
        NamespaceLearner namespaces = new NamespaceLearner(source, lesson, version, tasks);
        namespaces.learn();
        namespaces.files(symbols, open);
        new PidLearner(source, lesson, tasks).learn();
        Set<Long> all = new LinkedHashSet<>(mapped);
        all.addAll(open);
        new MountLearner(source, lesson, all).learn();
        Samples socks = new SocketLearner(source, lesson, symbols, open).learn();
        new UnixSocketLearner(source, lesson, socks).learn();
        new LogLearner(source, lesson).learn();
    }
}
