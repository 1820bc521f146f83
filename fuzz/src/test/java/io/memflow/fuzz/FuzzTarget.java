package io.memflow.fuzz;

/** One parser with everything that is asked of what it gave. */
public interface FuzzTarget {
    /**
     * Parses an input and looks at all that came of it.
     *
     * @param input may be kept, must not be changed
     */
    void use(byte[] input);
}
