package io.memflow.os.windows.offset;

import io.memflow.os.windows.structure.PublishedKernel;
import java.util.List;

/**
 * The published kernel whose offsets are used. Immutable.
 *
 * @param match by what it was chosen
 * @param equals those that could as well have been chosen by the kernel's build number, itself included
 */
record Choice(PublishedKernel kernel, Match match, List<PublishedKernel> equals) {
    Choice {
        equals = List.copyOf(equals);
    }

    /** One that is known to be the kernel's. */
    static Choice identified(PublishedKernel kernel) {
        return new Choice(kernel, Match.IDENTITY, List.of());
    }
}
