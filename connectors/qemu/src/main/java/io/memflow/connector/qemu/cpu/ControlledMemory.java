package io.memflow.connector.qemu.cpu;

import io.memflow.core.cpu.CpuControl;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.view.WrappedMemory;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Memory of a machine whose processors can be controlled. Closing it ends every pause. Thread-safe. */
public final class ControlledMemory extends WrappedMemory {
    private static final System.Logger LOG = System.getLogger(ControlledMemory.class.getName());

    private final MonitorControl control;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<String> failures = new ArrayList<>();

    /**
     * Adds the control to a memory, which it owns from then on.
     *
     * @param monitor the socket of the machine's QMP monitor
     */
    public ControlledMemory(PhysicalMemory memory, SocketAddress monitor) {
        super(memory, memory);
        this.control = new MonitorControl(monitor);
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return type == CpuControl.class ? Optional.of(type.cast(control)) : super.capability(type);
    }

    @Override
    public List<String> defects() {
        lock.lock();
        try {
            List<String> all = new ArrayList<>(super.defects());
            all.addAll(failures);
            return List.copyOf(all);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        try {
            control.close();
        } catch (MemflowException notReleased) {
            // To close throws nothing, yet a machine that may stand still is nothing to keep silent about.
            LOG.log(System.Logger.Level.WARNING, notReleased.getMessage());
            lock.lock();
            try {
                failures.add(notReleased.getMessage());
            } finally {
                lock.unlock();
            }
        }
        super.close();
    }
}
