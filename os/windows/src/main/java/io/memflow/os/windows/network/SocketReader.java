package io.memflow.os.windows.network;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.Provenance;
import io.memflow.core.os.SocketInfo;
import io.memflow.core.os.SocketInfo.Endpoint;
import io.memflow.core.os.SocketInfo.Family;
import io.memflow.core.os.SocketInfo.State;
import io.memflow.formats.filetime.FileTime;
import io.memflow.formats.socket.IpText;
import io.memflow.os.windows.pool.PoolBlock;
import io.memflow.os.windows.structure.WindowsKernel;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads one object of {@code tcpip.sys} by one layout. It counts only when all of it is what a socket has: it belongs to a
 * process that is known, its addresses are of a family there is and can be read, its state is one there is, and the time it was
 * made at can be right. Memory is read at each call. Thread-safe.
 *
 * @param processes by virtual addresses of their {@code EPROCESS}
 */
record SocketReader(WindowsKernel kernel, Map<Long, ProcessInfo> processes) {
    private static final String SOURCE = "pool-scan";
    /** {@code AF_INET} and {@code AF_INET6}, ws2def.h. */
    private static final int INET = 2;

    private static final int INET6 = 23;
    private static final int ADDRESS_BYTES = 4;
    private static final int ADDRESS_BYTES_6 = 16;

    /** Before any system that has these objects. */
    private static final Instant EARLIEST = Instant.parse("2005-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");
    /** A clock may be set back while a process runs. */
    private static final Duration CLOCK = Duration.ofDays(1);

    /** The socket in a block; empty when there is none by that layout. */
    Optional<SocketInfo> read(PoolBlock block, SocketLayout layout) {
        if (block.bytes() != 0 && block.bytes() < layout.leastBytes(kernel.pointerBytes())) {
            return Optional.empty();
        }
        try {
            long socket = block.address();
            ProcessInfo owner = processes.get(memory().readPointer(socket + layout.owner()));
            Family family = family(socket, layout);
            if (owner == null || family == null || !canBeMadeAt(socket, layout, owner)) {
                return Optional.empty();
            }
            return layout.form() == SocketLayout.AddressForm.PAIR
                    ? connection(socket, layout, family, owner)
                    : bound(socket, layout, family, owner);
        } catch (MemflowException unreadable) {
            // A block whose parts cannot be read cannot be told from one that was freed.
            return Optional.empty();
        }
    }

    private @Nullable Family family(long socket, SocketLayout layout) {
        long inetAf = kernelPointer(socket + layout.inetAf());
        if (inetAf == 0) {
            return null;
        }
        return switch ((int) memory().readUnsigned(inetAf + layout.family(), Short.BYTES)) {
            case INET -> Family.INET;
            case INET6 -> Family.INET6;
            default -> null;
        };
    }

    private boolean canBeMadeAt(long socket, SocketLayout layout, ProcessInfo owner) {
        if (layout.created() == SocketLayout.NONE) {
            return true;
        }
        Instant created = FileTime.instant(memory().readLong(socket + layout.created()));
        if (created == null || created.isBefore(EARLIEST) || created.isAfter(LATEST)) {
            return false;
        }
        Instant started = owner.startTime();
        return started == null || !created.isBefore(started.minus(CLOCK));
    }

    private Optional<SocketInfo> connection(long socket, SocketLayout layout, Family family, ProcessInfo owner) {
        Optional<State> state = ConnectionNumbers.state(memory().readUnsigned(socket + layout.state(), Integer.BYTES));
        long pair = kernelPointer(socket + layout.address());
        if (state.isEmpty() || pair == 0) {
            return Optional.empty();
        }
        int localPort = port(socket + layout.localPort());
        int remotePort = port(socket + layout.remotePort());
        byte[] local = bytes(localBytes(memory().readPointer(pair), layout), family);
        byte[] remote = bytes(kernelPointer(pair + layout.remote()), family);
        Endpoint other = remote == null || remotePort == 0 ? null : end(remote, remotePort);
        boolean isWhole = localPort != 0 && other != null;
        // One that was closed may have lost either already.
        if (local == null || !(isWhole || state.get() == State.CLOSE)) {
            return Optional.empty();
        }
        return Optional.of(row(socket, layout, family, state.get(), end(local, localPort), other, owner));
    }

    private Optional<SocketInfo> bound(long socket, SocketLayout layout, Family family, ProcessInfo owner) {
        int port = port(socket + layout.localPort());
        long address = memory().readPointer(socket + layout.address());
        long place = address == 0
                ? 0
                : layout.form() == SocketLayout.AddressForm.DIRECT
                        ? kernelPointer(kernelAddress(address))
                        : localBytes(address, layout);
        // No address stands for all addresses of the machine.
        byte[] local = place == 0 ? new byte[length(family)] : bytes(place, family);
        boolean isListener = layout.kind() == SocketKind.LISTENER;
        if (local == null || (port == 0 && (isListener || place != 0))) {
            return Optional.empty();
        }
        return Optional.of(row(
                socket,
                layout,
                family,
                isListener ? State.LISTEN : State.CLOSE,
                port == 0 ? null : end(local, port),
                null,
                owner));
    }

    /** Where the bytes of a local address are; 0 when it has none. */
    private long localBytes(long local, SocketLayout layout) {
        if (local == 0) {
            return 0;
        }
        long data = kernelPointer(kernelAddress(local) + layout.data());
        return data == 0 ? 0 : kernelPointer(data);
    }

    private byte @Nullable [] bytes(long place, Family family) {
        return place == 0 ? null : memory().readBytes(place, length(family));
    }

    private static int length(Family family) {
        return family == Family.INET ? ADDRESS_BYTES : ADDRESS_BYTES_6;
    }

    private int port(long place) {
        int stored = (int) memory().readUnsigned(place, Short.BYTES);
        return Short.toUnsignedInt(Short.reverseBytes((short) stored));
    }

    private static Endpoint end(byte[] address, int port) {
        return new Endpoint(
                address.length == ADDRESS_BYTES ? IpText.version4(address) : IpText.version6(address), port);
    }

    private static SocketInfo row(
            long socket,
            SocketLayout layout,
            Family family,
            State state,
            @Nullable Endpoint local,
            @Nullable Endpoint remote,
            ProcessInfo owner) {
        return new SocketInfo(
                socket,
                family,
                layout.kind().protocol(),
                state,
                local,
                remote,
                null,
                null,
                null,
                List.of(owner.pid()),
                new Provenance(List.of(SOURCE), List.of()));
    }

    /** A pointer into the kernel; 0 for none. */
    private long kernelPointer(long place) {
        long pointer = memory().readPointer(place);
        return pointer == 0 ? 0 : kernelAddress(pointer);
    }

    private long kernelAddress(long pointer) {
        if (!kernel.architecture().isKernelAddress(pointer)) {
            throw new MalformedDataException("socket", pointer, "it is named as a part of one and is not the kernel's");
        }
        return pointer;
    }

    private MemoryView memory() {
        return kernel.memory();
    }
}
