package io.memflow.lab;

import io.memflow.connector.qemu.host.RamSpans;
import io.memflow.host.process.HostMapping;
import io.memflow.host.process.ProcFs;
import io.memflow.host.ram.ResidentPages;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Which pages of its RAM a guest has used. Immutable.
 *
 * @param used numbers of the pages, from the start of the RAM
 * @param count of all pages
 */
record RamPages(BitSet used, int count) {
    static final int PAGE = ResidentPages.PAGE;

    /** Asks the kernel about a running guest's RAM, which must be private memory of its QEMU. Ask before it is saved. */
    static RamPages of(LabGuest guest) {
        ProcFs procFs = ProcFs.ofThisMachine();
        long pid = guest.guest().pid();
        long bytes = (long) guest.guest().configuration().memoryMiB() << 20;
        List<HostMapping> mappings = procFs.mappings(pid);
        List<RamSpans.Span> spans = RamSpans.ofSize(mappings, bytes);
        if (spans.size() != 1) {
            throw new IllegalStateException("the RAM is not one mapping of its size: " + spans);
        }
        int count = (int) (bytes / PAGE);
        return new RamPages(ResidentPages.of(procFs, pid).among(spans.getFirst().start(), count), count);
    }

    /** Writes those pages of a raw image in the form that {@code machine.c} reads. */
    void write(Path raw, Path target) throws IOException {
        byte[] image = Files.readAllBytes(raw);
        byte[] zeros = new byte[PAGE];
        try (OutputStream file = Files.newOutputStream(target);
                DataOutputStream out = new DataOutputStream(new BufferedOutputStream(file, 1 << 20))) {
            for (int page = used.nextSetBit(0); page >= 0; page = used.nextSetBit(page + 1)) {
                int start = page * PAGE;
                boolean empty = Arrays.equals(image, start, start + PAGE, zeros, 0, PAGE);
                out.writeLong(Long.reverseBytes(page));
                out.writeLong(Long.reverseBytes(empty ? 0 : 1));
                if (!empty) {
                    out.write(image, start, PAGE);
                }
            }
        }
    }
}
