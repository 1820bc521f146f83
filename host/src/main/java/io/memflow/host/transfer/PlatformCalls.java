package io.memflow.host.transfer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Native calls that may block, made for virtual threads by platform threads: a native call keeps its carrier, and there are
 * as few carriers as processors. A copy from another process waits for pages that have to come from swap, or from whoever
 * serves a userfaultfd. Thread-safe.
 */
final class PlatformCalls {
    private static final int THREADS = 2 * Runtime.getRuntime().availableProcessors();
    private static final long IDLE_SECONDS = 10;

    /** Calls do not wait for each other, so a bounded number of threads serves any number of callers. */
    private static final ExecutorService EXECUTOR = executor();

    private PlatformCalls() {}

    private static ExecutorService executor() {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("memflow-process-vm-", 0).factory());
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /** Makes the call and parks the calling thread until it is done, even when interrupted: the call uses its buffers. */
    static long run(LongSupplier call) {
        return CompletableFuture.supplyAsync(call::getAsLong, EXECUTOR).join();
    }
}
