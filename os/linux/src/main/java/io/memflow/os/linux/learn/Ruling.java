package io.memflow.os.linux.learn;

/**
 * An offset that fits.
 *
 * @param offset in bytes from the start of the object
 * @param agreed objects that fit
 * @param disagreed objects that do not
 */
record Ruling(int offset, int agreed, int disagreed) {
    /** One object in fifty may be in change while it is looked at, or damaged. */
    private static final int TOLERANCE = 50;

    boolean holds(int fewest) {
        return agreed >= fewest && disagreed * TOLERANCE <= agreed;
    }

    Ruling at(int otherOffset) {
        return new Ruling(otherOffset, agreed, disagreed);
    }
}
