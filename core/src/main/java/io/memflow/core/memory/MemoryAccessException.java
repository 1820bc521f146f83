package io.memflow.core.memory;

import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;

/** Memory that was asked for and is not there. Names the first address that failed, the bytes asked for and the cause. */
public final class MemoryAccessException extends MemflowException {
    private static final long serialVersionUID = 1L;

    private final long address;
    private final long length;
    private final Fault fault;

    /**
     * @param kind which space the address belongs to
     * @param address first address that failed
     * @param length bytes the request asked for
     */
    public MemoryAccessException(AddressKind kind, long address, long length, Fault fault) {
        super(
                kind == AddressKind.PHYSICAL ? ErrorOrigin.PHYSICAL_MEMORY : ErrorOrigin.VIRTUAL_MEMORY,
                fault == Fault.READ_ONLY ? ErrorKind.READ_ONLY : ErrorKind.UNABLE_TO_READ_MEMORY,
                "%s address %s (request of %d bytes): %s."
                        .formatted(
                                kind == AddressKind.PHYSICAL ? "Physical" : "Virtual",
                                Address.format(address),
                                length,
                                fault.text()));
        this.address = address;
        this.length = length;
        this.fault = fault;
    }

    /** First address that failed. */
    public long address() {
        return address;
    }

    /** Bytes the request asked for. */
    public long length() {
        return length;
    }

    public Fault fault() {
        return fault;
    }
}
