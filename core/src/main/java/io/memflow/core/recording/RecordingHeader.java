package io.memflow.core.recording;

import io.memflow.core.address.Address;
import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.AddressKind;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a recording says of the view it was taken from. Immutable.
 *
 * @param map ranges that the source held; empty for a view that is not physical
 * @param faults the faults by their codes in the recording
 */
record RecordingHeader(
        ViewProperties properties,
        int idealBatchSize,
        String description,
        MemoryMap map,
        List<String> defects,
        List<Fault> faults) {
    private static final int LARGEST_ADDRESS_BITS = 128;

    /** The code of each fault in the recording. */
    Map<Fault, Byte> faultCodes() {
        Map<Fault, Byte> codes = new EnumMap<>(Fault.class);
        for (int code = 0; code < faults.size(); code++) {
            codes.put(faults.get(code), (byte) code);
        }
        return codes;
    }

    static RecordingHeader of(MemoryView view) {
        List<Fault> faults = List.of(Fault.values());
        return view instanceof PhysicalMemory memory
                ? new RecordingHeader(
                        memory.properties(),
                        memory.idealBatchSize(),
                        memory.description(),
                        memory.map(),
                        memory.defects(),
                        faults)
                : new RecordingHeader(view.properties(), 1, "a view", MemoryMap.of(List.of()), List.of(), faults);
    }

    void write(RecordingOutput output) throws IOException {
        output.putLong(RecordingFormat.MAGIC);
        output.putInt(RecordingFormat.VERSION);
        output.putByte((byte) (properties.kind() == AddressKind.PHYSICAL ? 0 : 1));
        output.putByte((byte) (properties.byteOrder() == ByteOrder.LITTLE_ENDIAN ? 0 : 1));
        output.putByte((byte) properties.pointerBytes());
        output.putByte((byte) (properties.access() == ViewProperties.Access.READ_ONLY ? 0 : 1));
        output.putInt(properties.addressBits());
        output.putInt(idealBatchSize);
        output.putText(description);
        output.putInt(map.ranges().size());
        for (AddressRange range : map.ranges()) {
            output.putLong(range.start());
            output.putLong(range.length());
        }
        output.putInt(defects.size());
        for (String defect : defects) {
            output.putText(defect);
        }
        output.putInt(faults.size());
        for (Fault fault : faults) {
            output.putText(fault.name());
        }
    }

    static RecordingHeader read(RecordingInput input) {
        if (input.takeLong() != RecordingFormat.MAGIC) {
            throw RecordingFormat.malformed(0, "it does not start with MFRECORD; name a file that a recording wrote");
        }
        int version = input.takeInt();
        if (version != RecordingFormat.VERSION) {
            throw RecordingFormat.malformed(
                    Long.BYTES, "version %d, but only 1 can be read; record again".formatted(version));
        }
        AddressKind kind = input.takeFlag("a kind of addresses") == 0 ? AddressKind.PHYSICAL : AddressKind.VIRTUAL;
        ByteOrder order = input.takeFlag("a byte order") == 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        int pointerBytes = input.takeByte();
        if (pointerBytes != Integer.BYTES && pointerBytes != Long.BYTES) {
            throw input.malformedBefore("pointers of %d bytes".formatted(pointerBytes));
        }
        ViewProperties.Access access =
                input.takeFlag("an access") == 0 ? ViewProperties.Access.READ_ONLY : ViewProperties.Access.READ_WRITE;
        int addressBits = input.takeInt();
        if (addressBits < 1 || addressBits > LARGEST_ADDRESS_BITS) {
            throw input.malformedBefore("addresses of %d bits".formatted(addressBits));
        }
        int idealBatchSize = input.takeInt();
        if (idealBatchSize < 1) {
            throw input.malformedBefore("an ideal batch size of %d".formatted(idealBatchSize));
        }
        return new RecordingHeader(
                new ViewProperties(kind, order, pointerBytes, addressBits, access),
                idealBatchSize,
                input.takeText(),
                readMap(input),
                readTexts(input),
                readFaults(input));
    }

    private static MemoryMap readMap(RecordingInput input) {
        int count = input.takeCount(RecordingFormat.RANGE_BYTES);
        List<AddressRange> ranges = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long start = input.takeLong();
            long length = input.takeLong();
            if (Address.overflows(start, length)) {
                throw input.malformedBefore("a range at %s that wraps".formatted(Address.format(start)));
            }
            ranges.add(new AddressRange(start, length));
        }
        return MemoryMap.of(ranges);
    }

    private static List<String> readTexts(RecordingInput input) {
        int count = input.takeCount(Integer.BYTES);
        List<String> texts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            texts.add(input.takeText());
        }
        return List.copyOf(texts);
    }

    private static List<Fault> readFaults(RecordingInput input) {
        List<Fault> faults = new ArrayList<>();
        for (String name : readTexts(input)) {
            faults.add(faultNamed(name, input));
        }
        return List.copyOf(faults);
    }

    private static Fault faultNamed(String name, RecordingInput input) {
        for (Fault fault : Fault.values()) {
            if (fault.name().equals(name)) {
                return fault;
            }
        }
        throw input.malformedBefore("a fault named \"%s\"".formatted(name));
    }
}
