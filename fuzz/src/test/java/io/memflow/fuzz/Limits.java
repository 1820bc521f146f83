package io.memflow.fuzz;

/**
 * What an input may cost: a part that any has, and a part for each of its bytes.
 *
 * @param bytes of heap allocated for an empty input
 * @param bytesEach of heap allocated for each byte of input
 * @param steps method entries and backward jumps for an empty input
 * @param stepsEach of them for each byte of input
 */
record Limits(long bytes, long bytesEach, long steps, long stepsEach) {
    long heap(int inputBytes) {
        return bytes + bytesEach * inputBytes;
    }

    long steps(int inputBytes) {
        return steps + stepsEach * inputBytes;
    }
}
