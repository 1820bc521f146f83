package io.memflow.fuzz.target;

import io.memflow.core.error.MemflowException;

/** Questions of which each may be refused without ending the others. Stateless. */
final class Attempts {
    private Attempts() {}

    /** Asks, and takes a documented refusal as an answer that must say something. */
    static void allow(Runnable question) {
        try {
            question.run();
        } catch (MemflowException refused) {
            if (String.valueOf(refused.getMessage()).isBlank()) {
                throw new IllegalStateException("a refusal without a message", refused);
            }
        }
    }
}
