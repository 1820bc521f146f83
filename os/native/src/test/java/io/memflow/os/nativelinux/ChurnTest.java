package io.memflow.os.nativelinux;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.Listing;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.TaskState;
import io.memflow.core.plugin.PluginArguments;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Processes start and end while they are listed. */
@EnabledOnOs(OS.LINUX)
class ChurnTest {
    private static final int LISTINGS = 200;
    private static final int MOST_LISTINGS = 20_000;
    private static final String MARK = "memflow-churn";

    /** Ids of processes this test has started, however short they lived. */
    private final Set<Integer> started = ConcurrentHashMap.newKeySet();

    private void spawn(AtomicBoolean end) {
        try {
            while (!end.get()) {
                Process process = new ProcessBuilder("sh", "-c", "exit 0", MARK).start();
                started.add((int) process.pid());
                process.waitFor();
            }
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void twoHundredListingsHoldNoRowTwiceAndNoneThatIsMadeUp() throws InterruptedException {
        OperatingSystem system = new NativeProvider().open(PluginArguments.NONE);
        AtomicBoolean end = new AtomicBoolean();
        List<Thread> spawners = List.of(
                Thread.ofPlatform().start(() -> spawn(end)), Thread.ofPlatform().start(() -> spawn(end)));
        Map<Integer, Set<ProcessInfo>> seen = new HashMap<>();
        int ours = (int) ProcessHandle.current().pid();
        try {
            // On a busy machine none may be there at just the moments of so many listings: then more are made.
            for (int i = 0; i < LISTINGS || (seen.isEmpty() && i < MOST_LISTINGS); i++) {
                Listing<ProcessInfo> listing = system.processes();
                assertThat(listing.missing()).isEmpty();
                assertThat(listing.rows()).extracting(ProcessInfo::pid).doesNotHaveDuplicates();
                assertThat(listing.rows()).extracting(ProcessInfo::pid).contains(ours);
                for (ProcessInfo row : listing.rows()) {
                    if (Integer.valueOf(ours).equals(row.parentPid())) {
                        seen.computeIfAbsent(row.pid(), _ -> new java.util.HashSet<>())
                                .add(row);
                    }
                }
            }
        } finally {
            end.set(true);
        }
        for (Thread spawner : spawners) {
            spawner.join();
        }
        System.out.println(started.size() + " processes came and went, " + seen.size() + " of them were listed");
        assertThat(started).hasSizeGreaterThan(20);
        assertThat(seen).isNotEmpty();
        // The JDK knows every child of this test; a row of another id would be made up.
        assertThat(started).containsAll(seen.keySet());
        seen.values().forEach(rows -> rows.forEach(ChurnTest::isOneThing));
    }

    /** What the row says is all of one moment: before the program, of the program, or after it. */
    private static void isOneThing(ProcessInfo row) {
        boolean program = row.arguments().contains(MARK);
        if (program) {
            assertThat(row.arguments()).containsExactly("sh", "-c", "exit 0", MARK);
            assertThat(row.path()).isNotNull();
            assertThat(row.provenance().isComplete()).isTrue();
        }
        if (row.state() == TaskState.ZOMBIE || row.state() == TaskState.DEAD) {
            assertThat(row.arguments()).isEmpty();
            assertThat(row.path()).isNull();
        }
        // Until it runs the program, a child is called as the thread or helper that made it; then the kernel gives it
        // the
        // name a moment before the arguments.
        assertThat("sh".equals(row.name()))
                .isEqualTo(
                        program || ("sh".equals(row.name()) && row.arguments().isEmpty()));
    }

    @Test
    void listsOfAllProcessesDoNotMindThoseThatEnd() throws InterruptedException {
        OperatingSystem system = new NativeProvider().open(PluginArguments.NONE);
        AtomicBoolean end = new AtomicBoolean();
        Thread spawner = Thread.ofPlatform().start(() -> spawn(end));
        int ours = (int) ProcessHandle.current().pid();
        try {
            for (int i = 0; i < 20; i++) {
                assertThat(system.threads().rows()).anyMatch(row -> row.pid() == ours);
                assertThat(system.handles().rows()).anyMatch(row -> row.pid() == ours);
                assertThat(system.places().rows()).anyMatch(row -> row.pid() == ours);
                assertThat(system.details().rows()).anyMatch(row -> row.pid() == ours);
                assertThat(system.sockets().missing())
                        .noneMatch(part -> part.why().contains("no such"));
            }
        } finally {
            end.set(true);
        }
        spawner.join();
    }
}
