package io.memflow.fuzz.target;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.fuzz.FuzzTarget;

/** Targets that do what none may, each by its own class, to test the guard with. */
public final class FaultyTargets {
    private FaultyTargets() {}

    /** Takes two thousand steps. */
    @SuppressWarnings("UnusedVariable") // The sum is there to be work.
    public static final class Busy implements FuzzTarget {
        private long sum;

        @Override
        public void use(byte[] input) {
            for (int i = 0; i < 2000; i++) {
                sum += i;
            }
        }
    }

    /** Allocates a mebibyte. */
    public static final class Greedy implements FuzzTarget {
        private byte[] kept = {};

        @Override
        public void use(byte[] input) {
            kept = new byte[kept.length + (1 << 20)];
        }
    }

    /** Looks behind the end of the input. */
    @SuppressWarnings("UnusedVariable") // The sum is there to need the byte.
    public static final class Overrunning implements FuzzTarget {
        private int sum;

        @Override
        public void use(byte[] input) {
            sum += input[input.length];
        }
    }

    /** Calls itself until the stack ends. */
    @SuppressWarnings({"UnusedVariable", "InfiniteRecursion"}) // What it is for.
    public static final class Recursing implements FuzzTarget {
        private int depth;

        @Override
        public void use(byte[] input) {
            depth++;
            use(input);
        }
    }

    /** Refuses as documented, but says nothing. */
    public static final class Silent implements FuzzTarget {
        @Override
        public void use(byte[] input) {
            throw new MemflowException(ErrorOrigin.OTHER, ErrorKind.UNKNOWN, " ");
        }
    }

    /** Refuses as documented. */
    public static final class Refusing implements FuzzTarget {
        @Override
        public void use(byte[] input) {
            throw new MemflowException(ErrorOrigin.OTHER, ErrorKind.UNKNOWN, "It is refused.");
        }
    }
}
