package io.memflow.os.linux.learn;

/**
 * An offset that fits.
 *
 * @param offset in bytes from the start of the object
 * @param agreed objects that fit
 * @param disagreed objects that do not
 */
record Ruling(int offset, int agreed, int disagreed) {
    /** One object in twenty may be in change while it is looked at, or damaged. */
    static final int TOLERANCE = 20;

    /** That many outweigh one. */
    private static final int ENOUGH = 10;

    boolean holds(int fewest) {
        return agreed >= fewest && (disagreed * TOLERANCE <= agreed || (disagreed == 1 && agreed >= ENOUGH));
    }

    Ruling at(int otherOffset) {
        return new Ruling(otherOffset, agreed, disagreed);
    }
}
