package io.memflow.os.linux.learn;

/** What one object says of a place that may be the member looked for. */
enum Verdict {
    AGREES,
    DISAGREES,
    /** The object has nothing there that speaks for or against it. */
    SILENT;

    static Verdict of(boolean agrees) {
        return agrees ? AGREES : DISAGREES;
    }
}
