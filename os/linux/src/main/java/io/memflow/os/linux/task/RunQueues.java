package io.memflow.os.linux.task;

import io.memflow.core.cache.Moments;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.MissingPart;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.KernelList;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.structure.ProcessorMask;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The tasks that run or wait for a processor: {@code runqueues}, one {@code struct rq} for each processor
 * (kernel/sched/sched.h). A task that is to run at all has to be there, whatever other structure it was taken from.
 * Thread-safe.
 */
final class RunQueues {
    private static final String NAME = "runqueues";
    /** A running target changes its queues while they are followed; what is broken for longer than this is broken. */
    private static final int ATTEMPTS = 3;

    private final Kernel kernel;
    private final MemoryView memory;
    private final TaskFields fields;
    private final long runqueues;
    private final long offsets;
    private final long possible;
    private final KernelField number;
    private final KernelField current;
    private final KernelField idle;
    private final KernelField stop;
    private final FairQueue fair;
    private final RealTimeQueue realTime;

    private RunQueues(Kernel kernel, TaskFields fields) {
        this.kernel = kernel;
        this.fields = fields;
        memory = kernel.memory();
        runqueues = kernel.address("runqueues");
        offsets = kernel.address("__per_cpu_offset");
        possible = kernel.address("__cpu_possible_mask");
        number = kernel.field("rq", "cpu");
        current = kernel.field("rq", "curr");
        idle = kernel.field("rq", "idle");
        stop = kernel.field("rq", "stop");
        fair = new FairQueue(kernel, fields);
        realTime = new RealTimeQueue(kernel, fields);
    }

    /** Empty when this kernel's symbols or types do not say where the queues are, or it was built for one processor. */
    static Optional<RunQueues> of(Kernel kernel, TaskFields fields) {
        try {
            return Optional.of(new RunQueues(kernel, fields));
        } catch (MemflowException unknownPlace) {
            if (unknownPlace.kind() != ErrorKind.NOT_FOUND) {
                throw unknownPlace;
            }
            return Optional.empty();
        }
    }

    /** Virtual addresses of tasks, threads among them, and what could not be followed. */
    KernelList.Entries read() {
        List<Long> tasks = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>();
        try {
            BitSet processors = ProcessorMask.read(kernel, possible);
            for (int cpu = processors.nextSetBit(0); cpu >= 0; cpu = processors.nextSetBit(cpu + 1)) {
                KernelList.Entries queue = settled(cpu);
                tasks.addAll(queue.addresses());
                missing.addAll(queue.missing());
            }
        } catch (MemoryAccessException unreadable) {
            missing.add(new MissingPart("__cpu_possible_mask", unreadable.getMessage()));
        }
        return new KernelList.Entries(tasks, missing);
    }

    private KernelList.Entries settled(int cpu) {
        KernelList.Entries queue = queue(cpu);
        for (int attempt = 1; attempt < ATTEMPTS && !queue.missing().isEmpty(); attempt++) {
            Moments.renew(memory);
            queue = queue(cpu);
        }
        return queue;
    }

    private KernelList.Entries queue(int cpu) {
        String name = NAME + " of processor " + cpu;
        List<Long> tasks = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>();
        try {
            OptionalLong queue = place(cpu);
            if (queue.isEmpty()) {
                missing.add(new MissingPart(name, "what lies there is no queue of this processor"));
                return new KernelList.Entries(tasks, missing);
            }
            long rq = queue.getAsLong();
            addNamed(rq, name, tasks, missing);
            fair.add(rq, name, tasks, missing);
            realTime.add(rq, name, tasks, missing);
        } catch (MemflowException unreadable) {
            missing.add(new MissingPart(name, unreadable.getMessage()));
        }
        return new KernelList.Entries(tasks, missing);
    }

    /** The queue of a processor, which bears its number. */
    private OptionalLong place(int cpu) {
        int word = memory.properties().pointerBytes();
        long rq = runqueues + memory.readPointer(offsets + (long) cpu * word);
        return number.unsigned(rq) == cpu ? OptionalLong.of(rq) : OptionalLong.empty();
    }

    /** The task that runs, which may be the idle one, and the one that stops a processor, if it has one. */
    private void addNamed(long rq, String name, List<Long> tasks, List<MissingPart> missing) {
        long idleTask = idle.pointer(rq);
        for (KernelField field : List.of(current, stop)) {
            long task = field.pointer(rq);
            if (fields.isTask(task)) {
                // One that is dead runs until another is switched to, and is on no list any more.
                if (fields.isInUse(task)) {
                    tasks.add(task);
                }
            } else if (task != idleTask && task != 0) {
                missing.add(new MissingPart(name, "it names something that is no task"));
            }
        }
    }
}
