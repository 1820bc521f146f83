package io.memflow.bench.engine;

import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.X86Paging;
import io.memflow.core.translate.PageTableWalker;
import io.memflow.core.translate.VirtualMemory;
import java.io.IOException;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The image, opened. The system properties below say where it is. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls open() before it hands a state out.
public class Machine {
    /** Property that holds the image's path. */
    static final String IMAGE = "memflow.bench.image";
    /** Property that holds the layout's path. */
    static final String LAYOUT = "memflow.bench.layout";

    @Param("FILE")
    public Pages pages;

    PhysicalMemory memory;
    PageTableWalker walker;
    private Layout layout;

    /** Maps the image. */
    @Setup(Level.Trial)
    public void open() throws IOException {
        layout = Layout.read(Path.of(System.getProperty(LAYOUT)));
        memory = ImageMemory.open(Path.of(System.getProperty(IMAGE)), pages);
        walker = new PageTableWalker(memory, X86Paging.LEVEL4);
    }

    /** Unmaps it. */
    @TearDown(Level.Trial)
    public void close() {
        memory.close();
    }

    AddressSpace.Tree tree(Root root) {
        return new AddressSpace.Tree(X86Paging.LEVEL4, layout.root(root));
    }

    VirtualMemory space(Root root) {
        return new VirtualMemory(memory, walker, layout.root(root));
    }

    /** Random addresses that a root maps, the same as on the C side for the same count. */
    long[] randomAddresses(Root root, int count) {
        SplitMix random = new SplitMix(count);
        long[] addresses = new long[count];
        for (int i = 0; i < count; i++) {
            addresses[i] = layout.base(root) + random.below(layout.span(root));
        }
        return addresses;
    }

    /** Addresses of one page after the other. */
    long[] sequentialAddresses(Root root, int count) {
        long page = X86Paging.LEVEL4.pageSize();
        long[] addresses = new long[count];
        for (int i = 0; i < count; i++) {
            addresses[i] = layout.base(root) + Long.remainderUnsigned(i * page, layout.span(root));
        }
        return addresses;
    }

    /** Random starts of aligned blocks that a root maps, the same as on the C side. */
    long[] randomBlocks(Root root, int bytes, int count) {
        SplitMix random = new SplitMix(bytes);
        long[] addresses = new long[count];
        for (int i = 0; i < count; i++) {
            addresses[i] = layout.base(root) + random.below(layout.span(root) / bytes) * bytes;
        }
        return addresses;
    }
}
