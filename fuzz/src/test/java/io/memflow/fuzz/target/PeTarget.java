package io.memflow.fuzz.target;

import io.memflow.formats.pe.PeImage;
import io.memflow.fuzz.FuzzTarget;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** A PE file, laid out as a loader would; then the same bytes as an image in memory. */
public final class PeTarget implements FuzzTarget {
    private static final int PAGE = 4096;

    private final InputMemory memory = new InputMemory(new byte[0]);

    @Override
    public void use(byte[] input) {
        Attempts.allow(() -> ask(PeImage.ofFile(MemorySegment.ofArray(input))));
        memory.hold(Arrays.copyOf(input, input.length + PAGE - 1 & -PAGE));
        ask(PeImage.open(memory, 0));
    }

    private static void ask(PeImage image) {
        Answers.take(image.header().machineName());
        Answers.take(image.storeKey());
        Answers.take(image.entry());
        image.sections().rows().forEach(Answers::take);
        Attempts.allow(image::ownName);
        Attempts.allow(image::needs);
        Attempts.allow(image::pdb);
        Attempts.allow(image::version);
        Attempts.allow(image::imports);
        Attempts.allow(image::exports);
        Attempts.allow(() -> image.export("sample_function"));
    }
}
