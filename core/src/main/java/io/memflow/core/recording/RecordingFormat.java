package io.memflow.core.recording;

import io.memflow.core.error.MalformedDataException;

/**
 * The file form of a recording, version 1. All numbers are little-endian; a text is its length in bytes (32 bits) and its
 * UTF-8.
 *
 * <pre>
 * header
 *   8 bytes      "MFRECORD"
 *   u32          version, 1
 *   u8           kind of addresses: 0 physical, 1 virtual
 *   u8           byte order: 0 little, 1 big
 *   u8           bytes of a pointer
 *   u8           access: 0 read-only, 1 read and write
 *   u32          address bits
 *   u32          ideal batch size
 *   text         description
 *   u32 n, n x   u64 start, u64 length      memory map, empty for a view that is not physical
 *   u32 n, n x   text                       defects
 *   u32 n, n x   text                       names of faults; a fault's code is its place in this list
 * request, any number of times
 *   u8           1 read, 2 write
 *   u64          bits 64 to 127 of the address
 *   u64          address
 *   u64          length
 *   u32          what the caller knew of the page
 *   u32 n, n x   u64 offset, u64 length, u8 code      faulted runs, ascending
 *   bytes        of a read those transferred, faulted runs left out; of a write all that were to be written
 * end
 *   u8           0
 *   u64          number of requests
 * </pre>
 *
 * A file without an end was cut: what is whole before the cut counts.
 */
final class RecordingFormat {
    static final String NAME = "memflow recording";

    /** "MFRECORD" as a little-endian number. */
    static final long MAGIC = 0x4452_4F43_4552_464DL;

    static final int VERSION = 1;

    static final byte END = 0;
    static final byte READ = 1;
    static final byte WRITE = 2;

    /** Bytes of a request behind its kind and before its faulted runs. */
    static final int REQUEST_BYTES = 3 * Long.BYTES + 2 * Integer.BYTES;
    /** Bytes of one faulted run. */
    static final int FAULT_BYTES = Long.BYTES + Long.BYTES + 1;
    /** Bytes of one range of the memory map. */
    static final int RANGE_BYTES = Long.BYTES + Long.BYTES;

    private RecordingFormat() {}

    static MalformedDataException malformed(long offset, String reason) {
        return new MalformedDataException(NAME, offset, reason);
    }
}
