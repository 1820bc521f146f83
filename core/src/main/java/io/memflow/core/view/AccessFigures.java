package io.memflow.core.view;

/**
 * What one kind of access has done so far.
 *
 * @param calls batches executed
 * @param requests requests in them
 * @param bytes bytes transferred
 * @param partial requests of which some bytes were transferred
 * @param failed requests of which no byte was transferred
 * @param sinceStart rates since counting began
 * @param recent rates of the last ten seconds, to a tenth of that time
 * @param latency how long the calls took
 */
public record AccessFigures(
        long calls,
        long requests,
        long bytes,
        long partial,
        long failed,
        Rates sinceStart,
        Rates recent,
        LatencyHistogram latency) {
    /** Requests and bytes in one second. */
    public record Rates(double requestsPerSecond, double bytesPerSecond) {
        static final Rates NONE = new Rates(0, 0);

        /** What a growth within some time is in one second. */
        static Rates of(long requests, long bytes, long nanos) {
            return nanos <= 0 ? NONE : new Rates(requests * 1e9 / nanos, bytes * 1e9 / nanos);
        }
    }
}
