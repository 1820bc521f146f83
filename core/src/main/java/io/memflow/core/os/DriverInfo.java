package io.memflow.core.os;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One driver object of a Windows kernel ({@code DRIVER_OBJECT}, wdm.h). Addresses are virtual, in the kernel's space.
 *
 * @param address of the object itself
 * @param name such as {@code \Driver\disk}; null when it has none or it could not be read
 * @param serviceKey name of its key below {@code Services} in the registry; null when it has none or it could not be read
 * @param base where it says its image begins ({@code DriverStart}); null when the kernel made it without an image, or it
 *     could not be read
 * @param size bytes of that image ({@code DriverSize}); null with {@code base}
 * @param module name of the module that it names as its own ({@code DriverSection}); null when it names none that is known
 * @param initialize where it was started ({@code DriverInit})
 * @param start takes requests one by one ({@code DriverStartIo})
 * @param unload ends it ({@code DriverUnload})
 * @param handlers one for each function, in the order of their numbers; empty when they could not be read
 * @param devices addresses of its own devices, newest first
 */
public record DriverInfo(
        long address,
        @Nullable String name,
        @Nullable String serviceKey,
        @Nullable Long base,
        @Nullable Long size,
        @Nullable String module,
        @Nullable Routine initialize,
        @Nullable Routine start,
        @Nullable Routine unload,
        List<Handler> handlers,
        List<Long> devices,
        Provenance provenance)
        implements Row {
    public DriverInfo {
        handlers = List.copyOf(handlers);
        devices = List.copyOf(devices);
    }

    /** The handlers that lie in no module that is known, in the order of their functions. */
    public List<Handler> handlersOutside() {
        return handlers.stream()
                .filter(handler -> handler.routine().module() == null)
                .toList();
    }

    /**
     * A routine of a driver.
     *
     * @param address where it begins
     * @param module name of the module it lies in; null when it lies in none that is known
     */
    public record Routine(long address, @Nullable String module) {}

    /** What a driver does for one function; of one that it has no handler for, the kernel's own refuses it. */
    public record Handler(Function function, Routine routine) {}

    /** What a driver can be asked for: {@code IRP_MJ_CREATE} to {@code IRP_MJ_PNP}, wdm.h, in the order of their numbers. */
    public enum Function {
        CREATE,
        CREATE_NAMED_PIPE,
        CLOSE,
        READ,
        WRITE,
        QUERY_INFORMATION,
        SET_INFORMATION,
        QUERY_EA,
        SET_EA,
        FLUSH_BUFFERS,
        QUERY_VOLUME_INFORMATION,
        SET_VOLUME_INFORMATION,
        DIRECTORY_CONTROL,
        FILE_SYSTEM_CONTROL,
        DEVICE_CONTROL,
        INTERNAL_DEVICE_CONTROL,
        SHUTDOWN,
        LOCK_CONTROL,
        CLEANUP,
        CREATE_MAILSLOT,
        QUERY_SECURITY,
        SET_SECURITY,
        POWER,
        SYSTEM_CONTROL,
        DEVICE_CHANGE,
        QUERY_QUOTA,
        SET_QUOTA,
        PNP
    }
}
