package io.memflow.bench.engine;

import io.memflow.core.cache.CachedMemory;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.X86Paging;
import io.memflow.core.translate.TranslationList;
import io.memflow.core.translate.VirtualMemory;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** How much more two and more threads get out of one instance than one thread does: items each second of the wall. */
public final class Scaling {
    private static final int ADDRESSES = 4096;
    private static final int LIST = 64;
    private static final long ROUND_NANOS = 300_000_000;
    private static final int ROUNDS = 7;

    private Scaling() {}

    /** What a thread does again and again: {@link #ADDRESSES} items each time. */
    private interface Work {
        long run();
    }

    /**
     * Prints a line for each operation.
     *
     * @param arguments the image and its layout
     */
    public static void main(String[] arguments) throws IOException, InterruptedException, ExecutionException {
        System.setProperty(Machine.IMAGE, arguments[0]);
        System.setProperty(Machine.LAYOUT, arguments[1]);
        Machine machine = new Machine();
        machine.pages = Pages.FILE;
        machine.open();
        try {
            VirtualMemory space = machine.space(Root.PAGES);
            long[] addresses = machine.randomAddresses(Root.PAGES, ADDRESSES);
            AddressSpace tables =
                    AddressSpace.of(X86Paging.LEVEL4, machine.tree(Root.PAGES).root());
            CachedMemory cached = new CachedMemory(new SlowMemory(machine.memory, 0));
            int processors = Runtime.getRuntime().availableProcessors();
            System.out.printf("%none instance, several threads: best of %d rounds, time on the wall%n", ROUNDS);
            line("translate lists of 4,096", processors, thread -> lists(space, addresses));
            line("virtual read of 8 bytes, one at a time", processors, thread -> values(space, addresses));
            line("virtual read of 8 bytes, lists of 64", processors, thread -> batches(space, addresses));
            VirtualMemory distant = new VirtualMemory(cached, tables);
            line("the same from a cached source, all hits", processors, thread -> batches(distant, addresses));
        } finally {
            machine.close();
        }
    }

    private static Work lists(VirtualMemory space, long[] addresses) {
        TranslationList list = new TranslationList(addresses.length);
        list.addAll(addresses, 0, addresses.length);
        return () -> {
            space.translate(list);
            return list.physical(0);
        };
    }

    private static Work values(MemoryView space, long[] addresses) {
        return () -> {
            long sum = 0;
            for (long address : addresses) {
                sum += space.readLong(address);
            }
            return sum;
        };
    }

    private static Work batches(MemoryView space, long[] addresses) {
        MemoryBatch batch = new MemoryBatch(LIST);
        MemorySegment target = MemorySegment.ofArray(new long[LIST]);
        return () -> {
            for (int first = 0; first < addresses.length; first += LIST) {
                batch.clear();
                for (int i = 0; i < LIST; i++) {
                    batch.add(addresses[first + i], target, (long) i * Long.BYTES, Long.BYTES);
                }
                space.read(batch);
                if (!batch.allWhole()) {
                    throw new IllegalStateException("all of the image is mapped");
                }
            }
            return batch.size();
        };
    }

    private static void line(String title, int processors, Function<Integer, Work> work)
            throws InterruptedException, ExecutionException {
        double alone = best(1, work);
        StringBuilder text = new StringBuilder("%-68s %8.1f M/s".formatted(title, alone));
        for (int threads = 2; threads <= processors; threads *= 2) {
            double together = best(threads, work);
            text.append("   %d threads %8.1f M/s (%.2f x)".formatted(threads, together, together / alone));
        }
        System.out.println(text);
    }

    /** Millions of items a second of all threads together. */
    private static double best(int threads, Function<Integer, Work> work)
            throws InterruptedException, ExecutionException {
        double best = 0;
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            CyclicBarrier start = new CyclicBarrier(threads);
            for (int round = 0; round < ROUNDS; round++) {
                List<Callable<Double>> all = new ArrayList<>();
                for (int thread = 0; thread < threads; thread++) {
                    Work own = work.apply(thread);
                    all.add(() -> {
                        start.await();
                        return rate(own);
                    });
                }
                double sum = 0;
                for (Future<Double> rate : pool.invokeAll(all)) {
                    sum += rate.get();
                }
                best = Math.max(best, sum);
            }
        }
        return best;
    }

    private static double rate(Work work) {
        long start = System.nanoTime();
        long items = 0;
        while (System.nanoTime() - start < ROUND_NANOS) {
            work.run();
            items += ADDRESSES;
        }
        return items * 1e3 / (System.nanoTime() - start);
    }
}
