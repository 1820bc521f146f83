package io.memflow.os.windows.synthetic;

import java.util.HashMap;
import java.util.Map;

/** Makes {@code MM_SESSION_SPACE}, one for each session. Confined. */
final class Sessions {
    private static final String NAME = "_MM_SESSION_SPACE";

    private final Machine machine;
    private final Map<Integer, Long> spaces = new HashMap<>();

    Sessions(Machine machine) {
        this.machine = machine;
    }

    /** Virtual address of a session's structure. */
    long space(int session) {
        return spaces.computeIfAbsent(session, _ -> {
            long at = machine.places().session() + (long) session * 0x10_0000;
            machine.kernel().mapFresh(at, SyntheticRam.PAGE, PageAccess.KERNEL_WRITE);
            machine.kernel().put32(at + machine.types().at(NAME, "SessionId"), session);
            return at;
        });
    }
}
