package io.memflow.core.recording;

import java.util.Comparator;

/**
 * One request of a recording.
 *
 * @param access {@link RecordingFormat#READ} or {@link RecordingFormat#WRITE}
 * @param upper bits 64 to 127 of the address
 * @param faultCount faulted runs
 * @param faults where they are in the recording
 * @param data where the bytes are in the recording
 */
record RecordedRequest(byte access, long upper, long address, long length, int faultCount, long faults, long data) {
    /** By what was asked for, not by how it ended. */
    static final Comparator<RecordedRequest> BY_QUESTION =
            (a, b) -> a.compareTo(b.access, b.upper, b.address, b.length);

    int compareTo(byte otherAccess, long otherUpper, long otherAddress, long otherLength) {
        if (access != otherAccess) {
            return Byte.compare(access, otherAccess);
        }
        if (upper != otherUpper) {
            return Long.compareUnsigned(upper, otherUpper);
        }
        if (address != otherAddress) {
            return Long.compareUnsigned(address, otherAddress);
        }
        return Long.compare(length, otherLength);
    }
}
