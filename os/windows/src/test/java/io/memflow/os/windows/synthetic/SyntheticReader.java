package io.memflow.os.windows.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.MemoryView;
import io.memflow.os.windows.structure.WindowsKernel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads structures of a synthetic machine for the tests of its builder, with nothing but offsets.
 *
 * @param kernel whose structures they are
 * @param memory the space they are read from
 */
record SyntheticReader(WindowsKernel kernel, MemoryView memory) {
    static SyntheticReader of(SyntheticWindows machine) {
        return new SyntheticReader(machine.kernel(), machine.kernel().memory());
    }

    /** The same in the space of a process. */
    SyntheticReader in(SyntheticProcess process) {
        return new SyntheticReader(kernel, kernel.processMemory(process.root()));
    }

    long offset(String structure, String member) {
        return kernel.layout().offset(structure, member);
    }

    boolean has(String structure, String member) {
        return kernel.layout().has(structure, member);
    }

    int pointerBytes() {
        return kernel.pointerBytes();
    }

    long pointer(long at) {
        return memory.readUnsigned(at, kernel.pointerBytes());
    }

    long pointer(long base, String structure, String member) {
        return pointer(base + offset(structure, member));
    }

    long number(long base, String structure, String member, int bytes) {
        return memory.readUnsigned(base + offset(structure, member), bytes);
    }

    /** A {@code UNICODE_STRING}. */
    String string(long at) {
        int length = (int) memory.readUnsigned(at, 2);
        return length == 0
                ? ""
                : new String(memory.readBytes(pointer(at + pointerBytes()), length), StandardCharsets.UTF_16LE);
    }

    /** The structures on a ring, by the links to the next ones; each link back must agree. */
    List<Long> ring(long head, long offset) {
        List<Long> all = new ArrayList<>();
        long before = head;
        for (long at = pointer(head); at != head; at = pointer(at)) {
            assertThat(pointer(at + pointerBytes())).isEqualTo(before);
            all.add(at - offset);
            before = at;
        }
        return all;
    }

    /** The four characters before an object or block that begins there. */
    String tagBefore(long at) {
        int header = 2 * pointerBytes();
        return new String(memory.readBytes(at - header + 4, 4), StandardCharsets.ISO_8859_1);
    }
}
