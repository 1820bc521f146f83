package io.memflow.fuzz.target;

import io.memflow.formats.elf.image.ElfImage;
import io.memflow.fuzz.FuzzTarget;
import java.util.Arrays;

/** An ELF image as it lies in memory from address 0 on, which is also the file that its sections are read from. */
public final class ElfImageTarget implements FuzzTarget {
    private static final int PAGE = 4096;

    private final InputMemory memory = new InputMemory(new byte[0]);

    @Override
    public void use(byte[] input) {
        // Images are read by the page, and memory ends with a whole one.
        memory.hold(Arrays.copyOf(input, input.length + PAGE - 1 & -PAGE));
        ElfImage image = ElfImage.open(memory, 0);
        image.header().ifPresent(header -> Answers.take(header.machineName()));
        image.segments().forEach(segment -> Answers.take(segment.typeName()));
        Answers.take(image.entry());
        Answers.take(image.debug());
        Attempts.allow(image::interpreter);
        Attempts.allow(image::buildId);
        Attempts.allow(image::ownName);
        Attempts.allow(image::needed);
        Attempts.allow(image::imports);
        Attempts.allow(image::exports);
        Attempts.allow(() -> image.sections(null));
        Attempts.allow(() -> image.sections(memory));
    }
}
