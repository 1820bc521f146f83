package io.memflow.core.recording;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.Fault;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A recording that {@link RecordingView} wrote, checked from its first byte to its last. One that was not finished is
 * taken as far as its requests are whole; {@link #end()} says so. Holds the requests' places and leaves their bytes where
 * they are. Thread-safe; owns the mapping of a file it was opened from.
 */
public final class Recording implements AutoCloseable {
    private final MemorySegment bytes;
    private final Optional<Arena> arena;
    private final RecordingHeader header;
    private final RecordedRequest[] requests;
    private final RecordingEnd end;
    /** Bytes behind the last whole request, of one that was cut. */
    private final long cutBytes;

    private final AtomicBoolean closed = new AtomicBoolean();

    private Recording(MemorySegment bytes, Optional<Arena> arena) {
        this.bytes = bytes;
        this.arena = arena;
        RecordingInput input = new RecordingInput(bytes);
        header = RecordingHeader.read(input);
        List<RecordedRequest> list = new ArrayList<>();
        end = readRequests(input, list);
        // A stable sort: equal questions stay in the order in which they were asked.
        list.sort(RecordedRequest.BY_QUESTION);
        requests = list.toArray(RecordedRequest[]::new);
        cutBytes = input.remaining();
    }

    /**
     * Checks a recording that the caller keeps.
     *
     * @throws MalformedDataException when it does not follow the format, or was cut before its first request
     */
    public static Recording of(MemorySegment bytes) {
        return new Recording(bytes, Optional.empty());
    }

    /**
     * Maps and checks a file.
     *
     * @throws MalformedDataException when it does not follow the format, or was cut before its first request
     * @throws MemflowException with kind {@link ErrorKind#UNABLE_TO_READ_FILE} when it cannot be opened
     */
    @SuppressWarnings("MustBeClosedChecker") // The recording owns the arena; close() closes it.
    public static Recording open(Path file) {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return new Recording(bytes, Optional.of(arena));
        } catch (IOException failed) {
            arena.close();
            throw new MemflowException(
                    ErrorOrigin.MEMORY,
                    ErrorKind.UNABLE_TO_READ_FILE,
                    "The recording \"%s\" could not be opened: %s; check its name and that this user may read it."
                            .formatted(file, failed.getMessage()),
                    failed);
        } catch (MalformedDataException malformed) {
            arena.close();
            throw malformed;
        }
    }

    /** Reads all requests; the input then stands behind the last whole one, or at the end of the file. */
    private RecordingEnd readRequests(RecordingInput input, List<RecordedRequest> list) {
        while (input.has(Byte.BYTES)) {
            long start = input.position();
            byte access = input.takeByte();
            if (access == RecordingFormat.END) {
                return readEnd(input, start, list.size());
            }
            RecordedRequest request = readRequest(input, access);
            if (request == null) {
                input.back(start);
                return RecordingEnd.CUT;
            }
            list.add(request);
        }
        return RecordingEnd.CUT;
    }

    private static RecordingEnd readEnd(RecordingInput input, long start, int requests) {
        if (!input.has(Long.BYTES)) {
            input.back(start);
            return RecordingEnd.CUT;
        }
        long count = input.takeLong();
        if (count != requests || input.remaining() != 0) {
            throw input.malformedBefore("an end that counts %d requests after %d, and %d bytes behind it"
                    .formatted(count, requests, input.remaining()));
        }
        return RecordingEnd.FINISHED;
    }

    /** One request, or null when the file ends inside it. */
    private @Nullable RecordedRequest readRequest(RecordingInput input, byte access) {
        if (access != RecordingFormat.READ && access != RecordingFormat.WRITE) {
            throw input.malformedBefore("a request of kind %d".formatted(access));
        }
        if (!input.has(RecordingFormat.REQUEST_BYTES)) {
            return null;
        }
        long upper = input.takeLong();
        long address = input.takeLong();
        long length = input.takeLong();
        if (length < 0) {
            throw input.malformedBefore("a request of %s bytes".formatted(Long.toUnsignedString(length)));
        }
        // What the caller knew of the page is there for a reader of the file; it is no part of the question.
        input.take(Integer.BYTES);
        int faultCount = input.takeInt();
        if (faultCount < 0) {
            throw input.malformedBefore("%s faulted runs".formatted(Integer.toUnsignedString(faultCount)));
        }
        if (!input.has((long) faultCount * RecordingFormat.FAULT_BYTES)) {
            return null;
        }
        long faults = input.position();
        long faulted = readFaults(input, faultCount, length);
        long dataBytes = access == RecordingFormat.WRITE ? length : length - faulted;
        return input.has(dataBytes)
                ? new RecordedRequest(access, upper, address, length, faultCount, faults, input.take(dataBytes))
                : null;
    }

    /** Checks the faulted runs and sums up their bytes. */
    private long readFaults(RecordingInput input, int count, long length) {
        long done = 0;
        long faulted = 0;
        for (int i = 0; i < count; i++) {
            long offset = input.takeLong();
            long run = input.takeLong();
            int code = Byte.toUnsignedInt(input.takeByte());
            if (offset < done || run <= 0 || offset > length || run > length - offset) {
                throw input.malformedBefore("a faulted run of %d bytes at %d of %d".formatted(run, offset, length));
            }
            if (code >= header.faults().size() || header.faults().get(code) == Fault.NONE) {
                throw input.malformedBefore(
                        "fault %d of %d".formatted(code, header.faults().size()));
            }
            faulted += run;
            done = offset + run;
        }
        return faulted;
    }

    /** Requests recorded, without one that was cut. */
    public int requestCount() {
        return requests.length;
    }

    /** Whether the recording is all there. */
    public RecordingEnd end() {
        return end;
    }

    /** Bytes at the end of the file that belong to a request which was cut; 0 when {@link RecordingEnd#FINISHED}. */
    public long cutBytes() {
        return cutBytes;
    }

    /** A sentence on what is missing. */
    Optional<String> defect() {
        return switch (end) {
            case FINISHED -> Optional.empty();
            case CUT ->
                Optional.of(
                        "The recording was not finished: it is cut after %d requests, with %d bytes of another one behind them."
                                .formatted(requests.length, cutBytes));
        };
    }

    RecordingHeader header() {
        return header;
    }

    MemorySegment bytes() {
        return bytes;
    }

    RecordedRequest request(int index) {
        return requests[index];
    }

    /** The first place of a question among the sorted requests, or -1. */
    int find(byte access, long upper, long address, long length) {
        int low = 0;
        int high = requests.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (requests[middle].compareTo(access, upper, address, length) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        boolean found = low < requests.length && requests[low].compareTo(access, upper, address, length) == 0;
        return found ? low : -1;
    }

    /** Ends the mapping of a file; views on the recording must not be used afterwards. */
    @Override
    public void close() {
        // Two threads may close at once, and an arena takes one close only.
        if (closed.compareAndSet(false, true)) {
            arena.ifPresent(Arena::close);
        }
    }
}
