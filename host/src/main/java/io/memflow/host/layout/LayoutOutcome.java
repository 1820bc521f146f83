package io.memflow.host.layout;

import io.memflow.host.ram.HostPiece;
import java.util.List;

/** What came of the layouts of a machine's RAM that were put to the test. */
public sealed interface LayoutOutcome {
    /** How a layout is called that was found so. */
    String SOURCE = "derived and confirmed by page tables";

    /** One passed. */
    record Confirmed(List<HostPiece> pieces) implements LayoutOutcome {
        public Confirmed {
            pieces = List.copyOf(pieces);
        }
    }

    /**
     * None did, or several that contradict each other.
     *
     * @param found what was found instead, as a clause
     */
    record Refused(String found) implements LayoutOutcome {}
}
