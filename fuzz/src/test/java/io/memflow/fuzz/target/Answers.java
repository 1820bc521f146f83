package io.memflow.fuzz.target;

/** Takes what a parser gave: it counts that giving it ends well, not what it is. Stateless. */
final class Answers {
    private Answers() {}

    /** Has the answer describe itself, which touches all of it. */
    static void take(Object answer) {
        if (answer.toString() == null) {
            throw new IllegalStateException("an answer of " + answer.getClass() + " does not describe itself");
        }
    }
}
