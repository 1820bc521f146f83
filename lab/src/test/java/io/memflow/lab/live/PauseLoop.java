package io.memflow.lab.live;

import io.memflow.core.address.AddressRange;
import io.memflow.core.cpu.CpuControl;
import io.memflow.core.cpu.CpuPause;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.plugin.ChainParser;
import io.memflow.core.plugin.ChainStep;
import io.memflow.core.plugin.Inventory;
import java.util.Optional;

/** A program of its own that pauses, reads and gives back a machine again and again until it is killed. */
final class PauseLoop {
    /** How long a pause lasts. */
    enum Pauses {
        /** A kill comes before, within or after one. */
        SHORT,
        /** A kill comes within the first one. */
        UNTIL_KILLED
    }

    private static final int READ = 4096;
    private static final int READS = 2000;

    private PauseLoop() {}

    /** Told the chain's first step and the {@link Pauses}, says what it does line by line. */
    @SuppressWarnings("InfiniteLoopStatement") // Its end is to be killed.
    public static void main(String[] words) {
        Pauses pauses = Pauses.valueOf(words[1]);
        while (true) {
            try (PhysicalMemory memory =
                    Inventory.load().connect(ChainParser.parse(ChainStep.Kind.CONNECTOR, words[0]), Optional.empty())) {
                CpuControl control = memory.capability(CpuControl.class).orElseThrow();
                AddressRange range = memory.map().ranges().getLast();
                System.out.println("connected");
                for (int i = 0; i < 3; i++) {
                    try (CpuPause _ = control.pause()) {
                        System.out.println("paused");
                        do {
                            for (int read = 0; read < READS; read++) {
                                byte[] _ = memory.readBytes(range.start() + (long) read * READ, READ);
                            }
                        } while (pauses == Pauses.UNTIL_KILLED);
                    }
                    System.out.println("resumed");
                }
            } catch (MemflowException busy) {
                // On a busy host a monitor may take longer than anybody waits for it.
                System.out.println("refused: " + busy.getMessage());
            }
        }
    }
}
